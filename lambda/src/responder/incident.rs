//! What comes to the responder: a signal from the user's rule, CloudWatch's alarm on that rule, or an
//! alarm on guard itself.

use guard_contract::{DETAIL_TYPE, MARK_FIELD, SOURCE, is_user_name};
use serde::Serialize;
use serde_json::Value;

use crate::alarm::{Alarm, AlarmError};

/// A message that says too little.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum IncidentError {
    /// Neither ours nor an alarm's.
    #[error("the event is neither a CloudTrail Signal of guard nor a CloudWatch alarm")]
    Unknown,
    /// One of ours that lacks something.
    #[error("the event does not say {0}")]
    Missing(&'static str),
    /// An alarm that lacks something.
    #[error(transparent)]
    Alarm(#[from] AlarmError),
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A signal, with its record.
    Signal(Box<Case>),
    /// A change of state of the alarm on a user's rule.
    Matched {
        /// The alarm.
        alarm: Box<Alarm>,
        /// The bus's name.
        bus: String,
        /// The rule's name.
        rule: String,
    },
    /// A change of state of an alarm on guard itself.
    Health(Box<Alarm>),
}

/// A user and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The user's account.
    pub account: String,
    /// The user's name.
    pub user: String,
    /// The name under which the user made the call, if its record has one: another than `user` if it was renamed.
    pub called_as: Option<String>,
    /// The user's unique id, if the record or the guard has it: a renamed user keeps it.
    pub principal_id: Option<String>,
    /// The access key of the call, if its record has one.
    pub access_key: Option<String>,
    /// What it did.
    pub trigger: Trigger,
    /// The record, or the alarm, as JSON.
    pub evidence: String,
}

/// What tripped the guard, for the log: from the record, or from the alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trigger {
    /// Why the filter forwarded the record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<String>,
    /// CloudTrail's `eventID`, and so on.
    #[serde(rename = "eventID", skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    /// The call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    /// The service that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_source: Option<String>,
    /// When it was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_time: Option<String>,
    /// Where it was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_region: Option<String>,
    /// What it was refused with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// From where.
    #[serde(rename = "sourceIPAddress", skip_serializing_if = "Option::is_none")]
    pub source_ip_address: Option<String>,
    /// With what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The alarm's ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm: Option<String>,
    /// The rule that the alarm watches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
}

impl Trigger {
    /// The trigger on the alarm's path, which knows no record.
    pub fn alarm(alarm: String, rule: String) -> Self {
        Self { alarm: Some(alarm), rule: Some(rule), ..Self::default() }
    }

    /// The way that the message came.
    pub fn path(&self) -> &'static str {
        if self.alarm.is_some() { "alarm" } else { "rule" }
    }

    /// What tripped the guard in a word: the record, or the alarm's name.
    pub fn name(&self) -> &str {
        let alarm = self.alarm.as_deref().and_then(|arn| arn.rsplit(':').next());
        self.event_id.as_deref().or(alarm).unwrap_or("unknown")
    }

    fn record(detail: &Value) -> Self {
        let text = |name: &str| detail[name].as_str().map(str::to_owned);
        let signals = detail[MARK_FIELD]["signals"].as_array();
        Self {
            signals: signals
                .into_iter()
                .flatten()
                .filter_map(|signal| signal.as_str().map(str::to_owned))
                .collect(),
            event_id: text("eventID"),
            event_name: text("eventName"),
            event_source: text("eventSource"),
            event_time: text("eventTime"),
            aws_region: text("awsRegion"),
            error_code: text("errorCode"),
            source_ip_address: text("sourceIPAddress"),
            user_agent: text("userAgent"),
            alarm: None,
            rule: None,
        }
    }
}

impl Message {
    /// Reads a payload; `rules` is what the names of users' rules begin with.
    ///
    /// Of ours only the account and the user are needed: a mark of a version to come, an unknown signal or a record
    /// that was cut must not keep the user from being denied.
    ///
    /// # Errors
    /// If it is something else, or does not say what is needed.
    pub fn parse(payload: &Value, rules: &str) -> Result<Self, IncidentError> {
        if payload["source"] == SOURCE && payload["detail-type"] == DETAIL_TYPE {
            let detail = &payload["detail"];
            let mark = &detail[MARK_FIELD];
            return Ok(Self::Signal(Box::new(Case {
                account: text(&mark["account"], "the user's account")?,
                user: text(&mark["user"], "the user's name")?,
                // Another name leads to no user, and would stand in messages that people paste into a shell.
                called_as: user_of(&detail["userIdentity"], "userName").filter(|name| is_user_name(name)),
                principal_id: user_of(&detail["userIdentity"], "principalId"),
                access_key: detail["userIdentity"]["accessKeyId"].as_str().map(str::to_owned),
                trigger: Trigger::record(detail),
                evidence: detail.to_string(),
            })));
        }
        if !Alarm::is(payload) {
            return Err(IncidentError::Unknown);
        }
        let alarm = Box::new(Alarm::parse(payload)?);
        // A user's alarm has its rule's name.
        let is_users = |rule: &str| rule.starts_with(rules) && (alarm.name.is_empty() || alarm.name == rule);
        let users = alarm.rule().filter(|(_, rule)| is_users(rule));
        Ok(match users.map(|(bus, rule)| (bus.to_owned(), rule.to_owned())) {
            Some((bus, rule)) => Self::Matched { alarm, bus, rule },
            None => Self::Health(alarm),
        })
    }
}

/// What a record's identity says of the user, which of a federated session is the issuer.
fn user_of(identity: &Value, field: &str) -> Option<String> {
    let issuer = &identity["sessionContext"]["sessionIssuer"];
    let user = if identity["type"] == "FederatedUser" { issuer } else { identity };
    user[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn text(value: &Value, what: &'static str) -> Result<String, IncidentError> {
    let text = value.as_str().filter(|text| !text.is_empty());
    Ok(text.ok_or(IncidentError::Missing(what))?.to_owned())
}
