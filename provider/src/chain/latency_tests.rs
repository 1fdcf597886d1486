//! Row 19 of the peers' bugs: what is published of the latency leaves out a wait.

use std::collections::BTreeSet;

use guard_contract::WATCHES_AGE;

use super::golden::{chain, guard, hub};
use super::*;
use crate::guides::guide;

/// What a signal waits for at an object, beside the moments that the object takes: a line of the guide.
///
/// A new kind of object has to say here whether anything waits at it.
fn wait(spec: &Spec) -> Option<String> {
    match spec {
        // No delay of a queue, no window in which a function's events are gathered, no schedule: nothing waits.
        Spec::Queue(_)
        | Spec::LogGroup(_)
        | Spec::Role(_)
        | Spec::Bus(_)
        | Spec::BusPermission(_)
        | Spec::Function(_)
        | Spec::FunctionPermission(_)
        | Spec::BucketNotification(_)
        | Spec::Subscription(_)
        | Spec::Rule(_)
        | Spec::Target(_) => None,
        Spec::Alarm(_) => Some(format!(
            "| the alarm, the second way's only | its period of {} s, and CloudWatch's minute or two until it has looked |",
            ALARM_PERIOD_SECONDS * ALARM_PERIODS
        )),
        Spec::AsyncSettings(_) => Some(
            "| a function that failed | Lambda runs it again after one minute, and again after two more |"
                .into(),
        ),
        Spec::Watch(_) => {
            Some(format!("| a new or changed expectation | counts within {} s |", WATCHES_AGE.as_secs()))
        }
    }
}

#[test]
fn the_published_latency_includes_all_waits() {
    let guide = guide("what-it-sees.md");
    let mut waits = BTreeSet::new();
    for topology in [Topology::Relay, Topology::Direct] {
        let mut guard = guard("222222222222", "eu-west-1", topology);
        guard.ignored_actions = vec!["sts:GetCallerIdentity".parse().expect("an action")];
        waits.extend(chain(&guard, &hub()).iter().filter_map(|object| wait(&object.spec)));
    }
    assert_eq!(waits.len(), 3);
    for wait in waits {
        assert!(guide.lines().any(|line| line == wait), "the guide doesn't say: {wait}");
    }
}
