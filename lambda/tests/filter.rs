//! The filter as a whole, with a bucket, a bus and parameters of our own.

mod hub;

use std::sync::atomic::{AtomicU64, Ordering};

use guard_lambda::Refusal;
use serde_json::{Value, json};

use hub::{Bucket, Bus, FOLDER, Object, Parameters, filter, gzip, notice, notification, refusal, watching};

/// A file with that many signals, each of another user, and twice as many other records.
fn text(signals: usize) -> String {
    static USERS: AtomicU64 = AtomicU64::new(0);
    let record = |kind| {
        let user = format!("backup-{}", USERS.fetch_add(1, Ordering::Relaxed));
        let identity = json!({"type": kind, "accountId": "222222222222", "userName": user});
        json!({"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity", "readOnly": true,
            "userIdentity": identity})
    };
    let mut records = Vec::new();
    for _ in 0..signals {
        records.extend([record("IAMUser"), record("AWSService"), json!({"eventName": "X"})]);
    }
    json!({"Records": records}).to_string()
}

fn file(signals: usize) -> Vec<u8> {
    gzip(&text(signals))
}

fn whole(signals: usize) -> Object {
    Object::Bytes(file(signals))
}

#[tokio::test(start_paused = true)]
async fn every_object_of_a_notification_is_read_and_requests_fill_across_objects() {
    let bus = Bus::default();
    let bucket = Bucket::default().with("a", whole(4)).with("b", whole(0)).with("c", whole(9));
    let (tally, outcome) = filter(bucket, &bus).handle(&notification(&["a", "b", "c"])).await;
    outcome.expect("all done");
    assert_eq!((tally.objects, tally.records, tally.kept), (3, 39, 13));
    assert_eq!(bus.requests(), [10, 3]);
}

#[tokio::test(start_paused = true)]
async fn an_encoded_key_is_fetched_as_it_is() {
    let bus = Bus::default();
    let bucket = Bucket::default().with("a b+c=d.json.gz", whole(1));
    let (_, outcome) = filter(bucket, &bus).handle(&notification(&["a+b%2Bc%3Dd.json.gz"])).await;
    outcome.expect("found");
    assert_eq!(bus.requests(), [1]);
}

