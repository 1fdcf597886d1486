//! Why an account can't be entered, or AWS not reached at all.

use super::Error;
use super::reach::SettingError;

/// The provider can't reach AWS as it is configured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccessError {
    /// No region anywhere.
    #[error(
        "no region is configured; set `region` in the provider block, AWS_REGION, or a region in the profile"
    )]
    NoRegion,
    /// A key without the other.
    #[error("`access_key` and `secret_key` belong together; only one of them is set")]
    HalfAKey,
    /// A setting can't be used.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// An account that is not in the list.
    #[error(
        "the credentials are of account {caller}, and `allowed_account_ids` has only {only}; nothing was done. Use the credentials of one of them, or add {caller} to the list"
    )]
    NotAllowed {
        /// The caller's account.
        caller: String,
        /// The accounts in the list.
        only: String,
    },
    /// An account that is in the list.
    #[error(
        "the credentials are of account {caller}, which `forbidden_account_ids` names; nothing was done. Use the credentials of another account, or take {caller} off the list"
    )]
    Forbidden {
        /// The caller's account.
        caller: String,
    },
    /// The credentials don't work.
    #[error("the credentials can't be used: {0}")]
    Caller(Error),
    /// The credentials are of another organization.
    #[error(
        "the credentials are of account {caller}, but this guard was built from account {hub}; use the credentials of {hub}, or, if only the trail's bucket is there, name it in the block `trail`"
    )]
    OtherAccount {
        /// The account of the state's hub.
        hub: String,
        /// The caller's.
        caller: String,
    },
    /// A member account can't be entered.
    #[error(
        "account {account} can't be entered, because its role {role} can't be assumed: {source}; the account must be an active one of the organization and the role must be there and trust the caller (see `member_role_name`)"
    )]
    Member {
        /// The account.
        account: String,
        /// The role's ARN.
        role: String,
        /// What AWS said.
        source: Error,
    },
}

impl AccessError {
    /// Whether AWS refuses a member account: it is closed or suspended, has left, or its role is gone.
    pub(crate) fn is_refused_account(&self) -> bool {
        matches!(self, Self::Member { source, .. } if source.is(&["AccessDenied"]))
    }

    /// The argument of the provider block that it is about, if it is about one.
    pub(crate) fn argument(&self) -> Option<&'static str> {
        match self {
            Self::Setting(error) => error.argument(),
            Self::NotAllowed { .. } => Some("allowed_account_ids"),
            Self::Forbidden { .. } => Some("forbidden_account_ids"),
            _ => None,
        }
    }
}
