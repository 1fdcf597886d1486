//! The block `trail`.

use tf_provider::{AttributePath, Diagnostics};

use crate::chain::Guard;

use super::super::super::config::TrailBlock;
use super::super::super::diagnostics::{missing, path_error};
use super::super::super::state::given;
use super::is_iam;

/// Bucket names (S3 user guide, "General purpose bucket naming rules").
const BUCKET_LENGTHS: std::ops::RangeInclusive<usize> = 3..=63;

pub(super) fn trail(diags: &mut Diagnostics, block: &TrailBlock) {
    let mut refuse = |attribute: &'static str, summary: &str, detail: String| {
        let path = AttributePath::new("trail").index(0).attribute(attribute);
        path_error(diags, path, &format!("{summary} (trail.{attribute})"), detail);
    };
    if block.bucket_account_id.is_null() {
        let (summary, detail) = missing("trail.bucket_account_id");
        refuse("bucket_account_id", summary, detail);
    }
    let account = given(&block.bucket_account_id);
    if let Some(Err(cause)) = account.map(|account| Guard::check(account, "us-east-1", "user")) {
        refuse("bucket_account_id", "Not an account id", cause.to_string());
        return;
    }
    if let Some(arn) = given(&block.role_arn) {
        if !is_iam(arn, "role/") {
            let detail = format!(
                "\"{arn}\" is not the ARN of a role, such as arn:aws:iam::333333333333:role/AWSControlTowerExecution."
            );
            refuse("role_arn", "Not a role", detail);
        } else if account.is_some_and(|account| arn.split(':').nth(4) != Some(account)) {
            let detail =
                format!("{arn} is not a role of the bucket's account, {}.", account.unwrap_or_default());
            refuse("role_arn", "A role of another account", detail);
        }
    }
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    if let Some(bucket) = given(&block.bucket)
        && !(BUCKET_LENGTHS.contains(&bucket.len()) && bucket.bytes().all(fits))
    {
        let detail = format!(
            "\"{bucket}\" is not 3 to 63 lower-case letters, digits, dots and hyphens, as the names of buckets are."
        );
        refuse("bucket", "Not a bucket", detail);
    }
}
