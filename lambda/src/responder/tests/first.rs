//! Denying comes first: whatever hangs, the user is denied within two seconds.

use std::time::Duration;

use super::*;

/// Responds for a time, as long as it takes or until then.
async fn for_a_time(aws: &FakeAws, payload: &Value, time: Duration) {
    let _ = tokio::time::timeout(time, respond(aws, payload)).await;
}

#[tokio::test(start_paused = true)]
async fn whatever_hangs_the_user_is_denied_within_two_seconds() {
    for call in ["rule", "tags", "look", "claim", "tag", "keep", "announce", "publish"] {
        for response in [Response::default(), Response { deactivate_keys: true, ..Response::default() }] {
            let aws = guarded(&response);
            aws.state().hangs.insert(call);
            for_a_time(&aws, &signal(), Duration::from_millis(2600)).await;
            assert!(aws.state().attached, "{call} hangs");
        }
    }
}

/// The alarm on the user's rule with the description that the provider gives it.
fn described_alarm() -> Value {
    let mut alarm = alarm("ALARM");
    alarm["alarmData"]["configuration"]["description"] = json!(
        r#"{"guard":1,"hub":"111111111111/us-east-1","user":"arn:aws:iam::222222222222:user/path/backup"}"#
    );
    alarm
}

#[tokio::test(start_paused = true)]
async fn an_alarm_whose_rule_cannot_be_read_denies_whom_it_describes() {
    let (hanging, refused) = (enforcing(), enforcing());
    hanging.state().hangs.insert("rule");
    refused.state().refused.insert("rule", "ThrottlingException");
    for aws in [hanging, refused] {
        for_a_time(&aws, &described_alarm(), Duration::from_millis(2600)).await;
        assert!(aws.state().attached);
    }
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_describes_another_user_than_its_rules_denies_nobody() {
    let aws = enforcing();
    aws.state().hangs.insert("rule");
    for user in ["arn:aws:iam::222222222222:user/other", "arn:aws:iam::333333333333:user/backup"] {
        let mut alarm = described_alarm();
        alarm["alarmData"]["configuration"]["description"] = json!(json!({ "user": user }).to_string());
        for_a_time(&aws, &alarm, Duration::from_millis(2600)).await;
        assert!(!aws.state().attached, "{user}");
    }
}

#[tokio::test(start_paused = true)]
async fn if_everything_but_iam_hangs_the_user_is_denied_all_the_same() {
    let aws = enforcing();
    aws.state().hangs.extend(["rule", "tags", "claim", "tag", "keep", "announce", "publish"]);
    for_a_time(&aws, &signal(), Duration::from_millis(2600)).await;
    assert!(aws.state().attached);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_recorded_in_time_is_not_said_to_be_somebody_elses() {
    let aws = enforcing();
    aws.state().hangs.insert("tag");
    respond(&aws, &signal()).await.expect_err("not recorded");
    assert!(aws.state().attached);
    aws.state().hangs.clear();
    assert_eq!(outcome(&aws, &signal()).await, Outcome::AlreadyDenied);
    assert_eq!(tripped(&aws).expect("recorded").steps, [guard_contract::Step::Attach]);
}
