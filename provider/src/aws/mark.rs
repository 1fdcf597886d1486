//! Our mark: the tags that say that an object is ours, and whose hub's.

use std::collections::BTreeMap;

use crate::chain::SCHEMA;

/// Every tag of ours begins so; users' tags may not.
pub(crate) const RESERVED: &str = "guard:";

/// The tag that holds the hub, `account/region`.
pub(super) const HUB: &str = "guard:hub";

/// The tag of a function that holds its artifact's version.
pub(super) const ARTIFACT: &str = "guard:artifact";

/// The tag of a guard's rule that holds who built it.
pub(crate) const BUILDER: &str = "guard:builder";

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

/// How the tags that are the user's differ from those wanted: to set, and keys to remove.
pub(super) fn difference(
    have: &BTreeMap<String, String>,
    want: &BTreeMap<String, String>,
) -> (BTreeMap<String, String>, Vec<String>) {
    let differs = |(key, value): &(&String, &String)| have.get(*key) != Some(value);
    let set = want.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone())).collect();
    let surplus =
        |key: &&String| !key.starts_with(RESERVED) && !key.starts_with("aws:") && !want.contains_key(*key);
    (set, have.keys().filter(surplus).cloned().collect())
}
