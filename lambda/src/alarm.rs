//! What CloudWatch calls a function with when an alarm changes its state.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    log::{self, Level},
    text::{VALUE, clean},
};

/// An alarm's payload that lacks something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the alarm does not say {0}")]
pub struct AlarmError(pub &'static str);

/// An alarm and its new state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alarm {
    /// The alarm's ARN.
    pub arn: String,
    /// The alarm's name.
    pub name: String,
    /// `ALARM`, `OK` or `INSUFFICIENT_DATA`.
    pub state: String,
    /// What the alarm's description says: whoever made the alarm has written it.
    pub description: String,
    /// When it changed, as CloudWatch writes it.
    pub since: String,
    /// The metrics that it watches.
    pub metrics: Vec<Metric>,
}

/// One metric of an alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metric {
    /// `AWS/Events`, …
    pub namespace: String,
    /// `RuleName`, …
    pub dimensions: BTreeMap<String, String>,
}

impl Alarm {
    /// Whether a payload is an alarm's.
    pub fn is(payload: &Value) -> bool {
        payload["source"] == "aws.cloudwatch" && payload["alarmData"].is_object()
    }

    /// Reads a payload for which [`Alarm::is`] holds.
    ///
    /// # Errors
    /// If it does not say which alarm it is, or its state.
    pub fn parse(payload: &Value) -> Result<Self, AlarmError> {
        let data = &payload["alarmData"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let needed = |value: &Value, what| match value.as_str() {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(AlarmError(what)),
        };
        let metrics = data["configuration"]["metrics"].as_array();
        Ok(Self {
            arn: needed(&payload["alarmArn"], "its ARN")?,
            name: text(&data["alarmName"]),
            state: needed(&data["state"]["value"], "its state")?,
            description: text(&data["configuration"]["description"]),
            since: text(&data["state"]["timestamp"]),
            metrics: metrics
                .into_iter()
                .flatten()
                .map(|metric| metric_of(&metric["metricStat"]["metric"]))
                .collect(),
        })
    }

    /// Notes that an alarm is not listened to. That is no error: anybody whose alarm may call would have the function
    /// fail, and its alarms told, as often as they like.
    pub fn refuse(&self, why: &impl std::fmt::Display) {
        let name = clean(&self.name, VALUE);
        let details =
            serde_json::json!({"alarm": clean(&self.arn, VALUE), "name": name, "why": why.to_string()});
        log::write(Level::Warn, "refused: an alarm that is not guard's", &details);
    }

    /// Bus and rule whose matches the alarm counts, if those are what it watches.
    pub fn rule(&self) -> Option<(&str, &str)> {
        self.metrics.iter().filter(|metric| metric.namespace == "AWS/Events").find_map(|metric| {
            let dimension = |name: &str| metric.dimensions.get(name).map(String::as_str);
            Some((dimension("EventBusName")?, dimension("RuleName")?))
        })
    }
}

fn metric_of(metric: &Value) -> Metric {
    let dimensions = metric["dimensions"].as_object();
    Metric {
        namespace: metric["namespace"].as_str().unwrap_or_default().to_owned(),
        dimensions: dimensions
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
    }
}
