//! Alarms on guard itself.

use super::*;

fn failing(state: &str) -> Value {
    let mut payload = alarm(state);
    payload["alarmArn"] = json!("arn:aws:cloudwatch:eu-west-1:222222222222:alarm:guard-dead-letters");
    payload["alarmData"]["alarmName"] = json!("guard-dead-letters");
    payload["alarmData"]["configuration"]["metrics"] = json!([{"id": "m1", "metricStat": {"metric":
        {"namespace": "AWS/SQS", "dimensions": {"QueueName": "guard-dead-letters"}}}}]);
    payload
}

#[tokio::test(start_paused = true)]
async fn the_topics_of_all_guards_here_are_told_each_once() {
    let aws = enforcing();
    {
        let mut state = aws.state();
        let other = Rule { arn: "other".into(), ..Rule::default() };
        state.rules.insert("guard-user-other".into(), other);
        state.tags.insert("other".into(), topic_tags(&[TOPIC.into(), "arn:aws:sns:us-east-1:1:b".into()]));
        state.rules.insert("guard-to-somewhere".into(), Rule { arn: "forward".into(), ..Rule::default() });
    }
    assert_eq!(respond(&aws, &failing("ALARM")).await.expect("told"), Handled::Told);
    let state = aws.state();
    let told: Vec<&str> = state.messages.iter().map(|(topic, _)| topic.as_str()).collect();
    assert_eq!(told, [TOPIC, "arn:aws:sns:us-east-1:1:b"]);
    assert!(!state.attached);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_on_guard_itself_that_ends_is_nothing_to_tell() {
    let aws = enforcing();
    assert_eq!(respond(&aws, &failing("OK")).await.expect("calm"), Handled::Calm);
    assert!(aws.state().calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn guards_that_cannot_be_listed_fail_the_invocation() {
    for call in ["rules", "tags"] {
        let aws = enforcing();
        aws.state().refused.insert(call, "AccessDeniedException");
        assert_eq!(respond(&aws, &failing("ALARM")).await.expect_err("nobody").name(), "NotTold");
    }
}

#[tokio::test(start_paused = true)]
async fn an_alarm_on_a_rule_that_is_no_users_denies_nobody() {
    let aws = enforcing();
    let mut payload = alarm("ALARM");
    let metric = &mut payload["alarmData"]["configuration"]["metrics"][1]["metricStat"]["metric"];
    metric["dimensions"]["RuleName"] = json!("guard-to-222222222222-eu-west-1");
    assert_eq!(respond(&aws, &payload).await.expect("refused"), Handled::Refused);
    assert!(!aws.state().attached);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_guard_has_not_made_is_told_to_nobody() {
    for name in ["guard-anything", "guard-user-backup", "guard-dead-letters-2", "a"] {
        let aws = enforcing();
        let mut payload = failing("ALARM");
        payload["alarmArn"] = json!(format!("arn:aws:cloudwatch:eu-west-1:222222222222:alarm:{name}"));
        payload["alarmData"]["alarmName"] = json!(name);
        assert_eq!(respond(&aws, &payload).await.expect("refused"), Handled::Refused, "{name}");
        assert!(aws.state().messages.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn an_alarm_on_a_users_rule_that_is_not_the_rules_own_denies_nobody() {
    let aws = enforcing();
    let mut payload = alarm("ALARM");
    payload["alarmData"]["alarmName"] = json!("another");
    assert_eq!(respond(&aws, &payload).await.expect("refused"), Handled::Refused);
    assert!(!aws.state().attached);
}
