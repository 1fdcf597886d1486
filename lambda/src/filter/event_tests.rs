use guard_contract::{Signal, Signals};
use serde_json::{Value, json};

use super::*;

fn user() -> User<'static> {
    User {
        account: "222222222222".into(),
        name: "backup".into(),
        principal_id: None,
        arn: "arn:aws:iam::222222222222:user/backup".into(),
    }
}

fn of(json: &str) -> Event {
    let record = Record::parse(json).expect("an object");
    let (time, signals) = (record.time(), Signals::from_iter([Signal::AccessDenied]));
    let event = event(&Kept { json, record, user: user(), signals, time });
    assert!(event.size() <= MAX_EVENT);
    event
}

fn detail(event: &Event) -> Value {
    serde_json::from_str(&event.detail).expect("JSON")
}

const MARK: &str = r#""guard":{"version":1,"account":"222222222222","user":"backup","signals":["access_denied"],"truncated":false}"#;

#[test]
fn the_records_own_bytes_survive() {
    let json = "{ \"a\" : 1.50,\n \"a\":2, \"b\":{\"c\":{}} }";
    assert_eq!(of(json).detail, format!("{{ \"a\" : 1.50,\n \"a\":2, \"b\":{{\"c\":{{}}}} ,{MARK}}}"));
    let json = r#"{"b":{"c":{}}}"#;
    assert_eq!(of(json).detail, format!(r#"{{"b":{{"c":{{}}}},{MARK}}}"#));
    assert_eq!(of("{}").detail, format!("{{{MARK}}}"));
}

#[test]
fn a_mark_in_the_record_is_replaced_however_it_is_spelt() {
    let json = r#"{"guard":{"user":"admin"},"a":"é\n","\u0067uard":1,"b":2}"#;
    assert_eq!(of(json).detail, format!(r#"{{"a":"é\n","b":2,{MARK}}}"#));
}

#[test]
fn an_events_time_is_the_records() {
    let time = |json| of(json).time.map(OffsetDateTime::unix_timestamp);
    assert_eq!(time(r#"{"eventTime":"2026-01-02T03:04:05Z"}"#), Some(1_767_323_045));
    assert_eq!(time(r#"{"eventTime":"yesterday"}"#), None);
    assert_eq!(time(r#"{"eventTime":1767323045}"#), None);
}

fn large(bytes: usize) -> String {
    "x".repeat(bytes)
}

#[test]
fn a_large_record_is_cut_in_the_stated_order_and_marked() {
    let record = json!({
        "eventID": "e-1", "requestParameters": {"a": large(100_000)}, "responseElements": {"b": large(100_000)},
        "additionalEventData": {"c": large(100_000)}, "tlsDetails": {"d": large(1000)}, "eventName": "X",
    });
    let cut = detail(&of(&record.to_string()));
    assert_eq!(cut["responseElements"], "[cut: 100008 bytes]");
    assert_eq!(cut["requestParameters"], record["requestParameters"]);
    assert_eq!(cut["additionalEventData"], record["additionalEventData"]);
    assert_eq!(cut["eventID"], "e-1");
    assert_eq!(cut["guard"]["truncated"], true);
    assert_eq!(cut["guard"]["user"], "backup");
}

#[test]
fn what_names_the_call_is_cut_last() {
    let record = json!({
        "eventID": "e-1", "eventName": "X", "userAgent": large(150_000), "unknown": large(150_000),
        "errorMessage": large(90_000), "sourceIPAddress": "192.0.2.1",
    });
    let cut = detail(&of(&record.to_string()));
    assert_eq!(cut["errorMessage"], "[cut: 90002 bytes]");
    assert_eq!(cut["unknown"], "[cut: 150002 bytes]");
    assert_eq!(cut["userAgent"], record["userAgent"]);

    let record =
        json!({"eventID": "e-1", "userAgent": large(300_000), "userIdentity": {"x": large(300_000)}});
    let cut = detail(&of(&record.to_string()));
    assert_eq!(cut["eventID"], "e-1");
    assert_eq!(cut["userAgent"], "[cut: 300002 bytes]");
    assert_eq!(cut["userIdentity"], "[cut: 300008 bytes]");
}

#[test]
fn a_record_of_countless_members_is_forwarded_too() {
    let mut json = String::from("{");
    for i in 0..60_000 {
        json.push_str(&format!(r#""m{i}":{i},"eventName":"{i}","guard":0,"#));
    }
    json.push_str(r#""eventID":"e-1"}"#);
    let cut = detail(&of(&json));
    assert_eq!(cut["eventID"], "e-1");
    assert_eq!(cut["eventName"], "59999");
    assert_eq!(cut["guard"]["truncated"], true);
    assert!(cut.get("m1").is_none());
}

#[test]
fn an_event_of_exactly_the_limit_is_whole() {
    let record = |bytes| json!({"eventName": "X", "responseElements": large(bytes)}).to_string();
    let spare = MAX_EVENT - of(&record(0)).size();
    assert_eq!(of(&record(spare)).size(), MAX_EVENT);
    assert_eq!(detail(&of(&record(spare)))["guard"]["truncated"], false);
    assert_eq!(detail(&of(&record(spare + 1)))["guard"]["truncated"], true);
}

#[test]
fn a_part_that_nests_too_deep_for_a_bus_is_cut() {
    let json = format!(r#"{{"eventName":"X","requestParameters":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    let cut = detail(&of(&json));
    assert_eq!(cut["requestParameters"], "[cut: 10000 bytes]");
    assert_eq!(cut["eventName"], "X");
    assert_eq!(cut["guard"]["truncated"], true);
    assert_eq!(depth(r#"{"a":"[[[\"[","b":[{}]}"#), 3);
}
