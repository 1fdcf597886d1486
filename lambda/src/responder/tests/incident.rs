//! The incident: recorded once, kept by what comes later.

use guard_contract::Step;

use super::*;

#[tokio::test(start_paused = true)]
async fn the_first_signal_is_recorded_and_kept() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    let first = tripped(&aws).expect("recorded");
    assert_eq!(first.at, "2026-01-02T03:06:40Z");
    assert_eq!((first.by.as_str(), first.signal.as_str()), ("e-1", "access_denied"));
    assert_eq!(first.steps, [Step::Attach]);
    aws.state().attached = false;
    let mut second = signal();
    second["detail"]["eventID"] = json!("e-2");
    outcome(&aws, &second).await;
    let then = tripped(&aws).expect("recorded");
    assert_eq!((then.at, then.by, then.signal), (first.at, first.by, first.signal));
}

#[tokio::test(start_paused = true)]
async fn a_denied_user_that_keeps_calling_costs_no_write() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    aws.state().calls.clear();
    for payload in [signal(), alarm("ALARM"), signal()] {
        assert_eq!(outcome(&aws, &payload).await, Outcome::AlreadyDenied);
    }
    assert_eq!(aws.state().calls, ["rule", "tags", "look"].repeat(3));
}

#[tokio::test(start_paused = true)]
async fn a_deny_of_somebody_else_is_recorded_and_told_but_not_ours_to_undo() {
    let aws = enforcing();
    aws.state().attached = true;
    assert_eq!(outcome(&aws, &signal()).await, Outcome::AlreadyAttached);
    assert_eq!(tripped(&aws).expect("recorded").steps, []);
    let state = aws.state();
    assert_eq!((state.count("attach"), state.messages.len()), (0, 1));
    assert!(state.messages[0].1.body.contains("attached already by somebody else"));
    assert_eq!(state.events[0]["steps"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_user_whose_deny_was_detached_is_denied_again_and_that_is_told() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    aws.state().attached = false;
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    assert_eq!(outcome(&aws, &signal()).await, Outcome::AlreadyDenied);
    let state = aws.state();
    assert_eq!(state.messages.len(), 2);
    assert_eq!(state.messages[1].1.subject, "guard: denied again: backup of 222222222222 (access_denied)");
    assert_eq!(state.events[1]["again"], true);
    assert_eq!(state.streams.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn another_life_of_the_guard_is_another_incident() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    {
        let mut state = aws.state();
        let tags = state.tags.get_mut(&rule_arn()).expect("tags");
        tags.retain(|key, _| !Tripped::is_tag(key));
        tags.insert(BUILDER_TAG.to_owned(), "somebody else".to_owned());
        state.attached = false;
    }
    outcome(&aws, &signal()).await;
    let state = aws.state();
    assert_eq!((state.messages.len(), state.streams.len()), (2, 2));
}
