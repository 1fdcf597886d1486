//! What is known of a user's guard: its rule and the rule's tags.

use std::collections::BTreeMap;

use guard_contract::{Response, Tripped, incident, user_rule};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::{Instant, timeout_at};

use super::{BEFORE_DENY, Case, Responder, Rule, Services, record, stale::is_stale};
use crate::{arn, notify::short_hash};

/// A guard.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    /// Its rule's name.
    pub(super) rule: String,
    /// Its rule's ARN.
    pub(super) arn: String,
    /// The user's ARN, with its path.
    pub(super) user_arn: Option<String>,
    /// How it responds.
    pub(super) response: Response,
    /// How it was tripped, if it is.
    pub(super) tripped: Option<Tripped>,
    /// When records from before it came last.
    pub(super) before_at: Option<OffsetDateTime>,
    /// ARNs of the topics that it tells.
    pub(super) topics: Vec<String>,
    /// Which life of the guard this is: another one after it was re-armed, or built anew.
    pub(super) life: String,
}

impl Guard {
    fn new(name: String, rule: Rule, response: Response, tags: &BTreeMap<String, String>) -> Self {
        let record: Value = serde_json::from_str(&rule.description).unwrap_or_default();
        let builder = tags.get(incident::BUILDER_TAG).map_or("", String::as_str);
        let rearmed = response.rearmed.as_ref();
        let life = short_hash(&format!("{builder} {}", rearmed.map_or(0, |rearmed| rearmed.at)));
        Self {
            rule: name,
            arn: rule.arn,
            user_arn: record["user"].as_str().map(str::to_owned),
            tripped: record::recorded(tags, rearmed, &life),
            before_at: tags
                .get(incident::BEFORE_TAG)
                .and_then(|time| OffsetDateTime::parse(time, &Rfc3339).ok()),
            topics: incident::topics(tags),
            life,
            response,
        }
    }
}

/// What could be found out.
#[derive(Clone, Debug)]
pub(super) enum Finding {
    /// Everything.
    Guard(Box<Guard>),
    /// What came is from before the guard was re-armed.
    Stale,
    /// There is no such guard (any more).
    Removed,
    /// Not everything.
    Unread {
        /// The rule's ARN, if it is known.
        arn: Option<String>,
        /// How the guard responds; the default if that is not known.
        response: Response,
        /// Why.
        cause: String,
    },
}

impl<S: Services> Responder<S> {
    /// Finds out about a user's guard; what is not known at the deadline is not waited for.
    pub(super) async fn find_until(
        &self,
        deadline: Instant,
        case: &Case,
        read: Option<Rule>,
        function: &str,
    ) -> Finding {
        let arn = read.as_ref().map(|rule| rule.arn.clone()).or_else(|| {
            let name = user_rule(&self.settings.rules, &case.account, &case.user);
            arn::rule_arn(function, &self.settings.bus, &name)
        });
        match timeout_at(deadline, self.find(case, read, arn.clone())).await {
            Ok(found) => found,
            Err(_) => Finding::Unread {
                arn,
                response: Response::default(),
                cause: format!("its rule was not read within {} s", BEFORE_DENY.as_secs()),
            },
        }
    }

    /// Finds out about a user's guard, with as few calls as may be. The alarm's path has read the rule already.
    pub(super) async fn find(&self, case: &Case, read: Option<Rule>, arn: Option<String>) -> Finding {
        let settings = &self.settings;
        let (name, rule) = match read {
            Some(rule) => (arn::name_of(&rule.arn).to_owned(), rule),
            None => {
                let name = user_rule(&settings.rules, &case.account, &case.user);
                match self.services.rule(&settings.bus, &name).await {
                    // A rule that does not tell its ARN has the one that it must have.
                    Ok(Some(rule)) if rule.arn.is_empty() => {
                        (name, Rule { arn: arn.unwrap_or_default(), ..rule })
                    }
                    Ok(Some(rule)) => (name, rule),
                    Ok(None) => return Finding::Removed,
                    Err(refusal) => {
                        let cause = format!("rule {name} can't be read: {refusal}");
                        return Finding::Unread { arn, response: Response::default(), cause };
                    }
                }
            }
        };
        let now = (settings.clock)();
        let response = Response::of(&rule.description, now.unix_timestamp());
        if is_stale(&case.trigger, response.rearmed.as_ref(), now) {
            return Finding::Stale;
        }
        match self.services.tags(&rule.arn).await {
            Ok(tags) => Finding::Guard(Box::new(Guard::new(name, rule, response, &tags))),
            Err(refusal) => {
                let cause = format!("the tags of rule {name} can't be read: {refusal}");
                Finding::Unread { arn: Some(rule.arn), response, cause }
            }
        }
    }
}
