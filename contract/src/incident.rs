//! How a guard was tripped: the tags of its rule, which the responder writes and the provider reads.
//!
//! Several responders may be at it at once, and TagResource leaves alone the tags that it doesn't name: what was done
//! has a tag for each step and each key, so that none writes over what another has done.
//!
//! A tag's value has at most 256 letters, digits, spaces or any of `_.:/=+-@` (EventBridge, TagResource).

use std::collections::BTreeMap;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::Rearmed;

/// What all tags of ours begin with.
pub const TAG_PREFIX: &str = "guard:";
/// The tag of a guard's rule that holds who built it: with [`Rearmed`], which life of the guard it is.
pub const BUILDER_TAG: &str = "guard:builder";

/// The tag that holds when records from before the guard came last, RFC 3339 in UTC: they move its alarm, too, which does
/// not say which records did.
pub const BEFORE_TAG: &str = "guard:before-at";

const AT: &str = "guard:tripped-at";
const BY: &str = "guard:tripped-by";
const SIGNAL: &str = "guard:tripped-signal";
const TRIPPED_KEY: &str = "guard:tripped-key";
/// Before a step's name.
const STEP: &str = "guard:response-";
/// Before the id of a key that was made inactive.
const KEY: &str = "guard:deactivated-";
const TOLD: &str = "guard:told";
const TOPIC: &str = "guard:topic-";

/// The most topics that a guard tells: each is a tag, of which a rule has 50.
pub const TOPICS: usize = 5;
/// The longest topic ARN: it has to fit into a tag.
pub const TOPIC_LENGTH: usize = 256;

/// One thing that a response does to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// [`DENY_POLICY`](crate::DENY_POLICY) is attached.
    Attach,
    /// The inline policy [`INLINE_DENY_NAME`](crate::INLINE_DENY_NAME) is put.
    Inline,
    /// Access keys are made inactive.
    Keys,
}

impl Step {
    /// All steps, in the order in which they are tried.
    pub const ALL: [Step; 3] = [Step::Attach, Step::Inline, Step::Keys];

    /// The step's name in the tag.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Attach => "attach",
            Step::Inline => "inline",
            Step::Keys => "keys",
        }
    }

    fn tag(self) -> String {
        format!("{STEP}{}", self.name())
    }
}

/// How a guard was tripped, and what was done to its user.
///
/// The responder writes a step down before it takes it, so that a response which is cut off can be undone: what is
/// here may have been done, what is not here was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tripped {
    /// When the responder began, RFC 3339 in UTC; never before the guard was re-armed last.
    pub at: String,
    /// The record's `eventID`, or the alarm's name.
    pub by: String,
    /// The first of the record's signals, or `alarm`.
    pub signal: String,
    /// The id of the access key of the record, if it has one: that key has leaked.
    pub key: Option<String>,
    /// What was done.
    pub steps: Vec<Step>,
    /// The ids of the access keys that were active and were made inactive.
    pub keys: Vec<String>,
    /// Who was told already: see the responder.
    pub told: Vec<String>,
}

impl Tripped {
    /// What the tags of a rule tell; `None` if its guard has not tripped.
    pub fn from_tags(tags: &BTreeMap<String, String>) -> Option<Self> {
        let text = |key: &str| tags.get(key).cloned().unwrap_or_default();
        let at = tags.get(AT)?.clone();
        Some(Self {
            at,
            by: text(BY),
            signal: text(SIGNAL),
            key: tags.get(TRIPPED_KEY).cloned(),
            steps: Step::ALL.into_iter().filter(|step| tags.contains_key(&step.tag())).collect(),
            keys: tags.keys().filter_map(|key| key.strip_prefix(KEY)).map(str::to_owned).collect(),
            told: text(TOLD).split_whitespace().map(str::to_owned).collect(),
        })
    }

    /// The tags that tell it; nothing of what it doesn't know of.
    pub fn to_tags(&self) -> BTreeMap<String, String> {
        let words = [(AT, self.at.clone()), (BY, self.by.clone()), (SIGNAL, self.signal.clone())];
        let told = (!self.told.is_empty()).then(|| (TOLD, self.told.join(" ")));
        let words = words.into_iter().chain(told).map(|(key, value)| (key.to_owned(), fitting(&value)));
        words.chain(self.key_tag()).chain(self.done_tags()).collect()
    }

    /// The tag that tells which access key leaked; none if that is not known.
    pub fn key_tag(&self) -> BTreeMap<String, String> {
        self.key.iter().map(|key| (TRIPPED_KEY.to_owned(), fitting(key))).collect()
    }

