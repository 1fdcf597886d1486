//! The filter as a whole, with a bucket and a bus of our own.

use std::{collections::HashMap, io::Write, sync::Mutex};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use guard_lambda::{
    Refusal,
    filter::{Body, Event, EventSink, Filter, ObjectSource},
};
use serde_json::{Value, json};

const FOLDER: &str = "AWSLogs/o-abcde12345/222222222222/CloudTrail/eu-west-1/2026/01/02";

/// What is in the bucket, by key.
#[derive(Default)]
struct Bucket(HashMap<String, Object>);

#[derive(Clone)]
enum Object {
    Bytes(Vec<u8>),
    /// The connection breaks after these.
    Broken(Vec<u8>),
}

struct Chunks(Vec<u8>, bool);

impl Bucket {
    fn with(mut self, name: &str, object: Object) -> Self {
        self.0.insert(format!("{FOLDER}/{name}"), object);
        self
    }
}

impl ObjectSource for Bucket {
    type Body = Chunks;

    async fn open(&self, bucket: &str, key: &str) -> Result<Chunks, Refusal> {
        assert_eq!(bucket, "trail");
        match self.0.get(key).cloned() {
            Some(Object::Bytes(bytes)) => Ok(Chunks(bytes, false)),
            Some(Object::Broken(bytes)) => Ok(Chunks(bytes, true)),
            None => Err(refusal("NoSuchKey")),
        }
    }
}

impl Body for Chunks {
    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        if self.0.is_empty() {
            return if self.1 { Err(refusal("Interrupted")) } else { Ok(None) };
        }
        let rest = self.0.split_off(self.0.len().min(100));
        Ok(Some(Bytes::from(std::mem::replace(&mut self.0, rest))))
    }
}

/// A bus that takes everything, or refuses everything for that reason.
#[derive(Default)]
struct Bus {
    requests: Mutex<Vec<Vec<Value>>>,
    refuses: Option<&'static str>,
}

impl EventSink for &Bus {
    async fn put(&self, events: &[Event]) -> Result<Vec<Result<(), Refusal>>, Refusal> {
        let details = events.iter().map(|event| serde_json::from_str(&event.detail).expect("JSON"));
        self.requests.lock().expect("not poisoned").push(details.collect());
        let answer = self.refuses.map_or(Ok(()), |code| Err(refusal(code)));
        Ok(vec![answer; events.len()])
    }
}

impl Bus {
    fn requests(&self) -> Vec<usize> {
        self.requests.lock().expect("not poisoned").iter().map(Vec::len).collect()
    }
}

fn refusal(code: &str) -> Refusal {
    Refusal { code: code.into(), message: format!("{code} it is") }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("into memory");
    encoder.finish().expect("into memory")
}

/// A file with that many signals, and twice as many other records.
fn text(signals: usize) -> String {
    let record = |kind| {
        let identity = json!({"type": kind, "accountId": "222222222222", "userName": "backup"});
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

fn notice(key: &str, size: u64) -> Value {
    json!({"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "trail"}, "object": {"key": key, "size": size}}})
}

fn notification(names: &[&str]) -> Value {
    let records: Vec<Value> = names.iter().map(|name| notice(&format!("{FOLDER}/{name}"), 9)).collect();
    json!({"Records": records})
}

#[tokio::test(start_paused = true)]
async fn every_object_of_a_notification_is_read_and_requests_fill_across_objects() {
    let bus = Bus::default();
    let bucket = Bucket::default().with("a", whole(4)).with("b", whole(0)).with("c", whole(9));
    let (tally, outcome) = Filter::new(bucket, &bus).handle(&notification(&["a", "b", "c"])).await;
    outcome.expect("all done");
    assert_eq!((tally.objects, tally.records, tally.kept), (3, 39, 13));
    assert_eq!(bus.requests(), [10, 3]);
}

#[tokio::test(start_paused = true)]
async fn an_encoded_key_is_fetched_as_it_is() {
    let bus = Bus::default();
    let bucket = Bucket::default().with("a b+c=d.json.gz", whole(1));
    let (_, outcome) = Filter::new(bucket, &bus).handle(&notification(&["a+b%2Bc%3Dd.json.gz"])).await;
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
    let (tally, outcome) = Filter::new(bucket, &bus).handle(&payload).await;
    outcome.expect("all done");
    assert_eq!((tally.skipped, tally.objects, tally.kept), (3, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_test_event_is_accepted() {
    let payload = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "trail"});
    let bus = Bus::default();
    let (tally, outcome) = Filter::new(Bucket::default(), &bus).handle(&payload).await;
    outcome.expect("accepted");
    assert_eq!(tally, Default::default());
}

#[tokio::test(start_paused = true)]
async fn an_unknown_event_fails_the_invocation() {
    let bus = Bus::default();
    let outcome = Filter::new(Bucket::default(), &bus).handle(&json!({"detail": {}})).await.1;
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
    let (tally, outcome) = Filter::new(bucket, &bus).handle(&notification(&names)).await;
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
    let (tally, outcome) = Filter::new(Bucket::default().with("a", whole(1)), &bus).handle(&payload).await;
    assert!(outcome.expect_err("strange").to_string().contains("record 0"));
    assert_eq!((tally.objects, tally.failed, tally.kept), (1, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_bus_that_refuses_fails_the_invocation_with_number_and_code() {
    let bus = Bus { refuses: Some("InternalFailure"), ..Bus::default() };
    let bucket = Bucket::default().with("a", whole(12));
    let (tally, outcome) = Filter::new(bucket, &bus).handle(&notification(&["a"])).await;
    let message = outcome.expect_err("refused").to_string();
    assert!(message.contains("12 events were not put on the bus: 12 InternalFailure"), "{message}");
    assert_eq!((tally.objects, tally.kept, tally.refused), (1, 12, 12));
}
