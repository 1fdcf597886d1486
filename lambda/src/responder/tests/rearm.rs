//! Re-armed while a response is under way, and after it.

use guard_contract::{Mode, Rearmed, Step};

use super::{aws::State, *};

/// When the guard is re-armed: after the record, and after the response began.
const REARMED: i64 = NOW + 1;

fn rearmed_response() -> Response {
    let rearmed = Some(Rearmed { at: REARMED, word: Rearmed::word("OPS-1") });
    Response { rearmed, deactivate_keys: true, ..Response::default() }
}

/// As the provider does it: the rule learns it, what the tags tell of is undone, the tags go.
fn rearm(state: &mut State) {
    state.rules.get_mut(&rule_name()).expect("the rule").description =
        serde_json::to_string(&rearmed_response()).expect("JSON");
    release(state);
}

/// What the tags tell of is undone if it is over, and the tags go: the provider looks whether that is to be done
/// again.
fn release(state: &mut State) {
    let tags = state.tags[&rule_arn()].clone();
    let Some(tripped) = Tripped::from_tags(&tags) else { return };
    if !tripped.is_over(rearmed_response().rearmed.as_ref()) {
        return;
    }
    for step in &tripped.steps {
        match step {
            Step::Attach => state.attached = false,
            Step::Inline => state.inline = None,
            Step::Keys => state.keys.extend(tripped.keys.iter().map(|key| (key.clone(), true))),
        }
    }
    state.tags.get_mut(&rule_arn()).expect("tags").retain(|key, _| !Tripped::is_tag(key));
}

fn is_free(state: &State) -> bool {
    !state.attached && state.inline.is_none() && state.keys["AKIAACTIVE"]
}

/// Lets a response be overtaken by a re-arming at each of its calls.
async fn rearmed_everywhere(prepared: impl Fn() -> FakeAws, payload: &Value) {
    let undisturbed = prepared();
    let before = undisturbed.state().calls.len();
    drop(respond(&undisturbed, payload).await);
    let calls = undisturbed.state().calls.clone();
    for (at, call) in calls.iter().enumerate().skip(before) {
        let aws = prepared();
        aws.state().meanwhile = Some((at, rearm));
        drop(respond(&aws, payload).await);
        release(&mut aws.state());
        let state = aws.state();
        assert!(is_free(&state), "re-armed before call {at}, {call}: {state:#?}");
    }
}

fn taking_every_step() -> FakeAws {
    let aws = guarded(&Response { deactivate_keys: true, ..Response::default() });
    aws.state().refused.insert("attach", "LimitExceeded");
    aws
}

/// Another invocation has tripped it, told of it, and could not deny the user.
async fn tripped_in_vain() -> FakeAws {
    let aws = guarded(&Response::default());
    aws.state().refused.insert("attach", "LimitExceeded");
    aws.state().refused.insert("put_inline", "LimitExceeded");
    drop(respond(&aws, &signal()).await);
    aws
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_overtaken_leaves_nothing_that_is_not_written_down() {
    rearmed_everywhere(enforcing, &signal()).await;
    rearmed_everywhere(taking_every_step, &signal()).await;
    rearmed_everywhere(enforcing, &alarm("ALARM")).await;
}

#[tokio::test(start_paused = true)]
async fn nor_does_one_that_joins_it() {
    let joined = tripped_in_vain().await;
    let again = || {
        let aws = FakeAws::default();
        *aws.state() = joined.state().clone();
        aws
    };
    rearmed_everywhere(again, &signal()).await;
    let untold = || {
        let aws = again();
        aws.state().tags.get_mut(&rule_arn()).expect("tags").remove("guard:told");
        aws
    };
    rearmed_everywhere(untold, &signal()).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_left_of_an_incident_that_is_over_does_not_hide_the_next() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    aws.state().attached = false;
    set_response(&aws, &Response { deactivate_keys: false, ..rearmed_response() });
    let mut fresh = signal();
    fresh["detail"]["eventID"] = json!("e-2");
    fresh["detail"]["eventTime"] = json!("2026-01-02T04:00:00Z");
    assert_eq!(outcome(&aws, &fresh).await, Outcome::Attached);
    let tripped = tripped(&aws).expect("recorded");
    assert_eq!(tripped.by, "e-2");
    assert!(!tripped.is_over(rearmed_response().rearmed.as_ref()), "not even by a clock that is ahead");
    assert_eq!(tripped.told.first(), Some(&life(REARMED)));
    assert_eq!(aws.state().messages.len(), 2);
    assert_eq!(outcome(&aws, &fresh).await, Outcome::AlreadyDenied);
}

#[tokio::test(start_paused = true)]
async fn what_was_told_in_another_life_was_not_told_in_this() {
    let aws = guarded(&Response { mode: Mode::Monitor, ..Response::default() });
    let told = vec![life(7), "event".to_owned(), crate::notify::short_hash(TOPIC)];
    let tripped = Tripped { at: "2026-01-02T03:06:00Z".into(), told, ..Tripped::default() };
    aws.state().tags.get_mut(&rule_arn()).expect("tags").extend(tripped.to_tags());
    outcome(&aws, &signal()).await;
    assert_eq!(aws.state().messages.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_that_waited_while_the_guard_was_re_armed_does_and_tells_nothing() {
    let aws = tripped_in_vain().await;
    aws.state().tags.get_mut(&rule_arn()).expect("tags").remove("guard:told");
    let claimed = aws.state().calls.len() + ["rule", "tags", "look", "claim"].len();
    aws.state().meanwhile = Some((claimed, rearm));
    let before = aws.state().clone();
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Stale);
    let state = aws.state();
    assert_eq!(state.writes(), before.writes() + ["claim"].len());
    assert_eq!(state.messages.len(), before.messages.len());
}
