//! How a user is denied everything.

/// AWS's managed policy with one statement, Deny `*` on `*`.
pub const DENY_POLICY_ARN: &str = "arn:aws:iam::aws:policy/AWSDenyAll";

/// Name of the inline policy that does the same where the user's managed policies are at their quota.
pub const INLINE_DENY_NAME: &str = "guard-deny-all";

/// Document of the inline policy, as short as it can be: a user's inline policies share 2,048 characters.
pub const INLINE_DENY_DOCUMENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
