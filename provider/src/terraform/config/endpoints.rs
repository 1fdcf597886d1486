//! The block `endpoints`.

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use crate::aws::Endpoints;

use super::known::{Unknown, either, known};

/// The block `endpoints`: an attribute for each service that guard calls, named as hashicorp/aws names it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct EndpointsBlock {
    cloudtrail: Value<String>,
    cloudwatch: Value<String>,
    events: Value<String>,
    iam: Value<String>,
    lambda: Value<String>,
    logs: Value<String>,
    resourcegroupstaggingapi: Value<String>,
    s3: Value<String>,
    sns: Value<String>,
    sqs: Value<String>,
    ssm: Value<String>,
    sts: Value<String>,
}

impl EndpointsBlock {
    /// Every attribute with its name.
    pub(in crate::terraform) fn each(&self) -> [(&'static str, &Value<String>); 12] {
        [
            ("cloudtrail", &self.cloudtrail),
            ("cloudwatch", &self.cloudwatch),
            ("events", &self.events),
            ("iam", &self.iam),
            ("lambda", &self.lambda),
            ("logs", &self.logs),
            ("resourcegroupstaggingapi", &self.resourcegroupstaggingapi),
            ("s3", &self.s3),
            ("sns", &self.sns),
            ("sqs", &self.sqs),
            ("ssm", &self.ssm),
            ("sts", &self.sts),
        ]
    }
}

pub(super) fn endpoints(block: &Value<EndpointsBlock>) -> Result<Endpoints, Unknown> {
    let Some(block) = either(block.as_ref(), "endpoints")? else { return Ok(Endpoints::default()) };
    Ok(Endpoints {
        cloudtrail: known(&block.cloudtrail, "endpoints.cloudtrail")?,
        cloudwatch: known(&block.cloudwatch, "endpoints.cloudwatch")?,
        events: known(&block.events, "endpoints.events")?,
        iam: known(&block.iam, "endpoints.iam")?,
        lambda: known(&block.lambda, "endpoints.lambda")?,
        logs: known(&block.logs, "endpoints.logs")?,
        tagging: known(&block.resourcegroupstaggingapi, "endpoints.resourcegroupstaggingapi")?,
        s3: known(&block.s3, "endpoints.s3")?,
        sns: known(&block.sns, "endpoints.sns")?,
        sqs: known(&block.sqs, "endpoints.sqs")?,
        ssm: known(&block.ssm, "endpoints.ssm")?,
        sts: known(&block.sts, "endpoints.sts")?,
    })
}
