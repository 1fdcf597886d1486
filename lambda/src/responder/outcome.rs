//! How it stands with a user afterwards.

use guard_contract::{DENY_POLICY, INLINE_DENY_NAME};

use crate::log::Level;

/// What became of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Denied now, by AWS's managed policy.
    Attached,
    /// Denied already by AWS's managed policy, which somebody else attached: re-arming leaves it.
    AlreadyAttached,
    /// Denied now, by our inline policy.
    Inline,
    /// Denied already by our inline policy, though the guard did not tell of it.
    AlreadyInline,
    /// Denied already, for the same incident.
    AlreadyDenied,
    /// Not denied: nothing worked.
    NotDenied,
    /// There is no such user (any more): nobody to deny.
    UserGone,
    /// The guard only tells.
    Monitored,
    /// The guard only tells, and has told of it.
    AlreadyMonitored,
    /// The record is from before the guard was re-armed.
    Stale,
    /// The record is from long before the guard was built.
    BeforeGuard,
}

impl Outcome {
    /// A word for the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::AlreadyAttached => "already_attached",
            Self::Inline => "inline",
            Self::AlreadyInline => "already_inline",
            Self::AlreadyDenied => "already_denied",
            Self::NotDenied => "not_denied",
            Self::UserGone => "user_gone",
            Self::Monitored => "monitored",
            Self::AlreadyMonitored => "already_monitored",
            Self::Stale => "stale",
            Self::BeforeGuard => "before_guard",
        }
    }

    /// A sentence for the log.
    pub fn message(self) -> &'static str {
        match self {
            Self::Attached | Self::Inline => "user denied everything",
            Self::AlreadyAttached | Self::AlreadyInline | Self::AlreadyDenied => "user was denied already",
            Self::NotDenied => "user is not denied",
            Self::UserGone => "user does not exist, so there is nobody to deny",
            Self::Monitored => "user is not denied: the guard only monitors",
            Self::AlreadyMonitored => "user is not denied: the guard only monitors, and has told of it",
            Self::Stale => "ignored: it is from before the guard was re-armed",
            Self::BeforeGuard => "reported, not acted on: it is from long before the guard was built",
        }
    }

    /// What denies, as far as it is known.
    pub fn policy(self) -> Option<&'static str> {
        match self {
            Self::Attached | Self::AlreadyAttached => Some(DENY_POLICY),
            Self::Inline | Self::AlreadyInline => Some(INLINE_DENY_NAME),
            _ => None,
        }
    }

    /// How much a person should care.
    pub fn level(self) -> Level {
        match self {
            // A denied user's script goes on trying, and each try comes here.
            Self::AlreadyDenied | Self::AlreadyMonitored | Self::Stale => Level::Info,
            Self::NotDenied => Level::Error,
            _ => Level::Warn,
        }
    }
}
