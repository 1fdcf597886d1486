//! What comes to the responder: a signal from the user's rule, or CloudWatch's alarm on that rule.

use guard_contract::{DETAIL_TYPE, MARK_FIELD, SOURCE};
use serde::Serialize;
use serde_json::Value;

/// A message that says too little.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum IncidentError {
    /// Neither ours nor an alarm's.
    #[error("the event is neither a CloudTrail Signal of guard nor a CloudWatch alarm")]
    Unknown,
    /// One of ours, or an alarm, that lacks something.
    #[error("the event does not say {0}")]
    Missing(&'static str),
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A signal, with its record.
    Signal(Box<Signalled>),
    /// An alarm's change of state.
    Alarm(Alarm),
}

/// A user and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signalled {
    /// The user's account.
    pub account: String,
    /// The user's name.
    pub user: String,
    /// What it did.
    pub trigger: Trigger,
}

/// An alarm and the rule whose matches it watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// The alarm's ARN.
    pub arn: String,
    /// `ALARM`, `OK` or `INSUFFICIENT_DATA`.
    pub state: String,
    /// The bus's name.
    pub bus: String,
    /// The rule's name.
    pub rule: String,
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
    /// Reads a payload. Of ours only the account and the user are needed: a mark of a version to come, an
    /// unknown signal or a record that was cut must not keep the user from being denied.
    ///
    /// # Errors
    /// If it is something else, or does not say what is needed.
    pub fn parse(payload: &Value) -> Result<Self, IncidentError> {
        if payload["source"] == SOURCE && payload["detail-type"] == DETAIL_TYPE {
            let detail = &payload["detail"];
            let mark = &detail[MARK_FIELD];
            return Ok(Self::Signal(Box::new(Signalled {
                account: text(&mark["account"], "the user's account")?,
                user: text(&mark["user"], "the user's name")?,
                trigger: Trigger::record(detail),
            })));
        }
        if payload["source"] != "aws.cloudwatch" || !payload["alarmData"].is_object() {
            return Err(IncidentError::Unknown);
        }
        let data = &payload["alarmData"];
        let metrics = data["configuration"]["metrics"].as_array();
        let (bus, rule) = metrics
            .into_iter()
            .flatten()
            .map(|metric| &metric["metricStat"]["metric"]["dimensions"])
            .find_map(|dimensions| {
                Some((dimensions["EventBusName"].as_str()?, dimensions["RuleName"].as_str()?))
            })
            .ok_or(IncidentError::Missing("which rule of which bus the alarm watches"))?;
        Ok(Self::Alarm(Alarm {
            arn: text(&payload["alarmArn"], "the alarm's ARN")?,
            state: text(&data["state"]["value"], "the alarm's state")?,
            bus: bus.to_owned(),
            rule: rule.to_owned(),
        }))
    }
}

fn text(value: &Value, what: &'static str) -> Result<String, IncidentError> {
    let text = value.as_str().filter(|text| !text.is_empty());
    Ok(text.ok_or(IncidentError::Missing(what))?.to_owned())
}
