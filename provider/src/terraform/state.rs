//! The resource's state as Terraform keeps it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
    str::FromStr,
};

use guard_contract::{Mode, Response, Signal, Tripped, expected::Expected};
use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use crate::aws::Observed;
use crate::chain::{Delivery, Guard, Hub, Location, Names, Object, SharedTags, Tagging, Tags, Topology};
use crate::engine::Seen;

use super::block;
use super::timeouts::Timeouts;

/// `guard_iam_user`. Every field is a [`Value`], since any may be null or unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
// What an older version's state lacks is null.
#[serde(default)]
pub(super) struct State {
    pub(super) id: Value<String>,
    pub(super) account_id: Value<String>,
    pub(super) region: Value<String>,
    pub(super) user_name: Value<String>,
    pub(super) topology: Value<String>,
    /// A set; a list here, because a `BTreeSet` would merge several unknown elements.
    pub(super) signals: Value<Vec<Value<String>>>,
    #[serde(with = "block")]
    pub(super) expected: Value<ExpectedBlock>,
    pub(super) ignored_actions: List,
    pub(super) mode: Value<String>,
    pub(super) deactivate_keys: Value<bool>,
    pub(super) notify_topic_arns: List,
    pub(super) rearm: Value<String>,
    pub(super) on_destroy: Value<String>,
    pub(super) tags: TagMap,
    /// The tags and the provider's defaults; null in an older version's state.
    pub(super) tags_all: TagMap,
    pub(super) user_arn: Value<String>,
    pub(super) status: Value<String>,
    pub(super) tripped_at: Value<String>,
    pub(super) tripped_by: Value<String>,
    pub(super) tripped_signal: Value<String>,
    pub(super) artifact_version: Value<String>,
    pub(super) chain: Value<Vec<Value<ChainObject>>>,
    pub(super) timeouts: Value<Timeouts>,
}

/// Tags by key.
pub(super) type TagMap = Value<BTreeMap<String, Value<String>>>;

/// Texts in their order.
pub(super) type List = Value<Vec<Value<String>>>;

/// The block `expected`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ExpectedBlock {
    pub(super) actions: List,
    pub(super) source_ips: List,
    pub(super) regions: List,
    pub(super) user_agents: List,
}

/// One object of the chain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct ChainObject {
    pub(super) place: Value<String>,
    pub(super) kind: Value<String>,
    pub(super) account_id: Value<String>,
    pub(super) region: Value<String>,
    pub(super) name: Value<String>,
    pub(super) arn: Value<String>,
    pub(super) shared: Value<bool>,
    pub(super) drift: Value<String>,
}

/// The guard's status while its user may do what it may.
pub(super) const ARMED: &str = "armed";
/// The guard's status while it would only tell.
pub(super) const MONITORING: &str = "monitoring";
/// The guard's status once it has tripped, or its user is denied everything.
pub(super) const TRIPPED: &str = "tripped";
/// The guard's status while its account can't be entered.
pub(super) const UNREACHABLE: &str = "unreachable";

/// How an object differs that has our name and not our mark.
const REPLACED: &str = "it was replaced by something that is not guard's";

fn text(value: impl ToString) -> Value<String> {
    Value::Value(value.to_string())
}

/// A value's text; nothing if it is null or unknown.
pub(super) fn given(value: &Value<String>) -> Option<&str> {
    match value {
        Value::Value(text) => Some(text),
        Value::Null | Value::Unknown => None,
    }
}

impl ChainObject {
    /// As it should be.
    pub(super) fn wanted(object: &Object) -> Value<Self> {
        Value::Value(Self {
            place: text(object.place),
            kind: text(object.kind()),
            account_id: text(&object.at.account),
            region: text(&object.at.region),
            name: text(object.name()),
            arn: text(object.arn()),
            shared: Value::Value(object.shared()),
            drift: Value::Null,
        })
    }