    /// The tags that tell of what was done.
    pub fn done_tags(&self) -> BTreeMap<String, String> {
        let steps = self.steps.iter().map(|step| step.tag());
        let keys = self.keys.iter().map(|key| fitting(&format!("{KEY}{key}")));
        steps.chain(keys).map(|key| (key, "true".to_owned())).collect()
    }

    /// Whether it is from before a re-arming. What has no legible time is not.
    pub fn is_over(&self, rearmed: Option<&Rearmed>) -> bool {
        let at = OffsetDateTime::parse(&self.at, &Rfc3339).map(OffsetDateTime::unix_timestamp);
        rearmed.is_some_and(|rearmed| at.is_ok_and(|at| at < rearmed.at))
    }

    /// Whether a tag of that key tells of an incident: taking all of them off ends it.
    pub fn is_tag(key: &str) -> bool {
        [AT, BY, SIGNAL, TRIPPED_KEY, TOLD, BEFORE_TAG].contains(&key)
            || key.starts_with(STEP)
            || key.starts_with(KEY)
    }
}

/// The tags that hold the topics which a guard tells, in their order.
pub fn topic_tags(topics: &[String]) -> BTreeMap<String, String> {
    let tag = |(index, topic): (usize, &String)| (format!("{TOPIC}{}", index + 1), topic.clone());
    topics.iter().take(TOPICS).enumerate().map(tag).collect()
}

/// The topics that the tags of a rule hold.
pub fn topics(tags: &BTreeMap<String, String>) -> Vec<String> {
    (1..=TOPICS).filter_map(|index| tags.get(&format!("{TOPIC}{index}")).cloned()).collect()
}

/// Whether a tag of that key holds a topic.
pub fn is_topic_tag(key: &str) -> bool {
    key.starts_with(TOPIC)
}

/// What a tag's value may hold of a text.
fn fitting(text: &str) -> String {
    let allowed = |char: char| {
        if char.is_ascii_alphanumeric() || " _.:/=+-@".contains(char) { char } else { '_' }
    };
    text.chars().map(allowed).take(256).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incident_is_read_back_as_it_was_written() {
        let tripped = Tripped {
            at: "2026-11-25T02:10:00Z".into(),
            by: "c51ec284-0000-0000-0000-000000000000".into(),
            signal: "get_caller_identity".into(),
            key: Some("AKIAEXAMPLE1".into()),
            steps: vec![Step::Attach, Step::Keys],
            keys: vec!["AKIAEXAMPLE1".into(), "AKIAEXAMPLE2".into()],
            told: vec!["event".into()],
        };
        let tags = tripped.to_tags();
        assert!(tags.keys().all(|key| Tripped::is_tag(key)), "{tags:?}");
        assert!(!Tripped::is_tag(BUILDER_TAG) && !Tripped::is_tag("guard:topic-1"));
        assert_eq!(Tripped::from_tags(&tags), Some(tripped));
        assert_eq!(Tripped::from_tags(&BTreeMap::new()), None);
    }

    #[test]
    fn two_who_write_at_once_lose_nothing_that_was_done() {
        let of = |step, key: &str| Tripped {
            at: "2026-11-25T02:10:00Z".into(),
            steps: vec![step],
            keys: vec![key.into()],
            ..Tripped::default()
        };
        let mut tags = of(Step::Attach, "AKIAEXAMPLE1").to_tags();
        tags.extend(of(Step::Keys, "AKIAEXAMPLE2").to_tags());
        let both = Tripped::from_tags(&tags).expect("an incident");
        assert_eq!((both.steps.len(), both.keys.len()), (2, 2));
    }

    #[test]
    fn an_incident_from_before_the_rearming_is_over() {
        let tripped = Tripped { at: "2026-11-25T02:10:00Z".into(), ..Tripped::default() };
        let at = OffsetDateTime::parse(&tripped.at, &Rfc3339).expect("a time").unix_timestamp();
        let rearmed = |at| Some(Rearmed { at, word: String::new() });
        assert!(tripped.is_over(rearmed(at + 1).as_ref()));
        assert!(!tripped.is_over(rearmed(at).as_ref()) && !tripped.is_over(None));
    }

    #[test]
    fn a_tag_holds_what_tags_may_hold() {
        let tripped = Tripped { by: "ünter*".repeat(99), ..Tripped::default() };
        let by = &tripped.to_tags()[BY];
        assert!(by.len() == 256 && by.starts_with("_nter_"), "{by}");
    }

    #[test]
    fn topics_keep_their_order() {
        let all: Vec<String> = (0..TOPICS).map(|i| format!("arn:aws:sns:eu-west-1:1:{}", 9 - i)).collect();
        let tags = topic_tags(&all);
        assert!(tags.keys().all(|key| is_topic_tag(key)));
        assert_eq!(topics(&tags), all);
    }
}
