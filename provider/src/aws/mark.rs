//! Our mark: the tags that say that an object is ours, and whose hub's.

use guard_contract::incident::is_topic_tag;

use crate::chain::{Object, SCHEMA, Tags};

use super::Context;

/// Every tag of ours begins so; users' tags may not.
pub(super) const RESERVED: &str = guard_contract::incident::TAG_PREFIX;

/// The tag that holds the hub, `account/region`.
pub(super) const HUB: &str = "guard:hub";

/// The tag of a function that holds its artifact's version.
pub(super) const ARTIFACT: &str = "guard:artifact";

/// The tag of a guard's rule that holds who built it.
pub(crate) const BUILDER: &str = guard_contract::incident::BUILDER_TAG;

/// The tags that an object must have: the mark, and the guard's own.
fn wanted(hub: &str, object: &Object) -> Tags {
    let mut tags = object.tags.clone();
    tags.insert("guard:managed".to_owned(), "true".to_owned());
    tags.insert(HUB.to_owned(), hub.to_owned());
    tags.insert("guard:schema".to_owned(), SCHEMA.to_string());
    tags
}

/// The tags that an object is made with: those that it must have, and the defaults.
pub(super) fn tags(context: &Context<'_>) -> Tags {
    let mut tags = context.object.shared_tags.now.clone();
    tags.extend(wanted(context.mark, context.object));
    tags
}

/// Whether tags hold the mark of that hub.
pub(super) fn is_ours(tags: &Tags, hub: &str) -> bool {
    tags.get(HUB).is_some_and(|value| value == hub)
}

/// How an object's tags differ from those wanted: to set, and keys to remove, which are those that once were the
/// guard's. Tags that somebody else has put on are no difference.
pub(super) fn difference(have: &Tags, hub: &str, object: &Object) -> (Tags, Vec<String>) {
    let want = wanted(hub, object);
    let is_former = |key: &&String| object.former_tags.contains(*key) || is_topic_tag(key);
    let surplus = have.keys().filter(is_former).filter(|key| !want.contains_key(*key)).cloned().collect();
    let mut set: Tags = want.into_iter().filter(|(key, value)| have.get(key) != Some(value)).collect();
    set.extend(lacking(have, object));
    (set, surplus)
}

/// The defaults that a shared object lacks.
pub(super) fn lacking(have: &Tags, object: &Object) -> Tags {
    object.shared_tags.lacking(have)
}

/// What to say of tags that differ from those wanted; nothing if they don't.
pub(super) fn drift(have: &Tags, context: &Context<'_>) -> Option<String> {
    let (set, surplus) = difference(have, context.mark, context.object);
    said(set.into_keys().chain(surplus))
}

/// What to say of the defaults that a shared object lacks; nothing if it lacks none.
pub(super) fn lack(have: &Tags, context: &Context<'_>) -> Option<String> {
    said(lacking(have, context.object).into_keys())
}

fn said(keys: impl Iterator<Item = String>) -> Option<String> {
    let keys: Vec<String> = keys.collect();
    (!keys.is_empty()).then(|| format!("its tags differ: {}", keys.join(", ")))
}
