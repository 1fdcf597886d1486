//! A bucket, a bus and parameters of our own, for the filter as a whole.
#![allow(dead_code, reason = "each test binary uses what it needs")]

use std::{
    collections::HashMap,
    io::Write,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use guard_lambda::{
    Refusal,
    filter::{Body, Event, EventSink, Filter, ObjectSource, WatchSource, WatchStore},
};
use serde_json::{Value, json};

pub(crate) const FOLDER: &str = "AWSLogs/o-abcde12345/222222222222/CloudTrail/eu-west-1/2026/01/02";

/// What is in the bucket, by key.
#[derive(Default)]
pub(crate) struct Bucket(HashMap<String, Object>);

#[derive(Clone)]
pub(crate) enum Object {
    Bytes(Vec<u8>),
    /// The connection breaks after these.
    Broken(Vec<u8>),
}

/// What is left, in chunks of that size, and whether the connection breaks after it.
pub(crate) struct Chunks(Bytes, usize, bool);

impl Chunks {
    fn new(bytes: Vec<u8>, breaks: bool) -> Self {
        let size = (bytes.len() / 50).max(100);
        Self(Bytes::from(bytes), size, breaks)
    }
}

impl Bucket {
    /// With an object of that name in the trail's folder.
    pub(crate) fn with(self, name: &str, object: Object) -> Self {
        self.with_key(&format!("{FOLDER}/{name}"), object)
    }

    pub(crate) fn with_key(mut self, key: &str, object: Object) -> Self {
        self.0.insert(key.to_owned(), object);
        self
    }

    /// With a file of those records.
    pub(crate) fn of(name: &str, records: &[Value]) -> Self {
        Self::default().with(name, Object::Bytes(file(records)))
    }
}

impl ObjectSource for Bucket {
    type Body = Chunks;

    async fn open(&self, bucket: &str, key: &str) -> Result<Chunks, Refusal> {
        assert_eq!(bucket, "trail");
        match self.0.get(key).cloned() {
            Some(Object::Bytes(bytes)) => Ok(Chunks::new(bytes, false)),
            Some(Object::Broken(bytes)) => Ok(Chunks::new(bytes, true)),
            None => Err(refusal("NoSuchKey")),
        }
    }
}

impl Body for Chunks {
    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        let size = self.1.min(self.0.len());
        match (size, self.2) {
            (0, true) => Err(refusal("Interrupted")),
            (0, false) => Ok(None),
            _ => Ok(Some(self.0.split_to(size))),
        }
    }
}

/// A bus that takes everything, or refuses everything for that reason.
#[derive(Default)]
pub(crate) struct Bus {
    requests: Mutex<Vec<Vec<Value>>>,
    refuses: Option<&'static str>,
}

impl EventSink for &Bus {
    async fn put(&self, events: &[Event]) -> Result<Vec<Result<(), Refusal>>, Refusal> {
        let details = events.iter().map(|event| serde_json::from_str(&event.detail).expect("JSON"));
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(details.collect());
        let answer = self.refuses.map_or(Ok(()), |code| Err(refusal(code)));
        Ok(vec![answer; events.len()])
    }
}

impl Bus {
    pub(crate) fn refusing(code: &'static str) -> Self {
        Self { refuses: Some(code), ..Self::default() }
    }

    /// The number of events in each request.
    pub(crate) fn requests(&self) -> Vec<usize> {
        self.requests.lock().expect("not poisoned").iter().map(Vec::len).collect()
    }

    /// All events' details, in their order.
    pub(crate) fn details(&self) -> Vec<Value> {
        self.requests.lock().expect("not poisoned").concat()
    }

    /// All events' signals, in their order.
    pub(crate) fn signals(&self) -> Vec<Value> {
        self.details().into_iter().map(|detail| detail["guard"]["signals"].clone()).collect()
    }
}

/// Parameters that are always these, or are always refused.
pub(crate) struct Parameters(pub(crate) Result<Vec<(String, String)>, Refusal>);

impl Parameters {
    /// With those watches of `backup`.
    pub(crate) fn of(watches: &[Value]) -> Self {
        let parameter = |watch: &Value| {
            let mut json = json!({"version": 1, "account": "222222222222", "user": "backup"});
            let watch = watch.as_object().expect("an object").clone();
            json.as_object_mut().expect("an object").extend(watch);
            ("/guard/watches/backup".to_owned(), json.to_string())
        };
        Self(Ok(watches.iter().map(parameter).collect()))
    }
}

impl WatchSource for Parameters {
    async fn list(&self, _: &str) -> Result<Vec<(String, String)>, Refusal> {
        self.0.clone()
    }
}

/// A filter that finds no watches.
pub(crate) fn filter(bucket: Bucket, bus: &Bus) -> Filter<Bucket, &Bus, Parameters> {
    watching(bucket, bus, Parameters(Ok(Vec::new())))
}

/// A filter with those parameters.
pub(crate) fn watching(
    bucket: Bucket,
    bus: &Bus,
    parameters: Parameters,
) -> Filter<Bucket, &Bus, Parameters> {
    Filter::new(bucket, bus, WatchStore::new(parameters, "/guard/watches".to_owned()))
}

pub(crate) fn refusal(code: &str) -> Refusal {
    Refusal { code: code.into(), message: format!("{code} it is") }
}

/// A gzip file. It is not compressed, which costs most of a test's time.
pub(crate) fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(text.as_bytes()).expect("into memory");
    encoder.finish().expect("into memory")
}

/// A file of those records.
pub(crate) fn file(records: &[Value]) -> Vec<u8> {
    gzip(&json!({"Records": records}).to_string())
}

/// One record of a notification.
pub(crate) fn notice(key: &str, size: u64) -> Value {
    json!({"eventVersion": "2.1", "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "trail"}, "object": {"key": key, "size": size}}})
}

/// A notification of objects in the trail's folder.
pub(crate) fn notification(names: &[&str]) -> Value {
    let records: Vec<Value> = names.iter().map(|name| notice(&format!("{FOLDER}/{name}"), 9)).collect();
    json!({"Records": records})
}
