//! The responder against an AWS in memory.

mod aws;
mod before;
mod contain;
mod first;
mod health;
mod incident;
mod kill;
mod payload;
mod rearm;
mod settings;
mod taken_off;
mod told;

use guard_contract::{Response, Signal, Tripped, incident::BUILDER_TAG, incident::topic_tags, user_rule};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::{Handled, Outcome, Responder, ResponderError, Rule, Settings};
use crate::notify::Message;
use aws::FakeAws;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:222222222222:function:guard-responder";
const TOPIC: &str = "arn:aws:sns:eu-west-1:222222222222:security";
/// 2026-01-02T03:06:40Z, some minutes after the record.
const NOW: i64 = 1_767_323_200;

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW).expect("a time")
}

fn later() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(NOW + 3600).expect("a time")
}

fn settings() -> Settings {
    Settings {
        bus: "guard-bus".into(),
        rules: "guard-user-".into(),
        log_group: "/aws/lambda/guard-responder".into(),
        clock: now,
    }
}

fn rule_name() -> String {
    user_rule("guard-user-", "222222222222", "backup")
}

fn rule_arn() -> String {
    format!("arn:aws:events:eu-west-1:222222222222:rule/guard-bus/{}", rule_name())
}

/// An AWS with a guard that responds so, with one topic, and a user with an active and an inactive key.
fn guarded(response: &Response) -> FakeAws {
    let aws = FakeAws::default();
    let pattern = guard_contract::UserPattern {
        hub_account: "111111111111".into(),
        account: "222222222222".into(),
        user: "backup".into(),
        signals: Signal::CHOICES.to_vec(),
    };
    let mut record = serde_json::to_value(response).expect("JSON");
    record["user"] = json!("arn:aws:iam::222222222222:user/scripts/backup");
    let rule = Rule { arn: rule_arn(), pattern: pattern.to_json(), description: record.to_string() };
    let mut tags = topic_tags(&[TOPIC.to_owned()]);
    tags.insert(BUILDER_TAG.to_owned(), "me@host 2026".to_owned());
    let mut state = aws.state();
    state.rules.insert(rule_name(), rule);
    state.tags.insert(rule_arn(), tags);
    state.keys = [("AKIAACTIVE".to_owned(), true), ("AKIAINACTIVE".to_owned(), false)].into();
    drop(state);
    aws
}

/// As a guard is that says nothing else.
fn enforcing() -> FakeAws {
    guarded(&Response::default())
}

fn set_response(aws: &FakeAws, response: &Response) {
    let description = serde_json::to_string(response).expect("JSON");
    aws.state().rules.get_mut(&rule_name()).expect("the rule").description = description;
}

/// The guard's life since it was re-armed at that time; 0 if it never was.
fn life(rearmed: i64) -> String {
    crate::notify::short_hash(&format!("me@host 2026 {rearmed}"))
}

fn tripped(aws: &FakeAws) -> Option<Tripped> {
    Tripped::from_tags(&aws.state().tags[&rule_arn()])
}

async fn respond(aws: &FakeAws, payload: &Value) -> Result<Handled, ResponderError> {
    Responder::new(aws.clone(), settings()).handle(payload, FUNCTION).await
}

async fn outcome(aws: &FakeAws, payload: &Value) -> Outcome {
    match respond(aws, payload).await {
        Ok(Handled::User(outcome)) => outcome,
        other => panic!("{other:?}"),
    }
}

fn signal() -> Value {
    json!({
        "version": "0", "id": "e", "source": "guard.cloudtrail", "detail-type": "CloudTrail Signal",
        "account": "111111111111", "region": "us-east-1", "time": "2026-01-02T03:04:05Z",
        "resources": ["arn:aws:iam::222222222222:user/backup"],
        "detail": {
            "eventID": "e-1", "eventName": "ListBuckets", "eventSource": "s3.amazonaws.com",
            "eventTime": "2026-01-02T03:04:05Z", "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli/2",
            "guard": {"version": 1, "account": "222222222222", "user": "backup",
                "signals": ["access_denied"], "truncated": false},
        },
    })
}

fn alarm(state: &str) -> Value {
    json!({
        "source": "aws.cloudwatch", "accountId": "222222222222", "region": "eu-west-1",
        "alarmArn": format!("arn:aws:cloudwatch:eu-west-1:222222222222:alarm:{}", rule_name()),
        "time": "2026-01-02T03:05:00.000+0000",
        "alarmData": {
            "alarmName": rule_name(),
            "state": {"value": state, "reason": "Threshold Crossed"},
            "previousState": {"value": "OK"},
            "configuration": {"metrics": [
                {"id": "e1", "expression": "m1", "returnData": true},
                {"id": "m1", "metricStat": {"metric": {"namespace": "AWS/Events", "name": "MatchedEvents",
                    "dimensions": {"EventBusName": "guard-bus", "RuleName": rule_name()}},
                    "period": 60, "stat": "Sum"}, "returnData": true},
            ]},
        },
    })
}
