//! Of any payload, the objects are those that the reference finds.

use guard_lambda::filter::{Kind, kind, notices};
use serde_json::Value;

/// Bucket, key and size of each record of a notification; `None` for one that is strange.
type Objects = Vec<Option<(String, String, Option<u64>)>>;

fn objects(payload: &Value) -> Option<Objects> {
    if payload.get("Event").and_then(Value::as_str) == Some("s3:TestEvent") {
        return Some(Vec::new());
    }
    if payload.get("source").and_then(Value::as_str) == Some("aws.s3") {
        return event(payload).map(|object| vec![Some(object)]);
    }
    let records = payload.get("Records")?.as_array()?;
    Some(records.iter().flat_map(of_record).collect())
}

fn of_record(record: &Value) -> Objects {
    match record.get("Sns").and_then(|sns| sns.get("Message")).and_then(Value::as_str) {
        Some("CloudTrail validation message.") => Vec::new(),
        Some(message) => files(message).unwrap_or_else(|| vec![None]),
        None => vec![object(record)],
    }
}

/// The files of the trail's own message.
fn files(message: &str) -> Option<Objects> {
    let told: Value = serde_json::from_str(message).ok()?;
    let bucket = told.get("s3Bucket")?.as_str()?;
    let keys = told.get("s3ObjectKey")?.as_array()?;
    Some(keys.iter().map(|key| Some((bucket.to_owned(), key.as_str()?.to_owned(), None))).collect())
}

/// The object of EventBridge's event, whose key is the key itself.
fn event(payload: &Value) -> Option<(String, String, Option<u64>)> {
    let detail = payload.get("detail")?;
    let bucket = detail.get("bucket")?.get("name")?.as_str()?;
    let key = detail.get("object")?.get("key")?.as_str()?;
    let size = detail["object"].get("size").and_then(Value::as_u64);
    let is_new = payload.get("detail-type")?.as_str()? == "Object Created";
    is_new.then(|| (bucket.to_owned(), key.to_owned(), size))
}

fn object(record: &Value) -> Option<(String, String, Option<u64>)> {
    let source = record.get("eventSource")?.as_str()?;
    let name = record.get("eventName")?.as_str()?;
    let s3 = record.get("s3")?;
    let bucket = s3.get("bucket")?.get("name")?.as_str()?;
    let key = decode(s3.get("object")?.get("key")?.as_str()?)?;
    let size = s3["object"].get("size").and_then(Value::as_u64);
    (source == "aws:s3" && name.split(':').count() > 1 && name.split(':').next() == Some("ObjectCreated"))
        .then(|| (bucket.to_owned(), key, size))
}

/// `+` is a space, `%` and two digits a byte; a lone `%` is itself.
fn decode(key: &str) -> Option<String> {
    let (bytes, mut decoded, mut at) = (key.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let digits = key.get(at + 1..at + 3).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        match (bytes[at], digits) {
            (b'%', Some(digits)) => {
                decoded.push(u8::from_str_radix(digits, 16).ok()?);
                at += 2;
            }
            (b'+', _) => decoded.push(b' '),
            (byte, _) => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8(decoded).ok()
}

/// Whether a key is an event file's: behind the last `AWSLogs`, perhaps an organization, an account, the folder of
/// exactly that name, and something in it.
fn is_events(key: &str, size: Option<u64>) -> bool {
    let segments: Vec<&str> = key.split('/').collect();
    // The last segment is the file's name.
    let folders = &segments[..segments.len() - 1];
    let Some(at) = folders.iter().rposition(|it| *it == "AWSLogs") else { return false };
    let below = match &segments[at + 1..] {
        [organization, below @ ..] if organization.starts_with("o-") => below,
        below => below,
    };
    let [account, "CloudTrail", .., name] = below else { return false };
    let is_account = account.chars().filter(char::is_ascii_digit).count() == 12 && account.len() == 12;
    is_account && !name.is_empty() && size != Some(0)
}

pub(crate) fn check(input: &[u8]) -> &'static str {
    let Ok(payload) = serde_json::from_slice::<Value>(input) else { return "not JSON" };
    let found = notices(&payload).ok().map(|all| {
        let object = |notice: Result<_, _>| notice.ok();
        all.into_iter().map(object).collect::<Vec<_>>()
    });
    let expected = objects(&payload);
    assert_eq!(found.as_ref().map(Vec::len), expected.as_ref().map(Vec::len));
    let Some(found) = found else { return "another event" };
    let is_whole = found.iter().all(Option::is_some);
    for (found, expected) in found.into_iter().zip(expected.unwrap_or_default()) {
        if let Some(notice) = &found {
            let is = kind(&notice.key, notice.size) == Kind::Events;
            assert_eq!(is, is_events(&notice.key, notice.size), "{notice:?}");
        }
        assert_eq!(found.map(|it| (it.bucket, it.key, it.size)), expected);
    }
    if is_whole { "objects" } else { "strange records" }
}
