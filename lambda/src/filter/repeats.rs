//! Holds back what tells nothing new: a contained script that keeps calling is one incident, not a storm.
//!
//! The responder ignores records from before a guard was re-armed, so of records that are alike the newest must
//! arrive. The first goes at once, as there is no time to lose; the newest at the end, if it is another.

use std::hash::BuildHasher;

use guard_contract::Signals;
use hashbrown::{DefaultHashBuilder, HashTable};
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
    /// Their places, by what tells them apart.
    places: HashTable<usize>,
    hasher: DefaultHashBuilder,
    held: usize,
    repeated: u64,
}

/// What came of one kind.
#[derive(Debug)]
struct Seen {
    account: String,
    user: String,
    signals: Signals,
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
        let hash = kind_hash(&self.hasher, &kept.user.account, &kept.user.name, kept.signals);
        let Some(kind) = self.places.find(hash, |place| self.kinds[*place].is_of(kept)).copied() else {
            self.begin(kept, hash);
            return Some(kept.event());
        };
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

    /// Takes the first record of a kind.
    fn begin(&mut self, kept: &Kept<'_>, hash: u64) {
        let Self { kinds, places, hasher, .. } = self;
        if kinds.len() == MAX_KINDS {
            return;
        }
        let Kept { user, signals, time, .. } = kept;
        let hash_of = |place: &usize| {
            let Seen { account, user, signals, .. } = &kinds[*place];
            kind_hash(hasher, account, user, *signals)
        };
        places.insert_unique(hash, kinds.len(), hash_of);
        let (account, user) = (user.account.to_string(), user.name.to_string());
        let (signals, time, timeless) = (*signals, *time, time.is_none());
        kinds.push(Seen { account, user, signals, time, timeless, newest: None });
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

/// Of what tells kinds apart.
fn kind_hash(hasher: &DefaultHashBuilder, account: &str, user: &str, signals: Signals) -> u64 {
    hasher.hash_one((account, user, signals))
}

impl Seen {
    fn is_of(&self, kept: &Kept<'_>) -> bool {
        let Kept { user, signals, .. } = kept;
        self.user == user.name && self.account == user.account && self.signals == *signals
    }
}

#[cfg(test)]
#[path = "repeats_tests.rs"]
mod tests;
