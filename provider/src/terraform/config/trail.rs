//! The block `trail`: a trail whose files are in another account than the caller's.

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use crate::aws::TrailChoice;

use super::known::{Unknown, either, known};

/// The block `trail`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct TrailBlock {
    pub(crate) bucket: Value<String>,
    pub(crate) bucket_account_id: Value<String>,
    pub(crate) role_arn: Value<String>,
}

/// What block and `trail_name` say together.
pub(super) fn choice(name: &Value<String>, block: &Value<TrailBlock>) -> Result<TrailChoice, Unknown> {
    let choice = TrailChoice { name: known(name, "trail_name")?, ..TrailChoice::default() };
    let Some(block) = either(block.as_ref(), "trail")? else { return Ok(choice) };
    Ok(TrailChoice {
        bucket: known(&block.bucket, "trail.bucket")?,
        account: known(&block.bucket_account_id, "trail.bucket_account_id")?,
        role: known(&block.role_arn, "trail.role_arn")?,
        ..choice
    })
}
