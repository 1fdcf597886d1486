//! What the filter must know of one guard: an SSM parameter at the hub, one for each guard that has any of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::expected::{Action, Expected};

/// [`Watch::version`] of this shape.
pub const WATCH_VERSION: u32 = 1;

/// The longest watch, as JSON: a standard parameter's value (SSM, PutParameter: 4 KB).
pub const WATCH_LENGTH: usize = 4096;

/// How long the filter goes by watches that it has read: so long does a new expectation take to count.
pub const WATCHES_AGE: Duration = Duration::from_secs(60);

/// What the filter must know of a guard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// [`WATCH_VERSION`] of the provider that wrote it.
    pub version: u32,
    /// The account that the user lives in.
    pub account: String,
    /// The user's name.
    pub user: String,
    /// The user's unique id (IAM, "Unique identifiers"), which a renamed user keeps; `None` while it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// The guard's region; a watch of 0.1.0 has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What the user's script is known to do, if that is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// Calls that are no signal whatever their outcome.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored_actions: Vec<Action>,
    /// ARNs of the topics that the guard tells, for alarms at the hub.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
}

/// A parameter that is not a watch of this version.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// Not JSON of that shape.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// Written by a newer provider.
    #[error("it has version {0} and this function knows version {WATCH_VERSION}")]
    Version(u32),
}

impl Watch {
    /// The watch of a user of whom nothing more is known.
    pub fn new(account: impl Into<String>, user: impl Into<String>) -> Self {
        Self {
            version: WATCH_VERSION,
            account: account.into(),
            user: user.into(),
            principal_id: None,
            region: None,
            expected: None,
            ignored_actions: Vec::new(),
            topics: Vec::new(),
        }
    }

    /// The watch as JSON, always the same bytes for the same watch.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and lists are always JSON")
    }

    /// Reads a watch.
    ///
    /// # Errors
    /// If it is not one that [`Watch::to_json`] wrote.
    pub fn parse(json: &str) -> Result<Self, WatchError> {
        let watch: Self = serde_json::from_str(json)?;
        if watch.version == WATCH_VERSION { Ok(watch) } else { Err(WatchError::Version(watch.version)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_is_read_back_as_it_was_written() {
        let json = r#"{"version":1,"account":"222222222222","user":"backup","expected":{"regions":["eu-west-1"]},"ignored_actions":["sts:GetCallerIdentity"],"topics":["arn:aws:sns:eu-west-1:1:ops"]}"#;
        let watch = Watch::parse(json).expect("a watch");
        assert_eq!(watch.to_json(), json);
    }

    #[test]
    fn another_version_is_refused() {
        let newer = r#"{"version":2,"account":"222222222222","user":"backup"}"#;
        assert!(matches!(Watch::parse(newer), Err(WatchError::Version(2))));
    }
}
