//! Where services are, if not at AWS's own addresses.

use aws_config::{Region, SdkConfig};
use aws_types::origin::Origin;

/// The URL of each service that has one in the provider block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints {
    pub(crate) cloudtrail: Option<String>,
    pub(crate) cloudwatch: Option<String>,
    pub(crate) events: Option<String>,
    pub(crate) iam: Option<String>,
    pub(crate) lambda: Option<String>,
    pub(crate) logs: Option<String>,
    pub(crate) tagging: Option<String>,
    pub(crate) s3: Option<String>,
    pub(crate) sns: Option<String>,
    pub(crate) sqs: Option<String>,
    pub(crate) ssm: Option<String>,
    pub(crate) sts: Option<String>,
}

/// The configuration for a service at this URL, before what the environment and the profile say. A service with
/// a URL has no other address for FIPS or IPv6, as in hashicorp/aws; the SDK would refuse the two together.
pub(in crate::aws) fn at(config: &SdkConfig, url: &Option<String>) -> SdkConfig {
    let Some(url) = url else { return config.clone() };
    let mut builder = config.to_builder().endpoint_url(url).use_fips(false).use_dual_stack(false);
    builder.insert_origin("endpoint_url", Origin::shared_config());
    builder.build()
}

/// STS, in its own region if it has one.
#[derive(Clone, Debug)]
pub(in crate::aws) struct Sts {
    pub(in crate::aws) region: Option<Region>,
    pub(in crate::aws) url: Option<String>,
}

impl Sts {
    /// A client with this configuration's credentials.
    pub(in crate::aws) fn client(&self, config: &SdkConfig) -> aws_sdk_sts::Client {
        let mut config = at(config, &self.url);
        if let Some(region) = &self.region {
            config = config.into_builder().region(region.clone()).build();
        }
        aws_sdk_sts::Client::new(&config)
    }
}
