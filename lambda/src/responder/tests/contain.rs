//! Denying: three steps, each written down before it is taken, each tried when the one before fails.

use guard_contract::{INLINE_DENY_DOCUMENT, Partition, Step, deny_policy_arn};

use super::*;

/// Bug 15 of the peers: a pattern that lists AWSCompromisedKeyQuarantineV2 while V3 is current. Ours must be the one
/// managed policy that denies everything and has no versioned name; should AWS replace it, this is the line to change.
#[test]
fn bug_15_the_deny_policy_is_the_current_one() {
    assert_eq!(deny_policy_arn(Partition::Aws), "arn:aws:iam::aws:policy/AWSDenyAll");
    let document: Value = serde_json::from_str(INLINE_DENY_DOCUMENT).expect("JSON");
    let statement = json!({"Effect": "Deny", "Action": "*", "Resource": "*"});
    assert_eq!(document, json!({"Version": "2012-10-17", "Statement": [statement]}));
}

/// Bug 20 of the peers: a token that is deleted before its alert comes makes no alert.
#[tokio::test(start_paused = true)]
async fn bug_20_a_user_that_is_gone_is_a_clear_outcome_recorded_and_told() {
    let aws = enforcing();
    aws.state().user_gone = true;
    assert_eq!(outcome(&aws, &signal()).await, Outcome::UserGone);
    assert_eq!(tripped(&aws).expect("recorded").steps, []);
    assert!(aws.state().messages[0].1.body.contains("the user does not exist (any more)"));
    let writes = aws.state().writes();
    assert_eq!(outcome(&aws, &signal()).await, Outcome::UserGone);
    assert_eq!(aws.state().writes(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_step_is_written_down_before_it_is_taken() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    let calls = aws.state().calls.clone();
    let attach = calls.iter().position(|call| *call == "attach").expect("attached");
    assert_eq!(calls[attach - 1], "tag");
    assert_eq!(calls[..4], ["rule", "tags", "look", "claim"]);
}

#[tokio::test(start_paused = true)]
async fn where_the_policy_cannot_be_attached_an_inline_policy_denies_for_whatever_reason() {
    for code in ["LimitExceeded", "NoSuchEntity", "AccessDenied", "ServiceFailure"] {
        let aws = enforcing();
        aws.state().refused.insert("attach", code);
        assert_eq!(outcome(&aws, &signal()).await, Outcome::Inline, "{code}");
        assert_eq!(tripped(&aws).expect("recorded").steps, [Step::Attach, Step::Inline]);
        let writes = aws.state().writes();
        assert_eq!(outcome(&aws, &signal()).await, Outcome::AlreadyDenied);
        assert_eq!(aws.state().writes(), writes);
    }
}

#[tokio::test(start_paused = true)]
async fn where_no_policy_can_be_put_the_active_keys_are_made_inactive_and_the_invocation_fails() {
    let aws = enforcing();
    aws.state().refused.extend([("attach", "LimitExceeded"), ("put_inline", "LimitExceeded")]);
    let error = respond(&aws, &signal()).await.expect_err("not denied");
    assert_eq!(error.name(), "NotDenied");
    assert!(error.to_string().contains("but its access keys are inactive"), "{error}");
    let tripped = tripped(&aws).expect("recorded");
    assert_eq!((tripped.steps, tripped.keys), (Step::ALL.to_vec(), vec!["AKIAACTIVE".to_owned()]));
    let state = aws.state();
    assert!(state.keys.values().all(|active| !active));
    assert_eq!(state.count("deactivate"), 1);
    let (_, message) = &state.messages[0];
    assert!(message.subject.starts_with("guard: NOT DENIED: backup"), "{}", message.subject);
    assert!(message.body.contains("aws iam attach-user-policy --user-name 'backup'"), "{}", message.body);
    assert_eq!(state.events[0]["steps"], json!(["keys"]));
}

#[tokio::test(start_paused = true)]
async fn keys_are_made_inactive_as_well_if_the_guard_says_so() {
    let aws = guarded(&Response { deactivate_keys: true, ..Response::default() });
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    let tripped = tripped(&aws).expect("recorded");
    assert_eq!(
        (tripped.steps, tripped.keys),
        (vec![Step::Attach, Step::Keys], vec!["AKIAACTIVE".to_owned()])
    );
    assert!(!aws.state().keys["AKIAACTIVE"]);
    let writes = aws.state().writes();
    assert_eq!(outcome(&aws, &signal()).await, Outcome::AlreadyDenied);
    assert_eq!(aws.state().writes(), writes);
}

#[tokio::test(start_paused = true)]
async fn keys_that_stay_active_fail_the_invocation_though_the_user_is_denied() {
    let aws = guarded(&Response { deactivate_keys: true, ..Response::default() });
    aws.state().refused.insert("deactivate", "AccessDenied");
    let error = respond(&aws, &signal()).await.expect_err("active");
    assert_eq!(error.name(), "KeysActive");
    assert!(aws.state().attached);
    assert_eq!(aws.state().events[0]["steps"], json!(["attach"]));
    aws.state().refused.clear();
    outcome(&aws, &signal()).await;
    assert!(!aws.state().keys["AKIAACTIVE"]);
}

#[tokio::test(start_paused = true)]
async fn a_deny_that_shows_late_counts() {
    let aws = enforcing();
    aws.state().shows_after = Some(4);
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
}

#[tokio::test(start_paused = true)]
async fn a_deny_that_does_not_show_is_followed_by_the_next_step() {
    let aws = enforcing();
    aws.state().shows_after = Some(usize::MAX);
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Inline);
}

#[tokio::test(start_paused = true)]
async fn not_being_able_to_look_does_not_keep_it_from_denying() {
    let aws = enforcing();
    aws.state().refused.extend([("look", "AccessDenied"), ("inline", "AccessDenied")]);
    let error = respond(&aws, &signal()).await.expect_err("not seen");
    assert_eq!(error.name(), "NotDenied");
    assert!(error.to_string().contains("AccessDenied"), "{error}");
    let state = aws.state();
    assert!(state.attached && state.inline.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_written_down_keeps_nothing_from_being_done_and_fails_the_invocation() {
    let aws = enforcing();
    aws.state().refused.extend([("tag", "ThrottlingException"), ("claim", "ThrottlingException")]);
    let error = respond(&aws, &signal()).await.expect_err("not recorded");
    assert_eq!(error.name(), "NotTold");
    assert!(aws.state().attached);
    assert_eq!(aws.state().messages.len(), 1);
}
