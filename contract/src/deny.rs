//! How a user is denied everything.

use crate::Partition;

/// AWS's managed policy with one statement, Deny `*` on `*`.
pub const DENY_POLICY: &str = "AWSDenyAll";

/// ARN of [`DENY_POLICY`] in a partition.
pub const fn deny_policy_arn(partition: Partition) -> &'static str {
    match partition {
        Partition::Aws => "arn:aws:iam::aws:policy/AWSDenyAll",
        Partition::China => "arn:aws-cn:iam::aws:policy/AWSDenyAll",
        Partition::GovCloud => "arn:aws-us-gov:iam::aws:policy/AWSDenyAll",
    }
}

/// Name of the inline policy that does the same where the user's managed policies are at their quota.
pub const INLINE_DENY_NAME: &str = "guard-deny-all";

/// Document of the inline policy, as short as it can be: a user's inline policies share 2,048 characters.
pub const INLINE_DENY_DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
