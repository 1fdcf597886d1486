//! What the user asks for: one guard for one user.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use guard_contract::{
    Partition, Response, Signal, UserArn, Watch,
    expected::{Action, Expected},
};

use super::arns::iam_arn;
use super::{ChainError, SharedTags, Topology};

/// An account and a region in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Location {
    /// Account id, 12 digits.
    pub(crate) account: String,
    /// Region name, such as `eu-west-1`.
    pub(crate) region: String,
}

impl Location {
    /// The location of that account and region.
    pub(crate) fn new(account: impl Into<String>, region: impl Into<String>) -> Self {
        Self { account: account.into(), region: region.into() }
    }

    /// The partition that the region is in.
    pub(crate) fn partition(&self) -> Partition {
        Partition::of_region(&self.region)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.region)
    }
}

/// One guarded user and how it is guarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guard {
    /// Where its rule, alarm and responder live; the account is the user's.
    pub(crate) edge: Location,
    /// The user's name, in the case in which IAM stores it.
    pub(crate) user: String,
    /// The user's ARN with its path; until the user is known to exist, the one without a path.
    pub(crate) user_arn: String,
    /// The user's unique id, which renaming leaves as it is; `None` until the user is known to exist.
    pub(crate) principal_id: Option<String>,
    /// How events reach a region that is not the hub's.
    pub(crate) topology: Topology,
    /// How they came before, while not all of that way is removed yet.
    pub(crate) former: Option<Topology>,
    /// What trips it, but for what is unexpected.
    pub(crate) signals: Vec<Signal>,
    /// What its script is known to do, if that is given; anything else trips it.
    pub(crate) expected: Option<Expected>,
    /// Calls that never trip it.
    pub(crate) ignored_actions: Vec<Action>,
    /// ARNs of the topics that it tells.
    pub(crate) topics: Vec<String>,
    /// How it responds, and when it was re-armed as far as is known.
    pub(crate) response: Response,
    /// The word that it is to be re-armed with, unless it was already.
    pub(crate) rearm: Option<String>,
    /// The tags of the guard's own objects, defaults and all.
    pub(crate) tags: BTreeMap<String, String>,
    /// Keys of such tags that it had before; other tags on its objects are somebody else's, and stay.
    pub(crate) former_tags: BTreeSet<String>,
    /// The default tags of what it shares.
    pub(crate) shared_tags: SharedTags,
}

/// Input that can't be a guard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GuardError {
    /// Not an account id.
    #[error("\"{0}\" is not an AWS account id: it must have 12 digits, in quotes so that leading zeros stay")]
    Account(String),
    /// Not a region.
    #[error(
        "\"{0}\" is not a region, such as eu-west-1, cn-north-1 or us-gov-west-1 (isolated partitions are not supported)"
    )]
    Region(String),
    /// Not a user name.
    #[error(
        "\"{0}\" is not an IAM user name: 1 to 64 letters, digits or any of +=,.@_- are allowed, without the path"
    )]
    User(String),
    /// Not an id of ours.
    #[error(
        "\"{0}\" is not a guard's id: it must be ACCOUNT/REGION/USER, such as 222222222222/eu-west-1/backup-script"
    )]
    Id(String),
}

impl Guard {
    /// The user's ARN as a policy may have it.
    ///
    /// # Errors
    /// If it would mean others too, or is no user's of the guard's account.
    pub(crate) fn checked_arn(&self) -> Result<UserArn, ChainError> {
        let arn = UserArn::parse(&self.user_arn, &self.edge.account);
        arn.map_err(|source| ChainError::UserArn { user_arn: self.user_arn.clone(), source })
    }

    /// The id: `account/region/user`.
    pub(crate) fn id(location: &Location, user: &str) -> String {
        format!("{location}/{user}")
    }

