use serde_json::{Value, json};

use super::*;

fn watches(watches: &[Value]) -> Watches {
    Watches::new(watches.iter().map(|watch| Watch::parse(&watch.to_string()).expect("a watch")))
}

fn watch(rest: &Value) -> Value {
    let mut watch = json!({"version": 1, "account": "222222222222", "user": "backup"});
    let rest = rest.as_object().expect("an object").clone();
    watch.as_object_mut().expect("an object").extend(rest);
    watch
}

fn user() -> User<'static> {
    User { account: "222222222222".into(), name: "backup".into(), principal_id: None, arn: "".into() }
}

fn of(watches: &Watches, record: &Value) -> Vec<Signal> {
    let json = record.to_string();
    watches.signals(&Record::parse(&json).expect("an object"), &user()).iter().collect()
}

fn denied() -> Value {
    json!({"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets", "awsRegion": "eu-west-1",
        "errorCode": "AccessDenied"})
}

#[test]
fn an_unexpected_call_is_a_signal_beside_its_others() {
    let known = watches(&[watch(&json!({"expected": {"regions": ["us-east-1"]}}))]);
    assert_eq!(of(&known, &denied()), [Signal::AccessDenied, Signal::Unexpected]);
    let mut works = denied();
    works["errorCode"] = Value::Null;
    assert_eq!(of(&known, &works), [Signal::Unexpected]);
    works["awsRegion"] = json!("us-east-1");
    assert_eq!(of(&known, &works), []);
}

#[test]
fn an_ignored_action_is_no_signal_and_counts_as_expected_but_not_from_elsewhere() {
    let known = watches(&[watch(&json!({"ignored_actions": ["s3:List*"],
        "expected": {"actions": ["ec2:*"], "regions": ["eu-west-1"]}}))]);
    assert_eq!(of(&known, &denied()), []);
    let mut elsewhere = denied();
    elsewhere["awsRegion"] = json!("us-east-1");
    assert_eq!(of(&known, &elsewhere), [Signal::Unexpected]);
    let mut other = denied();
    other["eventName"] = json!("GetBucketAcl");
    assert_eq!(of(&known, &other), [Signal::AccessDenied, Signal::Unexpected]);
}

#[test]
fn what_one_of_two_guards_takes_for_a_signal_is_one() {
    let ignoring = watch(&json!({"ignored_actions": ["s3:*"]}));
    let strict = watch(&json!({"expected": {"regions": ["us-east-1"]}}));
    assert_eq!(of(&watches(std::slice::from_ref(&ignoring)), &denied()), []);
    assert_eq!(of(&watches(&[ignoring, strict]), &denied()), [Signal::AccessDenied, Signal::Unexpected]);
}

#[test]
fn a_record_of_a_user_with_an_expectation_is_a_candidate_and_its_neighbours_are_not() {
    let known = watches(&[
        watch(&json!({"user": "a", "expected": {}})),
        watch(&json!({"user": "ignoring", "ignored_actions": ["s3:*"]})),
    ]);
    assert!(known.is_candidate(br#"{"userName" : "a"}"#, None));
    assert!(known.is_candidate(br#"{"arn":"arn:aws:iam::222222222222:user/path/a"}"#, None));
    assert!(known.is_candidate(br#"{"userName":"\u0061"}"#, None));
    assert!(known.is_candidate(br#"{"errorCode":"AccessDenied"}"#, None));
    assert!(!known.is_candidate(br#"{"userName":"ab","x":"banana split"}"#, None));
    assert!(!known.is_candidate(br#"{"userName":"ignoring"}"#, None));
    assert!(!Watches::default().is_candidate(br#"{"userName":"a"}"#, None));
}

#[test]
fn topics_are_sorted_and_told_once() {
    let known = watches(&[
        watch(&json!({"topics": ["arn:b", "arn:a"]})),
        watch(&json!({"user": "other", "topics": ["arn:b", "arn:c"]})),
    ]);
    assert_eq!(known.topics(), ["arn:a", "arn:b", "arn:c"]);
    assert!(known.users.is_empty(), "topics say nothing of a user");
}
