//! How a guard responds: a part of its record, which is its rule's description.

use serde::{Deserialize, Serialize};

/// What a guard does when it trips.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Denies the user everything, and tells.
    #[default]
    Enforce,
    /// Only tells.
    Monitor,
}

impl Mode {
    /// Both modes.
    pub const ALL: [Mode; 2] = [Mode::Enforce, Mode::Monitor];

    /// The mode's name in Terraform, in records and in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Enforce => "enforce",
            Mode::Monitor => "monitor",
        }
    }

    /// The mode of that name.
    pub fn named(name: &str) -> Option<Mode> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// How many seconds one clock may go before another.
pub const AHEAD: i64 = 5 * 60;

/// When and with which word a guard was re-armed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rearmed {
    /// In seconds since 1970. Records from before then are ignored.
    pub at: i64,
    /// What stands for the word (`rearm`), which may be longer than a record has room for: see [`Rearmed::word`].
    pub word: String,
}

impl Rearmed {
    /// What stands for a word in the record.
    pub fn word(word: &str) -> String {
        use sha2::{Digest, Sha256};
        Sha256::digest(word).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How a guard responds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Response {
    /// Whether it denies.
    #[serde(skip_serializing_if = "is_default")]
    pub mode: Mode,
    /// Whether it makes the user's access keys inactive as well.
    #[serde(rename = "keys", skip_serializing_if = "is_default")]
    pub deactivate_keys: bool,
    /// When it was re-armed last, if it ever was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rearmed: Option<Rearmed>,
    /// When it was built, in seconds since 1970; a guard of 0.1.0 does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// The user's unique id, by which a renamed user is found; `None` if it is not known, or the record has no room.
    #[serde(rename = "id", skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
}

impl Response {
    /// How the guard with that record responds; `now` is in seconds since 1970. Each part that can't be read has the
    /// value that denies: in doubt, contain. So has a re-arming that is not over yet: nothing would ever trip the
    /// guard.
    pub fn of(record: &str, now: i64) -> Self {
        let json: serde_json::Value = serde_json::from_str(record).unwrap_or_default();
        let part = |name: &str| json.get(name).cloned().unwrap_or_default();
        Self {
            mode: serde_json::from_value(part("mode")).unwrap_or_default(),
            deactivate_keys: part("keys").as_bool().unwrap_or_default(),
            rearmed: serde_json::from_value(part("rearmed"))
                .ok()
                .filter(|rearmed: &Rearmed| rearmed.at <= now.saturating_add(AHEAD)),
            since: part("since").as_i64().filter(|since| *since <= now.saturating_add(AHEAD)),
            principal_id: part("id").as_str().map(str::to_owned),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_read_back_as_it_was_written() {
        let rearmed = Some(Rearmed { at: 1_764_036_600, word: Rearmed::word("OPS-17") });
        let since = Some(1_764_000_000);
        let principal_id = Some("AIDAEXAMPLE".to_owned());
        let response = Response { mode: Mode::Monitor, deactivate_keys: true, rearmed, since, principal_id };
        let json = serde_json::to_string(&response).expect("plain values");
        assert_eq!(Response::of(&json, 1_764_036_600), response);
        assert_eq!(serde_json::to_string(&Response::default()).expect("plain values"), "{}");
    }

    #[test]
    fn what_cannot_be_read_denies() {
        for record in ["", "not json", "[]", r#"{"mode":"newer","keys":"?","rearmed":7}"#] {
            assert_eq!(Response::of(record, 0), Response::default(), "{record}");
        }
    }

    #[test]
    fn a_rearming_that_is_not_over_yet_is_none() {
        let record = r#"{"rearmed":{"at":1000,"word":"0a1b2c3d"}}"#;
        for (now, is_believed) in [(1000, true), (700, true), (699, false), (0, false)] {
            assert_eq!(Response::of(record, now).rearmed.is_some(), is_believed, "{now}");
        }
        let ever = format!(r#"{{"rearmed":{{"at":{},"word":""}}}}"#, i64::MAX);
        assert_eq!(Response::of(&ever, 1_764_036_600).rearmed, None);
    }
}
