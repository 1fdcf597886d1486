//! The responder: from an event, or an alarm, to a user that may do nothing any more, and people who know.
//!
//! Reading order: [`Message`] says what came, [`Responder::handle`] finds out whom it is about, `guard` what its
//! guard wants, `respond` is the response: `contain` denies, `record` writes down, `notice` and `tell` tell once, `hold`
//! looks whether the deny stays. When in doubt, it denies.

#[cfg(feature = "aws")]
pub mod aws;
mod before;
mod contain;
mod error;
mod guard;
mod hold;
mod incident;
mod message;
mod notice;
mod outcome;
mod record;
mod respond;
mod services;
mod settings;
mod stale;
mod target;
mod tell;

use std::{collections::BTreeSet, time::Duration};

use guard_contract::{Handler, Response, UserArn, UserPattern, incident as tags, user_rule};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

pub use contain::{ContainError, DenyError, Key, StepError, UserDenier};
use contain::{Contained, Standing};
pub use error::ResponderError;
use guard::Guard;
pub use incident::{Case, IncidentError, Message, Trigger};
use notice::Notice;
pub use outcome::Outcome;
pub use services::{Announcer, Claims, Rule, RuleBook, Services};
pub use settings::Settings;

use crate::{
    Refusal,
    alarm::Alarm,
    arn,
    log::{self, Level},
    notify::{self, OwnAlarm},
};

/// How long everything before the deny may take. Whoever has a leaked key may slow down what the responder asks, such as
/// EventBridge by throttling: what is not known by then is taken as what denies.
const BEFORE_DENY: Duration = Duration::from_secs(2);

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// A user was responded to.
    User(Outcome),
    /// An alarm on guard itself was told.
    Told,
    /// An alarm that is not in alarm: nothing to do.
    Calm,
    /// An alarm that is not guard's.
    Refused,
}

/// The responder with its settings and with AWS.
#[derive(Debug)]
pub struct Responder<S> {
    services: S,
    settings: Settings,
}

impl<S: Services> Responder<S> {
    /// A responder.
    pub fn new(services: S, settings: Settings) -> Self {
        Self { services, settings }
    }

    /// Handles one message; `function` is the ARN of the function that it came to.
    ///
    /// # Errors
    /// If the user is not denied afterwards, or something of the response is owed.
    pub async fn handle(&self, payload: &Value, function: &str) -> Result<Handled, ResponderError> {
        let deadline = Instant::now() + BEFORE_DENY;
        let (case, rule) = match Message::parse(payload, &self.settings.rules)? {
            Message::Signal(case) => (*case, None),
            Message::Health(alarm) => return self.health(&alarm, function).await,
            Message::Matched { alarm, .. } if alarm.state != "ALARM" => {
                let details = json!({"alarm": alarm.arn, "state": alarm.state});
                log::write(Level::Info, "nothing to do: the alarm is not in alarm", &details);
                return Ok(Handled::Calm);
            }
            Message::Matched { alarm, bus, rule } => self.whose(&alarm, bus, rule, payload, deadline).await?,
        };
        // A function's ARN always names its account. Should it not, the user is denied rather than not.
        let own = arn::account_of(function).unwrap_or(&case.account);
        let foreign = [Some(case.account.as_str()), case.trigger.alarm.as_deref().and_then(arn::account_of)]
            .into_iter()
            .flatten()
            .find(|account| *account != own);
        if let Some(account) = foreign {
            let (account, own) = (account.to_owned(), own.to_owned());
            return Err(ResponderError::Account { user: case.user, account, own });
        }
        let found = self.find_until(deadline, &case, rule, function).await;
        self.respond(&case, found, deadline).await
    }

