//! Tags that are not guard's mark: what every object gets, what a guard's own objects get, and what is left to others.

use std::collections::{BTreeMap, BTreeSet};

use guard_contract::incident::TAG_PREFIX;

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// AWS allows 50 tags, and guard needs 20 of them on a rule: the mark, who built the guard, its topics, and how it
/// has tripped.
pub(crate) const TAGS_LIMIT: usize = 30;
/// AWS's limits (tagging best practices, "Tag naming limits").
const KEY_LENGTH: usize = 128;
const VALUE_LENGTH: usize = 256;

/// A tag that can't be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TagError {
    /// Guard's or AWS's own.
    #[error("The tag \"{0}\" is reserved: keys may not begin with \"{TAG_PREFIX}\" or \"aws:\".")]
    Reserved(String),
    /// Too long, or without a key.
    #[error(
        "The tag \"{0}\" is longer than AWS allows, or has no key: a key has 1 to {KEY_LENGTH} characters, a value at most {VALUE_LENGTH}."
    )]
    Length(String),
    /// Characters that IAM and Systems Manager refuse.
    #[error(
        "The tag \"{0}\" holds a character that AWS does not allow: letters, digits, spaces and _ . : / = + - @ are, in key and value."
    )]
    Character(String),
}

/// Whether AWS would take a tag, on every kind of object.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_tag(key: &str, value: Option<&str>) -> Result<(), TagError> {
    let value = value.unwrap_or_default();
    let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
    if key.to_ascii_lowercase().starts_with(TAG_PREFIX) || key.to_ascii_lowercase().starts_with("aws:") {
        Err(TagError::Reserved(key.to_owned()))
    } else if key.is_empty() || key.chars().count() > KEY_LENGTH || value.chars().count() > VALUE_LENGTH {
        Err(TagError::Length(key.to_owned()))
    } else if !key.chars().chain(value.chars()).all(allowed) {
        Err(TagError::Character(key.to_owned()))
    } else {
        Ok(())
    }
}

/// What the provider block says of tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tagging {
    /// For everything that guard makes.
    pub(crate) defaults: Tags,
    /// Keys that are left to others.
    pub(crate) ignored_keys: BTreeSet<String>,
    /// What such keys begin with.
    pub(crate) ignored_prefixes: BTreeSet<String>,
}

impl Tagging {
    /// Whether tags of that key are left to others: neither set nor removed nor compared.
    fn ignores(&self, key: &str) -> bool {
        self.ignored_keys.contains(key)
            || self.ignored_prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
    }

    /// The defaults that are not left to others.
    pub(crate) fn defaults(&self) -> Tags {
        self.merged(&Tags::new())
    }

    /// The defaults and a guard's tags over them.
    pub(crate) fn merged(&self, tags: &Tags) -> Tags {
        let mut all = self.defaults.clone();
        all.extend(tags.clone());
        self.heeded(all)
    }

    /// The tags that are not left to others.
    pub(crate) fn heeded(&self, mut tags: Tags) -> Tags {
        tags.retain(|key, _| !self.ignores(key));
        tags
    }

    /// A guard's tags, of all that it has.
    pub(crate) fn beside_defaults(&self, all: &Tags) -> Tags {
        let mut tags = all.clone();
        tags.retain(|key, value| self.defaults.get(key) != Some(value));
        tags
    }
}

/// The default tags of shared objects, which other states may tag as well: whoever was first is right, and nothing
/// is taken off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SharedTags {
    /// As they are to be.
    pub(crate) now: Tags,
    /// As this state has set them before: such a value follows the default.
    pub(crate) before: Tags,
}

impl SharedTags {
    /// What is to be set on an object that has these tags. A key that is there in another case is there: IAM has
    /// each in one case only.
    pub(crate) fn lacking(&self, have: &Tags) -> Tags {
        let is_due = |(key, value): &(&String, &String)| match have.get(*key) {
            Some(has) => has != *value && self.before.get(*key) == Some(has),
            None => !have.keys().any(|other| other.eq_ignore_ascii_case(key)),
        };
        self.now.iter().filter(is_due).map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_guards_tags_go_over_the_defaults_and_ignored_ones_go() {
        let tagging = Tagging {
            defaults: tags(&[("env", "live"), ("team", "any"), ("cost:center", "7"), ("last-scan", "x")]),
            ignored_keys: BTreeSet::from(["last-scan".to_owned()]),
            ignored_prefixes: BTreeSet::from(["cost:".to_owned()]),
        };
        let all = tagging.merged(&tags(&[("team", "storage"), ("cost:unit", "8")]));
        assert_eq!(all, tags(&[("env", "live"), ("team", "storage")]));
        assert_eq!(tagging.beside_defaults(&all), tags(&[("team", "storage")]));
    }

    #[test]
    fn two_states_with_other_defaults_do_not_fight_over_shared_objects() {
        let shared = |now: &str, before: &str| SharedTags {
            now: tags(&[("env", now)]),
            before: tags(&[("env", before)]),
        };
        assert_eq!(shared("a", "a").lacking(&tags(&[])), tags(&[("env", "a")]));
        assert_eq!(shared("b", "b").lacking(&tags(&[("env", "a")])), tags(&[]), "the first one is right");
        assert_eq!(
            shared("c", "a").lacking(&tags(&[("env", "a")])),
            tags(&[("env", "c")]),
            "its own value follows"
        );
        assert_eq!(
            shared("b", "b").lacking(&tags(&[("Env", "a")])),
            tags(&[]),
            "IAM has a key in one case only"
        );
    }

    #[test]
    fn a_tag_that_aws_or_guard_would_not_take_is_refused() {
        let long = "x".repeat(129);
        for bad in ["guard:hub", "Guard:x", "aws:cloudformation:stack", "AWS:x", "", &long, "a*b", "a;b"] {
            assert!(check_tag(bad, Some("x")).is_err(), "{bad}");
        }
        assert!(check_tag("k", Some(&"x".repeat(257))).is_err());
        assert!(check_tag("k", Some("a,b")).is_err());
        assert!(check_tag("Kostenstelle Süd_.:/=+-@", Some(&"ü".repeat(256))).is_ok());
        assert!(check_tag("k", None).is_ok(), "a value that isn't known yet");
    }
}