    /// Takes an id apart.
    ///
    /// # Errors
    /// If it is not `account/region/user`, or one of the three can't be right.
    pub(crate) fn parse_id(id: &str) -> Result<(Location, String), GuardError> {
        let mut parts = id.splitn(3, '/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(account), Some(region), Some(user)) => {
                check_account(account)?;
                check_region(region)?;
                check_user(user)?;
                Ok((Location::new(account, region), user.to_owned()))
            }
            _ => Err(GuardError::Id(id.to_owned())),
        }
    }

    /// Everything that trips it.
    pub(crate) fn all_signals(&self) -> Vec<Signal> {
        let mut signals = self.signals.clone();
        signals.extend(self.expected.is_some().then_some(Signal::Unexpected));
        signals
    }

    /// What the filter must know of it.
    pub(crate) fn watch(&self) -> Watch {
        Watch {
            principal_id: self.principal_id.clone(),
            region: Some(self.edge.region.clone()),
            expected: self.expected.clone(),
            ignored_actions: self.ignored_actions.clone(),
            topics: self.topics.clone(),
            ..Watch::new(&self.edge.account, &self.user)
        }
    }

    /// The user's ARN if it has no path.
    pub(crate) fn plain_user_arn(edge: &Location, user: &str) -> String {
        iam_arn(edge, &format!("user/{user}"))
    }
}

/// Whether this can be an account id.
pub(crate) fn check_account(account: &str) -> Result<(), GuardError> {
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Ok(()) } else { Err(GuardError::Account(account.to_owned())) }
}

/// Whether this can be a region of a partition that is known; whether it exists, AWS decides.
pub(crate) fn check_region(region: &str) -> Result<(), GuardError> {
    let parts: Vec<&str> = region.split('-').collect();
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let shape = parts.len() >= 3
        && parts[..parts.len() - 1].iter().all(word)
        && parts[parts.len() - 1].parse::<u8>().is_ok()
        && parts[0].len() == 2;
    let isolated = parts.get(1).is_some_and(|part| part.starts_with("iso"));
    if shape && !isolated { Ok(()) } else { Err(GuardError::Region(region.to_owned())) }
}

/// Whether this can be an IAM user's name (IAM, CreateUser: `[\w+=,.@-]+`, at most 64).
pub(crate) fn check_user(user: &str) -> Result<(), GuardError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    let good = (1..=64).contains(&user.len()) && user.bytes().all(allowed);
    if good { Ok(()) } else { Err(GuardError::User(user.to_owned())) }
}

impl Guard {
    /// Checks everything that can be checked without AWS.
    ///
    /// # Errors
    /// The first of account, region and user name that can't be right.
    pub(crate) fn check(account: &str, region: &str, user: &str) -> Result<(), GuardError> {
        check_account(account)?;
        check_region(region)?;
        check_user(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_apart_as_it_was_put_together() {
        let place = Location::new("222222222222", "eu-west-1");
        let id = Guard::id(&place, "back+up=a,b.c@d_e-f");
        assert_eq!(Guard::parse_id(&id), Ok((place, "back+up=a,b.c@d_e-f".to_owned())));
        for bad in
            ["", "222222222222", "222222222222/eu-west-1", "2222/eu-west-1/x", "222222222222/eu-west-1/a/b"]
        {
            assert!(Guard::parse_id(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_region_or_an_isolated_one_is_refused() {
        for good in
            ["cn-north-1", "us-gov-west-1", "us-east-1", "ap-southeast-4", "il-central-1", "mx-central-1"]
        {
            assert!(check_region(good).is_ok(), "{good}");
        }
        for bad in ["", "us-east", "us-east-1a", "us-iso-east-1", "eu-isoe-west-1", "US-EAST-1", "global"] {
            assert!(check_region(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_user_name_may_hold_what_iam_allows_and_nothing_else() {
        assert!(check_user("a+b=c,d.e@f_g-h").is_ok());
        assert!(check_user(&"x".repeat(64)).is_ok());
        for bad in ["", "path/user", "with space", "ümlaut"] {
            assert!(check_user(bad).is_err(), "{bad}");
        }
        assert!(check_user(&"x".repeat(65)).is_err());
    }
}
