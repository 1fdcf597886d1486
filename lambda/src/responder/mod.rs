//! The responder: from an event, or an alarm, to a user that may do nothing any more.
//!
//! Reading order: [`Message`] says what came, [`Responder::handle`] finds out whom it is about, [`contain`]
//! denies. When in doubt, it denies.

pub mod aws;
mod contain;
mod incident;

use std::future::Future;

use guard_contract::{PatternError, UserPattern};
use serde_json::{Value, json};

pub use contain::{ContainError, DenyError, Outcome, UserDenier, contain};
pub use incident::{Alarm, IncidentError, Message, Signalled, Trigger};

use crate::{
    Refusal,
    log::{self, Level},
};

/// Where a rule's pattern is read: the edge bus.
pub trait RuleBook {
    /// The event pattern of a rule.
    ///
    /// # Errors
    /// If it is not there, or may not be read.
    fn pattern(&self, bus: &str, rule: &str) -> impl Future<Output = Result<String, Refusal>> + Send;
}

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
    /// The user could not be denied.
    #[error("user {user} of account {account} is not denied: {source}")]
    Contain {
        /// The user's name.
        user: String,
        /// The user's account.
        account: String,
        /// Why.
        source: ContainError,
    },
}

impl ResponderError {
    /// A name for Lambda's `errorType`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Incident(_) => "UnknownEvent",
            Self::Rule { .. } => "RuleUnreadable",
            Self::Pattern { .. } => "ForeignRule",
            Self::Account { .. } => "ForeignAccount",
            Self::Contain { .. } => "NotDenied",
        }
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// The user is denied, or gone.
    User(Outcome),
    /// An alarm that is not in alarm: nothing to do.
    Calm,
}

/// The responder with its IAM and its bus.
#[derive(Debug)]
pub struct Responder<D, R> {
    denier: D,
    rules: R,
}

impl<D: UserDenier, R: RuleBook> Responder<D, R> {
    /// A responder.
    pub fn new(denier: D, rules: R) -> Self {
        Self { denier, rules }
    }

    /// Handles one message; `function` is the ARN of the function that it came to.
    ///
    /// # Errors
    /// If the user is not denied afterwards, for whatever reason.
    pub async fn handle(&self, payload: &Value, function: &str) -> Result<Handled, ResponderError> {
        let (account, user, trigger) = match Message::parse(payload)? {
            Message::Signal(signalled) => (signalled.account, signalled.user, signalled.trigger),
            Message::Alarm(alarm) if alarm.state != "ALARM" => {
                let details = json!({"alarm": alarm.arn, "state": alarm.state});
                log::write(Level::Info, "nothing to do: the alarm is not in alarm", &details);
                return Ok(Handled::Calm);
            }
            Message::Alarm(alarm) => self.whose(alarm).await?,
        };
        // A function's ARN always names its account. Should it not, the user is denied rather than not.
        let own = account_of(function).unwrap_or(&account);
        let foreign = [Some(account.as_str()), trigger.alarm.as_deref().and_then(account_of)]
            .into_iter()
            .flatten()
            .find(|account| *account != own);
        if let Some(account) = foreign {
            return Err(ResponderError::Account { user, account: account.to_owned(), own: own.to_owned() });
        }
        let outcome = contain(&self.denier, &user).await.map_err(|source| {
            let (user, account) = (user.clone(), account.clone());
            ResponderError::Contain { user, account, source }
        })?;
        let details = json!({
            "account": account, "user": user, "outcome": outcome.name(), "policy": outcome.policy(),
            "path": trigger.path(), "trigger": trigger,
        });
        log::write(outcome.level(), outcome.message(), &details);
        Ok(Handled::User(outcome))
    }

    /// The user whom the alarm's rule names; the alarm itself carries no record.
    async fn whose(&self, alarm: Alarm) -> Result<(String, String, Trigger), ResponderError> {
        let Alarm { arn, bus, rule, .. } = alarm;
        let pattern = match self.rules.pattern(&bus, &rule).await {
            Ok(pattern) => pattern,
            Err(refusal) => {
                let alarm = arn;
                return Err(ResponderError::Rule { alarm, bus, rule, refusal });
            }
        };
        match UserPattern::whose(&pattern) {
            Ok((account, user)) => Ok((account, user, Trigger::alarm(arn, rule))),
            Err(source) => Err(ResponderError::Pattern { alarm: arn, rule, source }),
        }
    }
}

/// The account in an ARN.
fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

#[cfg(test)]
#[path = "responder_tests.rs"]
mod tests;
