//! The resource's state as Terraform keeps it.

mod chain;
mod expected;
mod guard;
mod tags;

use std::{fmt::Display, str::FromStr};

use guard_contract::{Signal, Tripped};
use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

pub(super) use chain::{ChainObject, wanted_chain};
pub(super) use expected::ExpectedBlock;
pub(super) use tags::{TagMap, tag_map};

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
    pub(super) principal_id: Value<String>,
    pub(super) status: Value<String>,
    pub(super) tripped_at: Value<String>,
    pub(super) tripped_by: Value<String>,
    pub(super) tripped_signal: Value<String>,
    pub(super) artifact_version: Value<String>,
    pub(super) chain: Value<Vec<Value<ChainObject>>>,
    pub(super) timeouts: Value<Timeouts>,
}

/// Texts in their order.
pub(super) type List = Value<Vec<Value<String>>>;

/// The guard's status while its user may do what it may.
pub(super) const ARMED: &str = "armed";
/// The guard's status while it would only tell.
pub(super) const MONITORING: &str = "monitoring";
/// The guard's status once it has tripped, or its user is denied everything.
pub(super) const TRIPPED: &str = "tripped";
/// The guard's status while its account can't be entered.
pub(super) const UNREACHABLE: &str = "unreachable";

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

/// A value; nothing if it is null, and `None` while it is unknown.
pub(super) fn settled<T>(value: Value<T>) -> Option<Option<T>> {
    match value {
        Value::Unknown => None,
        Value::Null => Some(None),
        Value::Value(value) => Some(Some(value)),
    }
}

/// Null, if it is unknown.
fn clear<T>(value: &mut Value<T>) {
    if value.is_unknown() {
        *value = Value::Null;
    }
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
    let Some(items) = settled(list.as_ref())? else { return Some(None) };
    items.iter().map(|item| given(item)?.parse().ok()).collect::<Option<_>>().map(Some)
}

/// Texts as a list; null if there are none.
pub(super) fn list<T: Display>(items: &[T]) -> List {
    if items.is_empty() { Value::Null } else { Value::Value(items.iter().map(text).collect()) }
}

impl State {
    /// What the state says of how the guard stands.
    pub(super) fn stand(&mut self, status: &str, tripped: Option<&Tripped>) {
        self.status = text(status);
        let part = |part: fn(&Tripped) -> &String| tripped.map_or(Value::Null, |tripped| text(part(tripped)));
        self.tripped_at = part(|tripped| &tripped.at);
        self.tripped_by = part(|tripped| &tripped.by);
        self.tripped_signal = part(|tripped| &tripped.signal);
    }

    /// No unknown may be left after apply, whatever happened.
    pub(super) fn without_unknowns(mut self) -> Self {
        for value in [
            &mut self.id,
            &mut self.topology,
            &mut self.user_arn,
            &mut self.principal_id,
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
        [&mut self.signals, &mut self.ignored_actions, &mut self.notify_topic_arns]
            .into_iter()
            .for_each(clear);
        [&mut self.tags, &mut self.tags_all].into_iter().for_each(clear);
        clear(&mut self.deactivate_keys);
        clear(&mut self.chain);
        self
    }
}
