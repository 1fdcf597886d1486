//! What the guard's record says, and what is done where it can't be read.

use guard_contract::{Mode, Rearmed, Step};

use super::*;

fn monitoring() -> Response {
    Response { mode: Mode::Monitor, ..Response::default() }
}

fn rearmed(at: i64) -> Response {
    Response { rearmed: Some(Rearmed { at, word: "0123abcd".into() }), ..Response::default() }
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_monitors_tells_once_and_denies_nobody() {
    let aws = guarded(&monitoring());
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Monitored);
    assert_eq!(tripped(&aws).expect("recorded").steps, []);
    assert!(aws.state().messages[0].1.body.contains("Done:     nothing: monitor mode\n"));
    let writes = aws.state().writes();
    assert_eq!(outcome(&aws, &signal()).await, Outcome::AlreadyMonitored);
    let state = aws.state();
    assert_eq!((state.writes(), state.messages.len(), state.count("attach")), (writes, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_only_monitored_denies_at_the_next_signal_once_it_enforces() {
    let aws = guarded(&monitoring());
    outcome(&aws, &signal()).await;
    set_response(&aws, &Response::default());
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    assert_eq!(tripped(&aws).expect("recorded").steps, [Step::Attach]);
    assert_eq!(aws.state().messages.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_from_before_the_re_arming_costs_one_read_and_no_write() {
    let aws = guarded(&rearmed(NOW - 60));
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Stale);
    assert_eq!(outcome(&aws, &alarm("ALARM")).await, Outcome::Stale);
    assert_eq!(aws.state().calls, ["rule", "rule"]);
    let responder = Responder::new(aws.clone(), Settings { clock: later, ..settings() });
    let handled = responder.handle(&alarm("ALARM"), FUNCTION).await.expect("not stale any more");
    assert_eq!(handled, Handled::User(Outcome::Attached));
}

#[tokio::test(start_paused = true)]
async fn what_is_from_after_the_re_arming_trips_it_again() {
    let aws = guarded(&rearmed(1_767_323_044));
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_is_removed_still_denies_but_records_and_tells_nothing() {
    let aws = FakeAws::default();
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    assert_eq!(aws.state().writes(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_cannot_be_read_denies_what_it_did_is_known_later_and_then_told() {
    for call in ["rule", "tags"] {
        let aws = enforcing();
        aws.state().refused.insert(call, "ThrottlingException");
        let error = respond(&aws, &signal()).await.expect_err("owed");
        assert_eq!(error.name(), "RuleUnreadable");
        assert!(aws.state().attached);
        assert_eq!(
            (tripped(&aws).expect("recorded").steps, aws.state().messages.len()),
            (vec![Step::Attach], 0)
        );
        aws.state().refused.clear();
        assert_eq!(outcome(&aws, &signal()).await, Outcome::AlreadyDenied);
        assert_eq!(aws.state().messages.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_is_known_to_monitor_does_not_deny_though_its_tags_cannot_be_read() {
    let aws = guarded(&monitoring());
    aws.state().refused.insert("tags", "ThrottlingException");
    assert_eq!(respond(&aws, &signal()).await.expect_err("owed").name(), "RuleUnreadable");
    assert_eq!(aws.state().writes(), 0);
}
