use std::sync::Mutex;

use super::*;
use crate::Refusal;

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

#[tokio::test]
async fn every_topic_is_told_what_to_do() {
    let topics = Topics::default();
    let told =
        health(&topics, &alarm("ALARM"), &["a".into(), "b".into()], FUNCTION, Handler::Responder).await;
    assert_eq!(told, Ok(true));
    let told = topics.0.into_inner().expect("not poisoned");
    assert_eq!(told.iter().map(|(topic, _)| topic.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let Message { subject, body, .. } = &told[0].1;
    assert_eq!(subject, "guard needs a look in 222222222222 eu-west-1: guard-dead-letters");
    for part in [
        "Alarm:    guard-dead-letters\n",
        "About:    Events that were not delivered\n",
        "Reason:   ThresholdCrossed\n",
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
        assert_eq!(health(&topics, &alarm(state), &["a".into()], FUNCTION, Handler::Filter).await, Ok(false));
        assert!(topics.0.lock().expect("not poisoned").is_empty());
    }
}

#[tokio::test]
async fn a_topic_that_takes_nothing_keeps_no_other_from_being_told() {
    let topics = Topics::default();
    let all = ["broken".into(), "b".into()];
    let error = health(&topics, &alarm("ALARM"), &all, FUNCTION, Handler::Responder).await.expect_err("one");
    assert!(error.to_string().contains("broken: NotFound: no such topic"), "{error}");
    assert_eq!(topics.0.into_inner().expect("not poisoned").len(), 1);
}
