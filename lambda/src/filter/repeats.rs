//! Holds back what tells nothing new: a contained script that keeps calling is one incident, not a storm.
//!
//! The responder ignores records from before a guard was re-armed, so of records that are alike the newest must
//! arrive. The first goes at once, as there is no time to lose; the newest at the end, if it is another.

use std::collections::HashMap;

use guard_contract::Signal;
use time::OffsetDateTime;

use super::{event::Event, kept::Kept};

/// Kinds of records that are told apart; whatever comes beyond is not held back.
pub const MAX_KINDS: usize = 4096;
/// Bytes of events that are held back at a time; the function has 256 MB.
pub const MAX_HELD: usize = 16 * 1024 * 1024;

/// What came in one invocation.
#[derive(Debug, Default)]
pub struct Repeats {
    /// By account and by user. Records of a user with the same signals are of one kind.
    users: HashMap<String, HashMap<String, Vec<Seen>>>,
    kinds: usize,
    held: usize,
    repeated: u64,
}

/// What came of one kind.
#[derive(Debug)]
struct Seen {
    signals: Vec<Signal>,
    /// The newest that was put.
    time: Option<OffsetDateTime>,
    /// Whether one of unknown time was put.
    timeless: bool,
    /// The newest, if it is newer than what was put.
    newest: Option<Event>,
}

impl Repeats {
    /// Takes a record; answers its event if it is to be put at once.
    pub fn add(&mut self, kept: &Kept<'_>) -> Option<Event> {
        let user = self.users.get_mut(&*kept.user.account).and_then(|users| users.get_mut(&*kept.user.name));
        let seen = user.and_then(|kinds| kinds.iter_mut().find(|seen| seen.signals == kept.signals));
        let Some(seen) = seen else {
            self.begin(kept);
            return Some(kept.event());
        };
        let Some(time) = kept.time else {
            // It may be the newest of all, so one such must arrive.
            let is_first = !std::mem::replace(&mut seen.timeless, true);
            self.repeated += u64::from(!is_first);
            return is_first.then(|| kept.event());
        };
        let newest = seen.newest.as_ref().map_or(seen.time, |newest| newest.time);
        if newest.is_some_and(|newest| time <= newest) {
            self.repeated += 1;
            return None;
        }
        if let Some(older) = seen.newest.take() {
            self.held -= older.size();
            self.repeated += 1;
        }
        let event = kept.event();
        if self.held + event.size() > MAX_HELD {
            seen.time = Some(time);
            return Some(event);
        }
        self.held += event.size();
        seen.newest = Some(event);
        None
    }

    /// Takes the first record of a kind.
    fn begin(&mut self, kept: &Kept<'_>) {
        if self.kinds == MAX_KINDS {
            return;
        }
        self.kinds += 1;
        let Kept { user, signals, time, .. } = kept;
        let users = self.users.entry(user.account.to_string()).or_default();
        let timeless = time.is_none();
        let seen = Seen { signals: signals.clone(), time: *time, timeless, newest: None };
        users.entry(user.name.to_string()).or_default().push(seen);
    }

    /// The events that were held back and are to be put after all.
    pub fn rest(&mut self) -> Vec<Event> {
        self.held = 0;
        let kinds = self.users.values_mut().flat_map(HashMap::values_mut).flatten();
        kinds.filter_map(|seen| seen.newest.take()).collect()
    }

    /// How many were not answered, and will not be.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }
}

#[cfg(test)]
#[path = "repeats_tests.rs"]
mod tests;
