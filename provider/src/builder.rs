//! Who builds a guard: a run of terraform, as others can read it in a tag of the guard's rule.
//!
//! Two states that guard the same user know nothing of each other; what each can tell the other's owner is
//! when and where its terraform ran.

use std::{env, fmt, process};

use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// For so long a guard that isn't complete is taken for one that somebody is building right now.
const UNDER_WAY: Duration = Duration::minutes(5);

/// How much of the place is kept: EventBridge allows a tag's value 256 characters.
const PLACE_LIMIT: usize = 200;

/// A run of terraform that builds a guard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Builder {
    /// When it began with the guard.
    since: OffsetDateTime,
    /// A number of its own.
    run: String,
    /// The machine and the folder that terraform runs in, `machine:/folder`.
    place: String,
}

impl Builder {
    /// This run, beginning now.
    pub(crate) fn now() -> Self {
        let folder = env::current_dir().unwrap_or_default();
        let machine = gethostname::gethostname();
        let place: String =
            format!("{}:{}", machine.display(), folder.display()).chars().map(allowed).collect();
        let run = Sha256::digest(format!("{place} {}", process::id()));
        let since = OffsetDateTime::now_utc().truncate_to_second();
        Self {
            since,
            run: run.iter().take(4).map(|byte| format!("{byte:02x}")).collect(),
            place: place.chars().take(PLACE_LIMIT).collect(),
        }
    }

    /// Reads what [`fmt::Display`] has written; `None` if it is something else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let since = OffsetDateTime::parse(parts.next()?, &Rfc3339).ok()?;
        Some(Self { since, run: parts.next()?.to_owned(), place: parts.next()?.to_owned() })
    }

    /// Whether it is the same run.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.run == other.run && self.place == other.place
    }

    /// Whether it ran on another machine or in another folder.
    pub(crate) fn is_elsewhere(&self, here: &Self) -> bool {
        self.place != here.place
    }

    /// Whether what it began may still be under way, elsewhere: nobody in this run's folder waits for it.
    pub(crate) fn may_be_at_work(&self, here: &Self) -> bool {
        self.is_elsewhere(here) && here.since - self.since < UNDER_WAY
    }

    fn began(&self) -> String {
        self.since.format(&Rfc3339).expect("a moment in UTC of these centuries has an RFC 3339 form")
    }

    /// Where and when, in words.
    pub(crate) fn described(&self) -> String {
        format!("by terraform in {}, begun at {}", self.place, self.began())
    }
}

/// What EventBridge allows in a tag's value (TagResource); anything else becomes a hyphen.
fn allowed(char: char) -> char {
    if char.is_ascii_alphanumeric() || "_.:/=+-@".contains(char) { char } else { '-' }
}

impl fmt::Display for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.began(), self.run, self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsewhere(minutes_ago: i64) -> Builder {
        let since = Builder::now().since - Duration::minutes(minutes_ago);
        Builder { since, run: "01020304".into(), place: "laptop:/home/anna/infra".into() }
    }

    #[test]
    fn a_builder_is_read_back_as_it_was_written() {
        let builder = Builder::now();
        let text = builder.to_string();
        assert!(text.len() <= 256, "{text}");
        assert_eq!(Builder::parse(&text), Some(builder));
        assert_eq!(Builder::parse("somebody else's tag"), None);
    }

    #[test]
    fn a_builder_is_described_with_a_time_that_others_use() {
        let builder = Builder::parse("2026-11-26T12:27:52Z 01020304 laptop:/home/anna/infra");
        let described = builder.map(|builder| builder.described()).unwrap_or_default();
        assert_eq!(described, "by terraform in laptop:/home/anna/infra, begun at 2026-11-26T12:27:52Z");
    }

    #[test]
    fn another_run_is_thought_at_work_for_five_minutes() {
        let here = Builder::now();
        assert!(elsewhere(1).may_be_at_work(&here));
        assert!(!elsewhere(6).may_be_at_work(&here));
        assert!(!here.may_be_at_work(&Builder::now()), "this folder's own run is over");
    }
}
