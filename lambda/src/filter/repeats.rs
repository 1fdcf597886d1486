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
    /// Records of a user with the same signals are of one kind.
    kinds: Vec<Seen>,
    /// Which are whose, by account and by user.
    users: HashMap<String, HashMap<String, Vec<usize>>>,
    /// The kind of the record before: most calls come in a row.
    last: usize,
    held: usize,
    repeated: u64,
}

/// What came of one kind.
#[derive(Debug)]
struct Seen {
    account: String,
    user: String,
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
        let Some(kind) = self.kind(kept) else {
            self.begin(kept);
            return Some(kept.event());
        };
        self.last = kind;
        let seen = &mut self.kinds[kind];
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

    /// Which kind a record is of, if any such came before.
    fn kind(&self, kept: &Kept<'_>) -> Option<usize> {
        let (account, user) = (&*kept.user.account, &*kept.user.name);
        let is_of = |kind: &usize| {
            let seen = self.kinds.get(*kind);
            seen.is_some_and(|it| it.user == user && it.account == account && it.signals == kept.signals)
        };
        let kinds = || self.users.get(account)?.get(user)?.iter().copied().find(is_of);
        Some(self.last).filter(is_of).or_else(kinds)
    }

    /// Takes the first record of a kind.
    fn begin(&mut self, kept: &Kept<'_>) {
        if self.kinds.len() == MAX_KINDS {
            return;
        }
        let Kept { user, signals, time, .. } = kept;
        let (account, user, timeless) = (user.account.to_string(), user.name.to_string(), time.is_none());
        let users = self.users.entry(account.clone()).or_default();
        users.entry(user.clone()).or_default().push(self.kinds.len());
        let signals = signals.clone();
        self.kinds.push(Seen { account, user, signals, time: *time, timeless, newest: None });
    }

    /// The events that were held back and are to be put after all.
    pub fn rest(&mut self) -> Vec<Event> {
        self.held = 0;
        self.kinds.iter_mut().filter_map(|seen| seen.newest.take()).collect()
    }

    /// How many were not answered, and will not be.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }
}

#[cfg(test)]
#[path = "repeats_tests.rs"]
mod tests;
