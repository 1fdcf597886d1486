//! What this process has written, where a listing may not show it yet: the rules of the buses.
//!
//! ListRules follows PutRule and DeleteRule with a delay ("allow a short period of time for changes to take
//! effect", EventBridge, both operations), and a listing decides who still needs what.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::chain::{BusMembers, Location, Names};

/// For so long a listing that contradicts us is taken for old; after that somebody else has written since.
const LAG: Duration = Duration::from_secs(10);

/// Rules by bus and name: whether they came or went last, and when.
#[derive(Default)]
pub(super) struct Written(Mutex<HashMap<(Location, String), (bool, Instant)>>);

impl Written {
    /// Notes that a rule was put.
    pub(super) fn came(&self, bus: &Location, rule: &str) {
        self.note(bus, rule, true);
    }

    /// Notes that a rule was deleted.
    pub(super) fn went(&self, bus: &Location, rule: &str) {
        self.note(bus, rule, false);
    }

    fn note(&self, bus: &Location, rule: &str, is_there: bool) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert((bus.clone(), rule.to_owned()), (is_there, Instant::now()));
    }

    /// Takes out of a listing of `now` who has just gone; returns whether all who have just come are in it.
    pub(super) fn correct(
        &self,
        now: Instant,
        bus: &Location,
        names: &Names,
        members: &mut BusMembers,
    ) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, when)| now.duration_since(*when) < LAG);
        let went =
            |rule: &str| all.get(&(bus.clone(), rule.to_owned())).is_some_and(|(is_there, _)| !is_there);
        members.users.retain(|member| !went(&member.rule));
        members.forwards.retain(|to| !went(&names.forward_rule(to)));
        let listed = |rule: &String| {
            members.users.iter().any(|member| member.rule == *rule)
                || members.forwards.iter().any(|to| names.forward_rule(to) == *rule)
        };
        let came = all.iter().filter(|((at, _), (is_there, _))| at == bus && *is_there);
        came.map(|((_, rule), _)| rule).all(listed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_that_lags_behind_is_corrected_or_known_for_it() {
        let (written, now) = (Written::default(), Instant::now());
        let names = Names::new("guard").expect("a prefix");
        let [bus, edge, other] =
            ["us-east-1", "eu-west-1", "eu-west-2"].map(|region| Location::new("222222222222", region));
        let listing = |to: &[&Location]| BusMembers {
            forwards: to.iter().map(|to| (*to).clone()).collect(),
            ..BusMembers::default()
        };
        let correct =
            |now, bus: &Location, listing: &mut BusMembers| written.correct(now, bus, &names, listing);
        written.came(&bus, &names.forward_rule(&edge));
        assert!(!correct(now, &bus, &mut listing(&[])), "the listing is older than the rule");
        assert!(correct(now, &bus, &mut listing(&[&edge])));
        assert!(correct(now, &other, &mut listing(&[])), "another bus is another matter");
        written.went(&bus, &names.forward_rule(&edge));
        let mut lagging = listing(&[&edge, &other]);
        assert!(correct(now, &bus, &mut lagging));
        assert_eq!(lagging, listing(&[&other]));
        written.came(&bus, &names.forward_rule(&edge));
        assert!(correct(now + 2 * LAG, &bus, &mut listing(&[])), "somebody else has deleted it");
    }
}
