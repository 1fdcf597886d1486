//! Denies a user everything, and makes sure that it is so.

use std::{future::Future, time::Duration};

use guard_contract::{DENY_POLICY_ARN, INLINE_DENY_DOCUMENT, INLINE_DENY_NAME};

use crate::{Refusal, log::Level};

/// How often the deny is looked for before it counts as missing: IAM shows changes with a delay.
const LOOKS: u32 = 6;
/// The wait after the first look; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// IAM's answer when it does not do what it is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DenyError {
    /// The user, or the policy, does not exist.
    #[error("it does not exist: {0}")]
    NoSuchEntity(String),
    /// The user has as many policies as it may have.
    #[error("a quota is reached: {0}")]
    LimitExceeded(String),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Refusal),
}

/// What IAM must be able to do.
pub trait UserDenier {
    /// Whether [`DENY_POLICY_ARN`] is attached to the user.
    fn is_attached(&self, user: &str) -> impl Future<Output = Result<bool, DenyError>> + Send;

    /// Attaches [`DENY_POLICY_ARN`] to the user; once more is no error.
    fn attach(&self, user: &str) -> impl Future<Output = Result<(), DenyError>> + Send;

    /// The document of the user's inline policy [`INLINE_DENY_NAME`], if there is one.
    fn inline(&self, user: &str) -> impl Future<Output = Result<Option<String>, DenyError>> + Send;

    /// Puts [`INLINE_DENY_DOCUMENT`] as the user's inline policy [`INLINE_DENY_NAME`].
    fn put_inline(&self, user: &str) -> impl Future<Output = Result<(), DenyError>> + Send;
}

/// Why a user is not denied, or not known to be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainError {
    /// The policy could not be attached.
    #[error("{DENY_POLICY_ARN} cannot be attached: {0}")]
    Attach(DenyError),
    /// Nor could the inline policy be put.
    #[error("{DENY_POLICY_ARN} cannot be attached ({attach}), nor can the inline policy be put: {inline}")]
    Inline {
        /// Why not the managed one.
        attach: DenyError,
        /// Why not the inline one.
        inline: DenyError,
    },
    /// IAM took it, but does not show it.
    #[error("the deny was put, but IAM does not show it")]
    Unseen,
    /// IAM took it, but does not let it be seen.
    #[error("the deny was put, but cannot be read back: {0}")]
    Unreadable(DenyError),
}

/// How it stands with the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Denied now, by AWS's managed policy.
    Attached,
    /// Denied already, by AWS's managed policy.
    AlreadyAttached,
    /// Denied now, by our inline policy.
    Inline,
    /// Denied already, by our inline policy.
    AlreadyInline,
    /// There is no such user (any more): nobody to deny.
    UserGone,
}

impl Outcome {
    /// A word for the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::AlreadyAttached => "already_attached",
            Self::Inline => "inline",
            Self::AlreadyInline => "already_inline",
            Self::UserGone => "user_gone",
        }
    }

    /// A sentence for the log.
    pub fn message(self) -> &'static str {
        match self {
            Self::Attached | Self::Inline => "user denied everything",
            Self::AlreadyAttached | Self::AlreadyInline => "user was denied already",
            Self::UserGone => "user does not exist, so there is nobody to deny",
        }
    }

    /// What denies.
    pub fn policy(self) -> Option<&'static str> {
        match self {
            Self::Attached | Self::AlreadyAttached => Some(DENY_POLICY_ARN),
            Self::Inline | Self::AlreadyInline => Some(INLINE_DENY_NAME),
            Self::UserGone => None,
        }
    }

    /// How much a person should care.
    pub fn level(self) -> Level {
        match self {
            // A denied user's script goes on trying, and each try comes here.
            Self::AlreadyAttached | Self::AlreadyInline => Level::Info,
            Self::Attached | Self::Inline | Self::UserGone => Level::Warn,
        }
    }
}

/// Denies the user everything; idempotent.
///
/// # Errors
/// If the user is not denied afterwards, or that cannot be seen.
pub async fn contain(iam: &impl UserDenier, user: &str) -> Result<Outcome, ContainError> {
    match iam.is_attached(user).await {
        Ok(true) => return Ok(Outcome::AlreadyAttached),
        Err(DenyError::NoSuchEntity(_)) => return Ok(Outcome::UserGone),
        // Not being able to look is no reason not to deny.
        Ok(false) | Err(_) => {}
    }
    match iam.attach(user).await {
        Ok(()) => seen(async || iam.is_attached(user).await).await.map(|()| Outcome::Attached),
        Err(attach @ DenyError::NoSuchEntity(_)) => match iam.is_attached(user).await {
            Err(DenyError::NoSuchEntity(_)) => Ok(Outcome::UserGone),
            // It is the policy that does not exist.
            _ => inline(iam, user, attach).await,
        },
        Err(attach @ DenyError::LimitExceeded(_)) => inline(iam, user, attach).await,
        Err(attach) => Err(ContainError::Attach(attach)),
    }
}

async fn inline(iam: &impl UserDenier, user: &str, attach: DenyError) -> Result<Outcome, ContainError> {
    let is_there = async || Ok(iam.inline(user).await?.as_deref() == Some(INLINE_DENY_DOCUMENT));
    if is_there().await == Ok(true) {
        return Ok(Outcome::AlreadyInline);
    }
    match iam.put_inline(user).await {
        Ok(()) => seen(is_there).await.map(|()| Outcome::Inline),
        Err(DenyError::NoSuchEntity(_)) => Ok(Outcome::UserGone),
        Err(inline) => Err(ContainError::Inline { attach, inline }),
    }
}

async fn seen(is_there: impl AsyncFn() -> Result<bool, DenyError>) -> Result<(), ContainError> {
    let mut wait = FIRST_WAIT;
    let mut last = ContainError::Unseen;
    for look in 1..=LOOKS {
        match is_there().await {
            Ok(true) => return Ok(()),
            Ok(false) => last = ContainError::Unseen,
            Err(error) => last = ContainError::Unreadable(error),
        }
        if look < LOOKS {
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }
    Err(last)
}