    /// As it was seen; nothing for what is not there.
    pub(super) fn seen(seen: &Seen) -> Option<Value<Self>> {
        let drift = match &seen.observed {
            Observed::Absent => return None,
            Observed::Foreign => text(REPLACED),
            Observed::Ours { drift, .. } if drift.is_empty() => Value::Null,
            Observed::Ours { drift, .. } => text(drift.join("; ")),
        };
        let Value::Value(wanted) = Self::wanted(&seen.object) else { return None };
        Some(Value::Value(Self { drift, ..wanted }))
    }
}

/// All objects as they should be.
pub(super) fn wanted_chain<'a>(
    objects: impl IntoIterator<Item = &'a Object>,
) -> Value<Vec<Value<ChainObject>>> {
    Value::Value(objects.into_iter().map(ChainObject::wanted).collect())
}

/// Signals as a set's elements, in their own order.
pub(super) fn signal_names(signals: &[Signal]) -> Value<Vec<Value<String>>> {
    let mut signals = signals.to_vec();
    signals.sort_unstable();
    signals.dedup();
    Value::Value(signals.into_iter().map(text).collect())
}

/// What becomes of a tripped guard's user when the guard goes: it stays as it is.
pub(super) const KEEP_DENY: &str = "keep_deny";
/// What the response did is undone.
pub(super) const RELEASE: &str = "release";

/// A list that is not there; `None` while anything of it is unknown.
fn known<T: FromStr>(list: &List) -> Option<Option<Vec<T>>> {
    match list {
        Value::Unknown => None,
        Value::Null => Some(None),
        Value::Value(items) => {
            let items = items.iter().map(|item| given(item)?.parse().ok());
            items.collect::<Option<Vec<T>>>().map(Some)
        }
    }
}

/// Tags, none if they are null; `None` while any of them is unknown.
fn known_tags(tags: &TagMap) -> Option<Tags> {
    match tags {
        Value::Unknown => None,
        Value::Null => Some(Tags::new()),
        Value::Value(tags) => {
            let pair =
                |(key, value): (&String, &Value<String>)| Some((key.clone(), given(value)?.to_owned()));
            tags.iter().map(pair).collect()
        }
    }
}

/// Tags as Terraform has them.
pub(super) fn tag_map(tags: &Tags) -> TagMap {
    Value::Value(tags.iter().map(|(key, value)| (key.clone(), text(value))).collect())
}

impl ExpectedBlock {
    /// What the block says; `None` while anything of it is unknown.
    pub(super) fn expected(&self) -> Option<Expected> {
        Some(Expected {
            actions: known(&self.actions)?,
            source_ips: known(&self.source_ips)?,
            regions: known(&self.regions)?,
            user_agents: known(&self.user_agents)?,
        })
    }

    /// The block that says it.
    pub(super) fn of(expected: &Expected) -> Self {
        fn list<T: Display>(items: Option<&Vec<T>>) -> List {
            items.map_or(Value::Null, |items| Value::Value(items.iter().map(text).collect()))
        }
        Self {
            actions: list(expected.actions.as_ref()),
            source_ips: list(expected.source_ips.as_ref()),
            regions: list(expected.regions.as_ref()),
            user_agents: list(expected.user_agents.as_ref()),
        }
    }
}

/// Texts as a list; null if there are none.
pub(super) fn list<T: Display>(items: &[T]) -> List {
    if items.is_empty() { Value::Null } else { Value::Value(items.iter().map(text).collect()) }
}

