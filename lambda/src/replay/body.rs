//! What is in a dead-letter queue of ours.

use guard_contract::{DETAIL_TYPE, MARK_FIELD, SOURCE};
use serde_json::Value;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::filter::Event;

/// A message that is neither.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Not JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// Something else.
    #[error("it is neither a failed invocation's record nor an event")]
    Unknown,
    /// An event that is not a signal of ours.
    #[error("it is an event, but not a CloudTrail Signal of guard with its detail")]
    Foreign,
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// The payload of an invocation that failed three times (Lambda, "Capturing records of Lambda asynchronous
    /// invocations": `requestPayload`).
    Payload(Value),
    /// An event that EventBridge could not deliver to a rule's target.
    Event(Value),
}

impl Body {
    /// Reads a message.
    ///
    /// # Errors
    /// If it is neither.
    pub fn parse(text: &str) -> Result<Self, BodyError> {
        let json: Value = serde_json::from_str(text).map_err(|error| BodyError::Json(error.to_string()))?;
        if let Some(payload) = json.get("requestPayload") {
            return Ok(Self::Payload(payload.clone()));
        }
        let is_event = json["detail-type"].is_string() && json["source"].is_string();
        if is_event { Ok(Self::Event(json)) } else { Err(BodyError::Unknown) }
    }
}

/// An event of ours as the filter put it: its detail, its time and the user's ARN.
///
/// # Errors
/// If it is not one of ours.
pub fn event_of(event: &Value) -> Result<Event, BodyError> {
    if event["source"] != SOURCE || event["detail-type"] != DETAIL_TYPE || !event["detail"].is_object() {
        return Err(BodyError::Foreign);
    }
    let mark = serde_json::from_value(event["detail"][MARK_FIELD].clone()).map_err(|_| BodyError::Foreign)?;
    let time = event["time"].as_str().and_then(|time| OffsetDateTime::parse(time, &Rfc3339).ok());
    Ok(Event {
        time,
        resource: event["resources"][0].as_str().unwrap_or_default().to_owned(),
        mark,
        detail: event["detail"].to_string(),
    })
}
