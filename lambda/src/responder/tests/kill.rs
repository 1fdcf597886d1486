//! Killed at any call, before its effect or after it, and run again: the end is the same.

use guard_contract::{Mode, Step};

use super::{aws::State, *};

/// What is there in the end, whatever happened on the way.
#[derive(Debug, PartialEq)]
struct End {
    attached: bool,
    keys: Vec<bool>,
    tripped: Tripped,
    streams: usize,
}

fn end(aws: &FakeAws) -> End {
    let tripped = tripped(aws).expect("recorded");
    let state = aws.state();
    // A notice that was taken over has a stream for each that began it.
    let notices = state.streams.keys().filter(|name| !name.contains('.'));
    End {
        attached: state.attached,
        keys: state.keys.values().copied().collect(),
        tripped,
        streams: notices.count(),
    }
}

/// Runs a payload to its end, killed at each of its calls once.
async fn killed_everywhere(prepared: impl Fn() -> FakeAws, payload: &Value, notices: usize) {
    let undisturbed = prepared();
    let calls_before = undisturbed.state().calls.len();
    respond(&undisturbed, payload).await.expect("handled");
    let calls = undisturbed.state().calls.clone();
    let expected_end = end(&undisturbed);
    for (at, call) in calls.iter().enumerate().skip(calls_before) {
        for has_effect in [false, true] {
            let aws = prepared();
            aws.state().cut = Some((at, has_effect));
            assert!(aws.killed(respond(&aws, payload)).await, "killed at {at}, {call}");
            aws.state().cut = None;
            respond(&aws, payload).await.expect("handled");
            assert_eq!(end(&aws), expected_end, "killed at {at}, {call}, effect {has_effect}");
            // Once, but for whoever dies between a publication and its tag.
            let told = if has_effect { *call } else { calls[at.saturating_sub(1)] };
            let unsaid = has_effect || *call == "tag";
            let expected = ["publish", "announce"].map(|one| notices + usize::from(unsaid && told == one));
            let published = |state: &State| [state.messages.len(), state.events.len()];
            assert_eq!(published(&aws.state()), expected, "killed at {at}, {call}, effect {has_effect}");
            let writes = aws.state().writes();
            respond(&aws, payload).await.expect("handled");
            assert_eq!(aws.state().writes(), writes, "and nothing is left to do, killed at {at}, {call}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_can_be_killed_anywhere() {
    killed_everywhere(enforcing, &signal(), 1).await;
    killed_everywhere(enforcing, &alarm("ALARM"), 1).await;
}

#[tokio::test(start_paused = true)]
async fn so_can_one_that_takes_every_step() {
    let prepared = || {
        let aws = guarded(&Response { deactivate_keys: true, ..Response::default() });
        aws.state().refused.insert("attach", "LimitExceeded");
        aws
    };
    killed_everywhere(prepared, &signal(), 1).await;
    let aws = prepared();
    outcome(&aws, &signal()).await;
    assert_eq!(tripped(&aws).expect("recorded").steps, Step::ALL);
}

#[tokio::test(start_paused = true)]
async fn so_can_one_that_only_tells() {
    killed_everywhere(|| guarded(&Response { mode: Mode::Monitor, ..Response::default() }), &signal(), 1)
        .await;
}

/// The state that the first incident left, with its deny detached.
fn detached() -> FakeAws {
    let aws = enforcing();
    let first = Tripped {
        at: "2026-01-02T03:00:00Z".into(),
        by: "e-0".into(),
        signal: "console_login".into(),
        key: None,
        steps: vec![Step::Attach],
        keys: Vec::new(),
        told: vec![life(0), "event".into(), crate::notify::short_hash(TOPIC)],
    };
    aws.state().tags.get_mut(&rule_arn()).expect("tags").extend(first.to_tags());
    aws
}

#[tokio::test(start_paused = true)]
async fn so_can_one_that_denies_again() {
    killed_everywhere(detached, &signal(), 1).await;
}