impl State {
    /// The guard that this state or plan describes; `None` while anything it needs is unknown.
    ///
    /// What is not given gets its default.
    pub(super) fn guard(&self) -> Option<Guard> {
        let account = given(&self.account_id)?;
        let region = given(&self.region)?;
        let user = given(&self.user_name)?;
        let topology = match &self.topology {
            Value::Unknown => return None,
            Value::Null => Topology::default(),
            Value::Value(name) => name.parse().ok()?,
        };
        let signals = match &self.signals {
            Value::Unknown => return None,
            Value::Null => Signal::CHOICES.to_vec(),
            Value::Value(names) => {
                names.iter().map(|name| given(name)?.parse().ok()).collect::<Option<_>>()?
            }
        };
        let tags = known_tags(if self.tags_all.is_null() { &self.tags } else { &self.tags_all })?;
        let expected = match &self.expected {
            Value::Unknown => return None,
            Value::Null => None,
            Value::Value(block) => Some(block.expected()?),
        };
        let ignored_actions = known(&self.ignored_actions)?.unwrap_or_default();
        let topics = known(&self.notify_topic_arns)?.unwrap_or_default();
        let mode = match &self.mode {
            Value::Unknown => return None,
            Value::Null => Mode::default(),
            Value::Value(name) => Mode::named(name)?,
        };
        let deactivate_keys = match self.deactivate_keys {
            Value::Unknown => return None,
            Value::Null => false,
            Value::Value(deactivate) => deactivate,
        };
        if self.rearm.is_unknown() {
            return None;
        }
        let (response, rearm) =
            (Response { mode, deactivate_keys, rearmed: None }, given(&self.rearm).map(str::to_owned));
        let user_arn = given(&self.user_arn).map(str::to_owned);
        let (edge, user) = (Location::new(account, region), user.to_owned());
        let user_arn = user_arn.unwrap_or_else(|| Guard::plain_user_arn(&edge, &user));
        let (former_tags, shared_tags) = (BTreeSet::new(), SharedTags::default());
        Some(Guard {
            edge,
            user,
            user_arn,
            topology,
            former: None,
            signals,
            expected,
            ignored_actions,
            topics,
            response,
            rearm,
            tags,
            former_tags,
            shared_tags,
        })
    }

    /// The guard as far as its chain depends on it: what its tags, signals and lists will hold may still be
    /// unknown, but not whether it has lists at all.
    pub(super) fn planned_guard(&self) -> Option<Guard> {
        let mut known = self.clone();
        if known_tags(&known.tags_all).is_none() {
            (known.tags, known.tags_all) = (Value::Null, Value::Null);
        }
        let some_unknown =
            matches!(&known.signals, Value::Value(names) if names.iter().any(Value::is_unknown));
        if some_unknown || known.signals.is_unknown() {
            known.signals = Value::Null;
        }
        if known.expected.as_ref_option().is_some_and(|block| block.expected().is_none()) {
            known.expected = Value::Value(ExpectedBlock::default());
        }
        for (list, some) in
            [(&mut known.ignored_actions, "unknown:unknown"), (&mut known.notify_topic_arns, "unknown")]
        {
            if let Value::Value(items) = list {
                items.iter_mut().filter(|item| item.is_unknown()).for_each(|item| *item = text(some));
            }
        }
        for value in [&mut known.mode, &mut known.rearm] {
            if value.is_unknown() {
                *value = Value::Null;
            }
        }
        if known.deactivate_keys.is_unknown() {
            known.deactivate_keys = Value::Null;
        }
        known.guard()
    }

    /// What the state says of how the guard stands.
    pub(super) fn stand(&mut self, status: &str, tripped: Option<&Tripped>) {
        self.status = text(status);
        let part = |part: fn(&Tripped) -> &String| tripped.map_or(Value::Null, |tripped| text(part(tripped)));
        self.tripped_at = part(|tripped| &tripped.at);
        self.tripped_by = part(|tripped| &tripped.by);
        self.tripped_signal = part(|tripped| &tripped.signal);
    }

    /// Whether nothing in the chain was replaced by something foreign when it was last read.
    pub(super) fn is_unmixed(&self) -> bool {
        let Value::Value(chain) = &self.chain else { return false };
        let mut objects = chain.iter().filter_map(|object| object.as_ref_option());
        objects.all(|object| given(&object.drift) != Some(REPLACED))
    }