#[tokio::test(start_paused = true)]
async fn digests_and_markers_are_skipped_and_their_siblings_are_not_lost() {
    let bus = Bus::default();
    let digest = format!("AWSLogs/222222222222/CloudTrail-Digest/{}", "eu-west-1/x.json.gz");
    let payload = json!({"Records": [
        notice(&digest, 9),
        notice("AWSLogs/222222222222/CloudTrail/", 0),
        notice(&format!("{FOLDER}/empty"), 0),
        notice(&format!("{FOLDER}/a"), 9),
    ]});
    let bucket = Bucket::default().with("a", whole(1));
    let (tally, outcome) = filter(bucket, &bus).handle(&payload).await;
    outcome.expect("all done");
    assert_eq!((tally.skipped, tally.objects, tally.kept), (3, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_test_event_is_accepted() {
    let payload = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "trail"});
    let bus = Bus::default();
    let (tally, outcome) = filter(Bucket::default(), &bus).handle(&payload).await;
    outcome.expect("accepted");
    assert_eq!(tally, Default::default());
}

#[tokio::test(start_paused = true)]
async fn an_unknown_event_fails_the_invocation() {
    let bus = Bus::default();
    let outcome = filter(Bucket::default(), &bus).handle(&json!({"detail": {}})).await.1;
    assert_eq!(outcome.expect_err("unknown").name(), "UnknownEvent");
}

#[tokio::test(start_paused = true)]
async fn bad_objects_are_named_the_others_are_read_and_the_invocation_fails() {
    let bus = Bus::default();
    let mut garbage = file(1);
    garbage.extend(b"garbage");
    let truncated = file(5);
    let truncated = truncated[..truncated.len() - 9].to_vec();
    let strange = text(1).replace("]}", ",1]}");
    let bucket = Bucket::default()
        .with("good-1", whole(1))
        .with("digest", Object::Bytes(gzip(r#"{"digestEndTime":"2026-01-02T03:04:05Z"}"#)))
        .with("plain", Object::Bytes(br#"{"Records":[]}"#.to_vec()))
        .with("truncated", Object::Bytes(truncated))
        .with("garbage", Object::Bytes(garbage))
        .with("broken", Object::Broken(file(1)))
        .with("strange", Object::Bytes(gzip(&strange)))
        .with("good-2", whole(2));
    let names =
        ["good-1", "digest", "plain", "missing", "truncated", "garbage", "broken", "strange", "good-2"];
    let (tally, outcome) = filter(bucket, &bus).handle(&notification(&names)).await;
    let error = outcome.expect_err("seven are bad");
    assert_eq!(error.name(), "Incomplete");
    let message = error.to_string();
    assert!(message.starts_with("7 objects failed: "), "{message}");
    assert!(
        message.contains(&format!("s3://trail/{FOLDER}/digest: not a CloudTrail file: it has no Records")),
        "{message}"
    );
    assert!(message.ends_with("; and 2 more"), "{message}");
    assert_eq!((tally.objects, tally.failed), (2, 7));
    // Also the signals before the damage have been forwarded.
    let put: usize = bus.requests().iter().sum();
    assert_eq!(put, 3 + 5 + 3, "of the good ones, of the truncated one, of garbage, broken and strange");
    assert_eq!(tally.kept, put as u64);
}

#[tokio::test(start_paused = true)]
async fn a_strange_record_of_a_notification_fails_it_and_the_others_are_read() {
    let bus = Bus::default();
    let mut payload = notification(&["a"]);
    payload["Records"].as_array_mut().expect("a list").insert(0, json!({"eventSource": "aws:s3"}));
    let (tally, outcome) = filter(Bucket::default().with("a", whole(1)), &bus).handle(&payload).await;
    assert!(outcome.expect_err("strange").to_string().contains("record 0"));
    assert_eq!((tally.objects, tally.failed, tally.kept), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_bus_that_refuses_fails_the_invocation_with_number_and_code() {
    let bus = Bus::refusing("InternalFailure");
    let bucket = Bucket::default().with("a", whole(12));
    let (tally, outcome) = filter(bucket, &bus).handle(&notification(&["a"])).await;
    let message = outcome.expect_err("refused").to_string();
    assert!(message.contains("12 events were not put on the bus: 12 InternalFailure"), "{message}");
    assert_eq!((tally.objects, tally.kept, tally.refused), (1, 12, 12));
}

/// A denied call of `backup` at that second of an hour.
fn denial(second: u64) -> Value {
    json!({"eventSource": "s3.amazonaws.com", "eventName": "ListBuckets", "errorCode": "AccessDenied",
        "eventTime": format!("2026-01-02T03:{:02}:{:02}Z", second / 60, second % 60),
        "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.7", "eventID": second,
        "userIdentity": {"type": "IAMUser", "accountId": "222222222222", "userName": "backup"}})
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_one_user_costs_two_events_and_every_record_is_counted() {
    let bus = Bus::default();
    let mut bucket = Bucket::default();
    let mut names = Vec::new();
    let denial =
        denial(0).to_string().replace("03:00:00Z", "03:MM:SSZ").replace(r#""eventID":0"#, r#""eventID":N"#);
    for object in 0..10 {
        // Files do not come in the order of their times, nor do records within them.
        let seconds = (0..10_000).map(|i| (i * 7919 + object * 13) % 3600);
        let records = seconds.map(|second| {
            let time = format!("{:02}:{:02}", second / 60, second % 60);
            denial.replace("MM:SS", &time).replace(r#""eventID":N"#, &format!(r#""eventID":{second}"#))
        });
        let text = format!(r#"{{"Records":[{}]}}"#, records.collect::<Vec<_>>().join(","));
        bucket = bucket.with(&object.to_string(), Object::Bytes(gzip(&text)));
        names.push(object.to_string());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (tally, outcome) = filter(bucket, &bus).handle(&notification(&names)).await;
    outcome.expect("all done");
    let details = bus.details();
    let put: Vec<_> = details.iter().map(|detail| detail["eventID"].as_u64()).collect();
    assert_eq!(put, [Some(0), Some(3599)], "the first and the newest");
    assert_eq!((tally.records, tally.kept, tally.repeated), (100_000, 100_000, 99_998));
    assert_eq!(tally.kept, put.len() as u64 + tally.repeated);
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_put_or_repeated_also_where_an_object_breaks() {
    let bus = Bus::default();
    let records: Vec<Value> = (0..100).map(denial).collect();
    let mut broken = hub::file(&records);
    broken.truncate(broken.len() - 9);
    let bucket = Bucket::default().with("a", Object::Broken(broken)).with("b", whole(3));
    let (tally, outcome) = filter(bucket, &bus).handle(&notification(&["a", "b"])).await;
    outcome.expect_err("one is broken");
    assert_eq!(tally.kept, bus.details().len() as u64 + tally.repeated);
    assert_eq!(tally.repeated, 98);
}

#[tokio::test(start_paused = true)]
async fn an_unexpected_call_is_put_on_the_bus() {
    let bus = Bus::default();
    let mut works = denial(1);
    works["errorCode"] = Value::Null;
    let mut elsewhere = works.clone();
    elsewhere["sourceIPAddress"] = json!("198.51.100.7");
    let bucket = Bucket::of("a", &[works, elsewhere]);
    let parameters = Parameters::of(&[json!({"expected": {"source_ips": ["192.0.2.0/24"]}})]);
    let (tally, outcome) = watching(bucket, &bus, parameters).handle(&notification(&["a"])).await;
    outcome.expect("all done");
    assert_eq!((tally.records, tally.kept, tally.unreadable), (2, 1, 0));
    assert_eq!(bus.signals(), [json!(["unexpected"])]);
    assert_eq!(bus.details()[0]["sourceIPAddress"], "198.51.100.7");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_cannot_be_read_leaves_its_user_the_other_signals_and_is_counted() {
    let bus = Bus::default();
    let parameters = Parameters(Ok(vec![("/guard/watches/backup".into(), r#"{"version":9}"#.into())]));
    let bucket = Bucket::of("a", &[denial(1)]);
    let (tally, outcome) = watching(bucket, &bus, parameters).handle(&notification(&["a"])).await;
    outcome.expect("one bad parameter must not stop the chain of all others");
    assert_eq!((tally.kept, tally.unreadable), (1, 1));
    assert_eq!(bus.signals(), [json!(["access_denied"])]);
}

#[tokio::test(start_paused = true)]
async fn without_any_list_of_watches_all_records_wait_for_the_retry() {
    let bus = Bus::default();
    let refused: Result<_, Refusal> = Err(refusal("ThrottlingException"));
    let bucket = Bucket::of("a", &[denial(1)]);
    let (tally, outcome) = watching(bucket, &bus, Parameters(refused)).handle(&notification(&["a"])).await;
    let error = outcome.expect_err("what a guard ignores may be among them");
    assert_eq!(error.name(), "Incomplete");
    assert!(error.to_string().contains("ThrottlingException it is"), "{error}");
    assert_eq!((tally.objects, tally.kept, tally.unreadable), (0, 0, 1));
    assert!(bus.signals().is_empty());
}
