//! What the local AWS recorded.

use serde::Deserialize;
use serde_json::Value;

/// One thing that happened to an event, or to a function or alarm because of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Hop {
    /// Its number.
    pub n: u64,
    /// When, in seconds since 1970.
    pub time: f64,
    /// What kind of thing happened.
    pub kind: String,
    /// In which account.
    pub account: Option<String>,
    /// In which region.
    pub region: Option<String>,
    /// The bus, function, alarm or bucket.
    pub name: Option<String>,
    /// The rule.
    pub rule: Option<String>,
    /// The target's ARN or id.
    pub target: Option<String>,
    /// How it ended.
    pub outcome: Option<String>,
    /// AWS's error code.
    pub code: Option<String>,
    /// The event's id.
    pub event_id: Option<String>,
    /// More.
    pub detail: Value,
}

/// One request that the local AWS was sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Its number.
    pub n: u64,
    /// When, in seconds since 1970.
    pub time: f64,
    /// The account that it acted in.
    pub account: Option<String>,
    /// The region that it was sent to.
    pub region: Option<String>,
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The HTTP status.
    pub status: u16,
    /// AWS's error code.
    pub error: Option<String>,
    /// The caller's User-Agent.
    pub agent: String,
}

impl Request {
    /// Whether the provider made it: not a function, not the harness.
    pub fn is_the_providers(&self) -> bool {
        self.agent.contains(" app/guard-")
    }
}

impl Request {
    /// Whether it was meant to change something.
    pub fn is_write(&self) -> bool {
        let reads = ["Assume", "Describe", "Get", "Head", "List"];
        !reads.iter().any(|verb| self.operation.starts_with(verb))
    }
}