    /// The hub that this state's chain was built from; `None` if the chain doesn't tell.
    pub(super) fn hub(&self, names: &Names) -> Option<Hub> {
        let Value::Value(chain) = &self.chain else { return None };
        let entry = chain.iter().filter_map(|object| object.as_ref_option()).find(|object| {
            given(&object.kind) == Some("bucket_notification") && given(&object.place) == Some("hub")
        })?;
        let (delivery, topic) = self.delivery(names);
        Some(Hub {
            location: Location::new(given(&entry.account_id)?, given(&entry.region)?),
            bucket: given(&entry.arn)?.split_once(":s3:::")?.1.to_owned(),
            key_prefix: "AWSLogs/".to_owned(),
            kms_key: None,
            delivery,
            topic,
            names: names.clone(),
        })
    }

    /// How the filter hears of new files, as the chain tells, and the trail's topic if by that.
    fn delivery(&self, names: &Names) -> (Delivery, Option<String>) {
        let Value::Value(chain) = &self.chain else { return (Delivery::default(), None) };
        let mut objects = chain.iter().filter_map(|object| object.as_ref_option());
        let told = objects.find_map(|object| match given(&object.kind)? {
            "rule" if given(&object.name) == Some(&names.trail_rule()) => Some((Delivery::EventBridge, None)),
            "subscription" => Some((Delivery::Sns, given(&object.arn).map(str::to_owned))),
            _ => None,
        });
        told.unwrap_or_default()
    }

    /// What all tags will be; unknown as a whole while any of them is (a part would have to stay as it was planned).
    pub(super) fn plan_tags(&mut self, tagging: &Tagging) {
        let all = known_tags(&self.tags).map(|tags| tagging.merged(&tags));
        self.tags_all = all.map_or(Value::Unknown, |all| tag_map(&all));
    }

    /// What shared objects are tagged with; `before` is the state of a guard that is there.
    pub(super) fn shared_tags(before: Option<&Self>, tagging: &Tagging) -> SharedTags {
        let before = before.and_then(|state| Some((known_tags(&state.tags_all)?, known_tags(&state.tags)?)));
        let before = before.map(|(mut all, own)| {
            all.retain(|key, _| !own.contains_key(key));
            all
        });
        SharedTags { now: tagging.defaults(), before: before.unwrap_or_default() }
    }

    /// No unknown may be left after apply, whatever happened.
    pub(super) fn without_unknowns(mut self) -> Self {
        let clear = |value: &mut Value<String>| {
            if value.is_unknown() {
                *value = Value::Null;
            }
        };
        for value in [
            &mut self.id,
            &mut self.topology,
            &mut self.user_arn,
            &mut self.mode,
            &mut self.rearm,
            &mut self.on_destroy,
            &mut self.status,
            &mut self.tripped_at,
            &mut self.tripped_by,
            &mut self.tripped_signal,
            &mut self.artifact_version,
        ] {
            clear(value);
        }
        for list in [&mut self.signals, &mut self.ignored_actions, &mut self.notify_topic_arns] {
            if list.is_unknown() {
                *list = Value::Null;
            }
        }
        if self.deactivate_keys.is_unknown() {
            self.deactivate_keys = Value::Null;
        }
        for tags in [&mut self.tags, &mut self.tags_all] {
            if tags.is_unknown() {
                *tags = Value::Null;
            }
        }
        if self.chain.is_unknown() {
            self.chain = Value::Null;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_a_guard_once_all_is_known() {
        let mut state = State {
            account_id: text("222222222222"),
            region: text("eu-west-1"),
            user_name: text("backup"),
            ..State::default()
        };
        let guard = state.guard().expect("all is known");
        assert_eq!(guard.signals, Signal::CHOICES);
        assert_eq!(guard.topology, Topology::Relay);
        state.signals = Value::Value(vec![Value::Unknown]);
        assert_eq!(state.guard(), None);
        assert!(state.planned_guard().is_some(), "the chain doesn't depend on the signals");
        state.user_name = Value::Unknown;
        assert_eq!(state.planned_guard(), None);
    }
}
