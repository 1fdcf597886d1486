//! What comes, and what is refused.

use super::super::Message;
use super::*;

#[tokio::test(start_paused = true)]
async fn a_signal_denies_its_user() {
    let aws = enforcing();
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
    assert!(aws.state().attached);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_denies_its_rules_user() {
    let aws = enforcing();
    assert_eq!(outcome(&aws, &alarm("ALARM")).await, Outcome::Attached);
    let tripped = tripped(&aws).expect("recorded");
    assert_eq!((tripped.signal.as_str(), tripped.by), ("alarm", rule_name()));
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_calms_down_denies_nobody() {
    for state in ["OK", "INSUFFICIENT_DATA"] {
        let aws = enforcing();
        assert_eq!(respond(&aws, &alarm(state)).await.expect("calm"), Handled::Calm);
        assert!(aws.state().calls.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_or_an_alarm_of_another_account_is_refused() {
    let mut foreign_alarm = alarm("ALARM");
    foreign_alarm["alarmArn"] = json!("arn:aws:cloudwatch:eu-west-1:333333333333:alarm:x");
    let mut foreign_user = signal();
    foreign_user["detail"]["guard"]["account"] = json!("333333333333");
    for payload in [foreign_user, foreign_alarm] {
        let aws = enforcing();
        let error = respond(&aws, &payload).await.expect_err("refused");
        assert_eq!(error.name(), "ForeignAccount");
        assert!(error.to_string().contains("333333333333"));
        assert_eq!(aws.state().writes(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_alarm_whose_rule_says_nothing_fails_the_invocation() {
    let aws = FakeAws::default();
    let error = respond(&aws, &alarm("ALARM")).await.expect_err("no rule");
    assert_eq!(error.name(), "RuleUnreadable");
    let aws = enforcing();
    aws.state().rules.get_mut(&rule_name()).expect("the rule").pattern = r#"{"source":["x"]}"#.into();
    let error = respond(&aws, &alarm("ALARM")).await.expect_err("foreign");
    assert_eq!(error.name(), "ForeignRule");
}

#[tokio::test(start_paused = true)]
async fn a_mark_of_a_version_to_come_still_denies() {
    let mut newer = signal();
    newer["detail"]["guard"]["version"] = json!("2.0");
    newer["detail"]["guard"]["signals"] = json!(["from_the_moon", 7]);
    assert_eq!(outcome(&enforcing(), &newer).await, Outcome::Attached);
}

#[tokio::test(start_paused = true)]
async fn what_is_neither_a_signal_nor_an_alarm_is_an_error() {
    let mut nameless = signal();
    nameless["detail"]["guard"]["user"] = json!("");
    let mut foreign = signal();
    foreign["source"] = json!("somebody.else");
    for payload in [json!({}), json!(null), json!({"source": "aws.cloudwatch"}), nameless, foreign] {
        let error = respond(&enforcing(), &payload).await.expect_err("unknown");
        assert_eq!(error.name(), "UnknownEvent");
    }
}

#[test]
fn the_trigger_says_which_event_from_where_and_why() {
    let Ok(Message::Signal(case)) = Message::parse(&signal(), "guard-user-") else {
        panic!("a signal");
    };
    let trigger = serde_json::to_value(&case.trigger).expect("JSON");
    let expected = json!({"signals": ["access_denied"], "eventID": "e-1", "eventName": "ListBuckets",
        "eventSource": "s3.amazonaws.com", "eventTime": "2026-01-02T03:04:05Z",
        "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli/2"});
    assert_eq!(trigger, expected);
    assert_eq!(case.trigger.path(), "rule");
}
