//! Our mark: the tags that say that an object is ours, and whose hub's.

use std::collections::{BTreeMap, BTreeSet};

use guard_contract::incident::is_topic_tag;

use crate::chain::SCHEMA;

use super::Context;

/// Every tag of ours begins so; users' tags may not.
pub(crate) const RESERVED: &str = guard_contract::incident::TAG_PREFIX;

/// The tag that holds the hub, `account/region`.
pub(super) const HUB: &str = "guard:hub";

/// The tag of a function that holds its artifact's version.
pub(super) const ARTIFACT: &str = "guard:artifact";

/// The tag of a guard's rule that holds who built it.
pub(crate) const BUILDER: &str = guard_contract::incident::BUILDER_TAG;

/// The tags of an object: the mark, and the guard's own.
pub(super) fn tags(hub: &str, own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut tags = own.clone();
    tags.insert("guard:managed".to_owned(), "true".to_owned());
    tags.insert(HUB.to_owned(), hub.to_owned());
    tags.insert("guard:schema".to_owned(), SCHEMA.to_string());
    tags
}

/// Whether tags hold the mark of that hub.
pub(super) fn is_ours(tags: &BTreeMap<String, String>, hub: &str) -> bool {
    tags.get(HUB).is_some_and(|value| value == hub)
}

/// How tags differ from those wanted: to set, and keys to remove, which are those that once were the guard's.
/// Tags that somebody else has put on are no difference.
pub(super) fn difference(
    have: &BTreeMap<String, String>,
    want: &BTreeMap<String, String>,
    former: &BTreeSet<String>,
) -> (BTreeMap<String, String>, Vec<String>) {
    let differs = |(key, value): &(&String, &String)| have.get(*key) != Some(value);
    let set = want.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone())).collect();
    let is_former = |key: &&String| former.contains(*key) || is_topic_tag(key);
    let surplus = have.keys().filter(is_former).filter(|key| !want.contains_key(*key));
    (set, surplus.cloned().collect())
}

/// What to say of tags that differ from those wanted; nothing if they don't.
pub(super) fn drift(have: &BTreeMap<String, String>, context: &Context<'_>) -> Option<String> {
    let object = context.object;
    let (set, surplus) = difference(have, &tags(context.mark, &object.tags), &object.former_tags);
    let keys: Vec<String> = set.into_keys().chain(surplus).collect();
    (!keys.is_empty()).then(|| format!("its tags differ: {}", keys.join(", ")))
}
