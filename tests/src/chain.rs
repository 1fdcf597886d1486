//! A guard, the hops that an event takes to it, and what its functions said.

mod hops;
mod logs;
mod told;

use std::{fmt, str::FromStr};

pub use hops::{Step, Stopped};
pub use logs::{Incident, Totals};
pub use told::told;

/// A guard, as `ACCOUNT/REGION/USER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The account that the user lives in.
    pub account: String,
    /// The guard's region.
    pub region: String,
    /// The user's name.
    pub user: String,
}

/// A guard that is not written as `ACCOUNT/REGION/USER`.
#[derive(Clone, Debug, thiserror::Error)]
#[error("\"{0}\" is not ACCOUNT/REGION/USER, such as 222222222222/eu-west-1/backup-script")]
pub struct GuardError(String);

impl Guard {
    /// A guard.
    pub fn new(account: &str, region: &str, user: &str) -> Self {
        Self { account: account.to_owned(), region: region.to_owned(), user: user.to_owned() }
    }
}

impl FromStr for Guard {
    type Err = GuardError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<_> = text.split('/').collect();
        match parts[..] {
            [account, region, user]
                if account.len() == 12
                    && account.bytes().all(|byte| byte.is_ascii_digit())
                    && !region.is_empty()
                    && !user.is_empty() =>
            {
                Ok(Self::new(account, region, user))
            }
            _ => Err(GuardError(text.to_owned())),
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.account, self.region, self.user)
    }
}
