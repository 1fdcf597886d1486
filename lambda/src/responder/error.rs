//! Why an invocation fails.

use guard_contract::PatternError;

use super::{ContainError, IncidentError};
use crate::{Refusal, notify::HealthError};

/// Why an invocation fails, so that Lambda runs it again and in the end keeps its event in the queue.
#[derive(Debug, thiserror::Error)]
pub enum ResponderError {
    /// The event is neither ours nor an alarm's.
    #[error(transparent)]
    Incident(#[from] IncidentError),
    /// The alarm's rule cannot be read.
    #[error("cannot read rule {rule} of bus {bus}, which alarm {alarm} watches: {refusal}")]
    Rule {
        /// The alarm's ARN.
        alarm: String,
        /// The bus's name.
        bus: String,
        /// The rule's name.
        rule: String,
        /// AWS's answer.
        refusal: Refusal,
    },
    /// The alarm's rule is not a guard's.
    #[error("rule {rule}, which alarm {alarm} watches, is not a guard's: {source}")]
    Pattern {
        /// The alarm's ARN.
        alarm: String,
        /// The rule's name.
        rule: String,
        /// What is wrong.
        source: PatternError,
    },
    /// It is about a user of an account in which this function can do nothing.
    #[error("user {user} is of account {account}, but this responder is of account {own}: refused")]
    Account {
        /// The user's name.
        user: String,
        /// The account of the user, or of the alarm.
        account: String,
        /// The function's account.
        own: String,
    },
    /// The user could not be denied, or not as it should be.
    #[error("user {user} of account {account}: {source}")]
    Contain {
        /// The user's name.
        user: String,
        /// The user's account.
        account: String,
        /// Why.
        source: ContainError,
    },
    /// The user is denied in doubt, but its guard's settings could not be read: the record and the notice are owed.
    #[error("user {user} of account {account} was responded to, but nobody was told: {cause}")]
    Unread {
        /// The user's name.
        user: String,
        /// The user's account.
        account: String,
        /// What could not be read.
        cause: String,
    },
    /// The response is done, but not all of it was recorded, or not everybody was told.
    #[error("user {user} of account {account} was responded to, but {}", .failures.join("; "))]
    Owed {
        /// The user's name.
        user: String,
        /// The user's account.
        account: String,
        /// What is owed, and why.
        failures: Vec<String>,
    },
    /// An alarm on guard itself was not told to everybody.
    #[error(transparent)]
    Health(#[from] HealthError),
}

impl ResponderError {
    /// A name for Lambda's `errorType`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Incident(_) => "UnknownEvent",
            Self::Rule { .. } | Self::Unread { .. } => "RuleUnreadable",
            Self::Pattern { .. } => "ForeignRule",
            Self::Account { .. } => "ForeignAccount",
            Self::Contain { source: ContainError::NotDenied { .. }, .. } => "NotDenied",
            Self::Contain { source: ContainError::KeysActive(_), .. } => "KeysActive",
            Self::Owed { .. } | Self::Health(_) => "NotTold",
        }
    }
}
