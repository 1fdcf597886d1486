//! The guard that a state or a plan describes.

use std::collections::BTreeSet;

use guard_contract::{Mode, Response, Signal};
use tf_provider::value::Value;

use crate::chain::{Guard, Location, SharedTags, Topology};

use super::tags::known_tags;
use super::{ExpectedBlock, State, clear, given, known, settled, text};

impl State {
    /// The guard that this state or plan describes; `None` while anything it needs is unknown.
    ///
    /// What is not given gets its default.
    pub(in crate::terraform) fn guard(&self) -> Option<Guard> {
        let account = given(&self.account_id)?;
        let region = given(&self.region)?;
        let user = given(&self.user_name)?;
        let topology = match settled(self.topology.as_ref())? {
            Some(name) => name.parse().ok()?,
            None => Topology::default(),
        };
        let signals = match settled(self.signals.as_ref())? {
            Some(names) => names.iter().map(|name| given(name)?.parse().ok()).collect::<Option<_>>()?,
            None => Signal::CHOICES.to_vec(),
        };
        let tags = known_tags(if self.tags_all.is_null() { &self.tags } else { &self.tags_all })?;
        let expected = match settled(self.expected.as_ref())? {
            Some(block) => Some(block.expected()?),
            None => None,
        };
        let ignored_actions = known(&self.ignored_actions)?.unwrap_or_default();
        let topics = known(&self.notify_topic_arns)?.unwrap_or_default();
        let mode = match settled(self.mode.as_ref())? {
            Some(name) => Mode::named(name)?,
            None => Mode::default(),
        };
        let deactivate_keys = settled(self.deactivate_keys.as_ref())?.copied().unwrap_or_default();
        let response = Response { mode, deactivate_keys, ..Response::default() };
        let rearm = settled(self.rearm.as_ref())?.cloned();
        let user_arn = given(&self.user_arn).map(str::to_owned);
        let (edge, user) = (Location::new(account, region), user.to_owned());
        let user_arn = user_arn.unwrap_or_else(|| Guard::plain_user_arn(&edge, &user));
        let (former_tags, shared_tags) = (BTreeSet::new(), SharedTags::default());
        let principal_id = given(&self.principal_id).map(str::to_owned);
        Some(Guard {
            edge,
            user,
            user_arn,
            principal_id,
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
    pub(in crate::terraform) fn planned_guard(&self) -> Option<Guard> {
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
        [&mut known.mode, &mut known.rearm].into_iter().for_each(clear);
        clear(&mut known.deactivate_keys);
        known.guard()
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