    /// The user whom the alarm's rule names; the alarm itself carries no record. What can't be read of the rule in time,
    /// the alarm's description says: a rule that can't be read is no reason not to deny.
    async fn whose(
        &self,
        alarm: &Alarm,
        bus: String,
        rule: String,
        payload: &Value,
        deadline: Instant,
    ) -> Result<(Case, Option<Rule>), ResponderError> {
        let arn = alarm.arn.clone();
        let read = timeout_at(deadline - BEFORE_DENY / 2, self.services.rule(&bus, &rule)).await;
        let read = read.unwrap_or_else(|_| {
            let message = format!("no answer within {} ms", (BEFORE_DENY / 2).as_millis());
            Err(Refusal { code: "Timeout".to_owned(), message })
        });
        let found = match read {
            Ok(Some(found)) => Ok(found),
            Ok(None) => {
                let (code, message) =
                    ("ResourceNotFoundException".to_owned(), "there is no such rule".to_owned());
                return Err(ResponderError::Rule {
                    alarm: arn,
                    bus,
                    rule,
                    refusal: Refusal { code, message },
                });
            }
            Err(refusal) => Err(refusal),
        };
        let (account, user) =
            match &found {
                Ok(found) => UserPattern::whose(&found.pattern).map_err(|source| {
                    ResponderError::Pattern { alarm: arn.clone(), rule: rule.clone(), source }
                })?,
                Err(refusal) => self.described(alarm, &rule).ok_or_else(|| {
                    let (bus, rule, refusal) = (bus.clone(), rule.clone(), refusal.clone());
                    ResponderError::Rule { alarm: arn.clone(), bus, rule, refusal }
                })?,
            };
        let found = found.ok();
        let now = (self.settings.clock)().unix_timestamp();
        let principal_id =
            found.as_ref().and_then(|found| Response::of(&found.description, now).principal_id);
        let (called_as, access_key, evidence) = (None, None, payload.to_string());
        let trigger = Trigger::alarm(arn, rule);
        Ok((Case { account, user, called_as, principal_id, access_key, trigger, evidence }, found))
    }

    /// Account and user of the alarm's description, as the provider writes it; believed only if the rule's name follows
    /// from them.
    fn described(&self, alarm: &Alarm, rule: &str) -> Option<(String, String)> {
        let record: Value = serde_json::from_str(&alarm.description).ok()?;
        let account = arn::account_of(&alarm.arn)?;
        let user = UserArn::parse(record["user"].as_str()?, account).ok()?.name().to_owned();
        (user_rule(&self.settings.rules, account, &user) == rule).then(|| (account.to_owned(), user))
    }

    /// Tells an alarm on guard itself to the topics of all guards here: any of them may be the one that missed
    /// something.
    async fn health(&self, alarm: &Alarm, function: &str) -> Result<Handled, ResponderError> {
        let own = match OwnAlarm::of(alarm, function, Handler::Responder, |_| false) {
            Ok(own) => own,
            Err(why) => {
                alarm.refuse(&why);
                return Ok(Handled::Refused);
            }
        };
        let (mut topics, mut failures) = (BTreeSet::new(), Vec::new());
        if alarm.state == "ALARM" {
            match self.services.rules(&self.settings.bus, &self.settings.rules).await {
                Ok(rules) => {
                    for rule in rules {
                        match self.services.tags(&rule).await {
                            Ok(found) => topics.extend(tags::topics(&found)),
                            Err(refusal) => failures.push(format!("the topics of {rule}: {refusal}")),
                        }
                    }
                }
                Err(refusal) => {
                    failures.push(format!("any topic, for the guards can't be listed: {refusal}"))
                }
            }
        }
        let topics: Vec<String> = topics.into_iter().collect();
        let told = notify::health(&self.services, alarm, &own, &topics).await;
        match told {
            Err(mut error) => {
                error.failures.extend(failures);
                Err(error.into())
            }
            Ok(_) if !failures.is_empty() => {
                Err(notify::HealthError { alarm: alarm.arn.clone(), failures }.into())
            }
            Ok(told) => Ok(if told { Handled::Told } else { Handled::Calm }),
        }
    }
}

#[cfg(test)]
#[path = "tests/mod.rs"]
mod tests;
