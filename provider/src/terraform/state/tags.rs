//! Tags in the state.

use std::collections::BTreeMap;

use tf_provider::value::Value;

use crate::chain::{SharedTags, Tagging, Tags};

use super::{State, given, settled, text};

/// Tags by key.
pub(in crate::terraform) type TagMap = Value<BTreeMap<String, Value<String>>>;

/// Tags, none if they are null; `None` while any of them is unknown.
pub(super) fn known_tags(tags: &TagMap) -> Option<Tags> {
    let pair = |(key, value): (&String, &Value<String>)| Some((key.clone(), given(value)?.to_owned()));
    settled(tags.as_ref())?.into_iter().flatten().map(pair).collect()
}

/// Tags as Terraform has them.
pub(in crate::terraform) fn tag_map(tags: &Tags) -> TagMap {
    Value::Value(tags.iter().map(|(key, value)| (key.clone(), text(value))).collect())
}

impl State {
    /// What all tags will be; unknown as a whole while any of them is (a part would have to stay as it was planned).
    pub(in crate::terraform) fn plan_tags(&mut self, tagging: &Tagging) {
        let all = known_tags(&self.tags).map(|tags| tagging.merged(&tags));
        self.tags_all = all.map_or(Value::Unknown, |all| tag_map(&all));
    }

    /// What shared objects are tagged with; `before` is the state of a guard that is there.
    pub(in crate::terraform) fn shared_tags(before: Option<&Self>, tagging: &Tagging) -> SharedTags {
        let before = before.and_then(|state| Some((known_tags(&state.tags_all)?, known_tags(&state.tags)?)));
        let before = before.map(|(mut all, own)| {
            all.retain(|key, _| !own.contains_key(key));
            all
        });
        SharedTags { now: tagging.defaults(), before: before.unwrap_or_default() }
    }
}
