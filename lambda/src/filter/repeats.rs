//! Holds back what tells nothing new: a contained script that keeps calling is one incident, not a storm.
//!
//! The responder ignores records from before a guard was re-armed, so of records that are alike the newest must
//! arrive. The first goes at once, as there is no time to lose; the newest at the end, if it is another.

use std::collections::HashMap;

use guard_contract::Signal;
use time::OffsetDateTime;

use super::event::Event;

/// Kinds of records that are told apart; whatever comes beyond is not held back.
pub const MAX_KINDS: usize = 4096;
/// Bytes of events that are held back at a time; the function has 256 MB.
pub const MAX_HELD: usize = 16 * 1024 * 1024;

/// Account, user, signals: records that have these in common are alike.
type Kind = (String, String, Vec<Signal>);

/// What came in one invocation.
#[derive(Debug, Default)]
pub struct Repeats {
    kinds: HashMap<Kind, Seen>,
    held: usize,
    repeated: u64,
}

/// What came of one kind.
#[derive(Debug, Default)]
struct Seen {
    /// The newest that was put.
    time: Option<OffsetDateTime>,
    /// Whether one of unknown time was put.
    timeless: bool,
    /// The newest, if it is newer than what was put.
    newest: Option<Event>,
}

impl Repeats {
    /// Takes an event; answers it if it is to be put at once.
    pub fn add(&mut self, event: Event) -> Option<Event> {
        let kind = (event.mark.account.clone(), event.mark.user.clone(), event.mark.signals.clone());
        let Some(seen) = self.kinds.get_mut(&kind) else {
            if self.kinds.len() < MAX_KINDS {
                let (time, timeless) = (event.time, event.time.is_none());
                self.kinds.insert(kind, Seen { time, timeless, newest: None });
            }
            return Some(event);
        };
        let Some(time) = event.time else {
            // It may be the newest of all, so one such must arrive.
            let is_first = !std::mem::replace(&mut seen.timeless, true);
            self.repeated += u64::from(!is_first);
            return is_first.then_some(event);
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
        if self.held + event.size() > MAX_HELD {
            seen.time = Some(time);
            return Some(event);
        }
        self.held += event.size();
        seen.newest = Some(event);
        None
    }

    /// The events that were held back and are to be put after all.
    pub fn rest(&mut self) -> Vec<Event> {
        self.held = 0;
        self.kinds.values_mut().filter_map(|seen| seen.newest.take()).collect()
    }

    /// How many were not answered, and will not be.
    pub fn repeated(&self) -> u64 {
        self.repeated
    }
}

#[cfg(test)]
#[path = "repeats_tests.rs"]
mod tests;
