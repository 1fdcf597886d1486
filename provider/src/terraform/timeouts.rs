//! The block `timeouts`: how long an operation may go on starting new steps.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use super::state::given;

/// What each operation has if the block doesn't say: a function may take five minutes to become active, and
/// a role two to be seen everywhere.
pub(super) const DEFAULT: Duration = Duration::from_secs(20 * 60);

/// The block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Timeouts {
    pub(super) create: Value<String>,
    pub(super) update: Value<String>,
    pub(super) delete: Value<String>,
}

/// Not a duration.
#[derive(Debug, thiserror::Error)]
#[error("\"{given}\" is not a duration of at least one second, such as \"90s\", \"20m\" or \"1h30m\"")]
pub(super) struct DurationError {
    given: String,
}

/// Reads a duration.
///
/// # Errors
/// If it is none, or less than a second.
pub(super) fn parse(text: &str) -> Result<Duration, DurationError> {
    let duration = humantime::parse_duration(text).ok().filter(|duration| duration.as_secs() > 0);
    duration.ok_or_else(|| DurationError { given: text.to_owned() })
}

impl Timeouts {
    /// The attributes, by name.
    pub(super) fn each(&self) -> [(&'static str, &Value<String>); 3] {
        [("create", &self.create), ("update", &self.update), ("delete", &self.delete)]
    }
}

/// How long an operation has: what was checked when the configuration was, or the default.
pub(super) fn of(block: &Value<Timeouts>, operation: impl Fn(&Timeouts) -> &Value<String>) -> Duration {
    let Value::Value(block) = block else { return DEFAULT };
    given(operation(block)).and_then(|text| parse(text).ok()).unwrap_or(DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_terraforms_users_write_them() {
        for (text, seconds) in [("90s", 90), ("20m", 1200), ("1h30m", 5400), ("1m30s", 90)] {
            assert_eq!(parse(text).ok(), Some(Duration::from_secs(seconds)), "{text}");
        }
        for bad in ["", "20", "soon", "0s", "-5m"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_not_given_has_the_default() {
        let block = Timeouts { create: Value::Value("5m".into()), ..Timeouts::default() };
        assert_eq!(of(&Value::Value(block.clone()), |block| &block.create), Duration::from_secs(300));
        assert_eq!(of(&Value::Value(block), |block| &block.delete), DEFAULT);
        assert_eq!(of(&Value::Null, |block| &block.delete), DEFAULT);
    }
}
