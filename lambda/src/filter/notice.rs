//! Which objects have come: S3's notifications, its own and those by EventBridge, and the trail's by SNS.

use serde_json::Value;

use super::keys;

/// One object that a notification tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The bucket's name.
    pub bucket: String,
    /// The key as it is in the bucket.
    pub key: String,
    /// The object's size, if the notification has it.
    pub size: Option<u64>,
}

/// Why a payload, or one of its records, is not S3's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// The payload is not a notification at all.
    #[error("the event is not a notification of S3: it has no Records, and its source is not aws.s3")]
    Payload,
    /// The event that EventBridge brings is not of S3's shape.
    #[error("the event is not a notification of S3: {0} is missing or strange")]
    Event(&'static str),
    /// One record is not of S3's shape.
    #[error("record {index} of the event is not a notification of S3: {part} is missing or strange")]
    Record {
        /// Its place in the payload, from 0.
        index: usize,
        /// What is missing.
        part: &'static str,
    },
    /// One record does not tell of a new object.
    #[error("record {index} of the event tells of {name}, not of a new object")]
    Other {
        /// Its place in the payload, from 0.
        index: usize,
        /// What it tells of.
        name: String,
    },
}

/// What S3 is called as the source of an event that EventBridge brings.
pub const SOURCE: &str = "aws.s3";

/// Every object of a payload. A record that cannot be read is an error of its own, the others still count.
///
/// The event that S3 sends when a notification is set up, `s3:TestEvent`, tells of no objects.
///
/// # Errors
/// If the payload is something else.
pub fn notices(payload: &Value) -> Result<Vec<Result<Notice, NoticeError>>, NoticeError> {
    if payload["Event"] == "s3:TestEvent" {
        return Ok(Vec::new());
    }
    if payload["source"] == SOURCE {
        return event(payload).map(|notice| vec![Ok(notice)]);
    }
    let records = payload["Records"].as_array().ok_or(NoticeError::Payload)?;
    let notices = |(index, record): (usize, &Value)| match record["Sns"]["Message"].as_str() {
        Some(message) => message_of_trail(index, message),
        None => vec![notice(index, record)],
    };
    Ok(records.iter().enumerate().flat_map(notices).collect())
}

/// What CloudTrail says when it is given a topic.
const VALIDATION: &str = "CloudTrail validation message.";

/// The objects of a message that the trail sends to its topic (CloudTrail user guide, "Configuring Amazon SNS
/// notifications").
fn message_of_trail(index: usize, message: &str) -> Vec<Result<Notice, NoticeError>> {
    if message == VALIDATION {
        return Vec::new();
    }
    let missing = |part| vec![Err(NoticeError::Record { index, part })];
    let Ok(told) = serde_json::from_str::<Value>(message) else { return missing("Sns.Message") };
    let Some(bucket) = told["s3Bucket"].as_str() else { return missing("s3Bucket of Sns.Message") };
    let Some(keys) = told["s3ObjectKey"].as_array() else { return missing("s3ObjectKey of Sns.Message") };
    let notice = |key: &Value| {
        let key = key.as_str().ok_or(NoticeError::Record { index, part: "s3ObjectKey of Sns.Message" })?;
        Ok(Notice { bucket: bucket.to_owned(), key: key.to_owned(), size: None })
    };
    keys.iter().map(notice).collect()
}

/// The object of an event, whose key is as it is in the bucket (S3 user guide, "EventBridge event message
/// structure").
fn event(payload: &Value) -> Result<Notice, NoticeError> {
    if payload["detail-type"] != "Object Created" {
        return Err(NoticeError::Event("detail-type"));
    }
    let detail = &payload["detail"];
    let bucket = detail["bucket"]["name"].as_str().ok_or(NoticeError::Event("detail.bucket.name"))?;
    let key = detail["object"]["key"].as_str().ok_or(NoticeError::Event("detail.object.key"))?;
    let size = detail["object"]["size"].as_u64();
    Ok(Notice { bucket: bucket.to_owned(), key: key.to_owned(), size })
}

fn notice(index: usize, record: &Value) -> Result<Notice, NoticeError> {
    let missing = |part| NoticeError::Record { index, part };
    let name = record["eventName"].as_str().ok_or(missing("eventName"))?;
    if record["eventSource"] != "aws:s3" {
        return Err(missing("eventSource"));
    }
    // "s3:" precedes the name in configurations, but not here.
    if !name.starts_with("ObjectCreated:") {
        return Err(NoticeError::Other { index, name: name.to_owned() });
    }
    let s3 = &record["s3"];
    let bucket = s3["bucket"]["name"].as_str().ok_or(missing("s3.bucket.name"))?;
    let key = s3["object"]["key"].as_str().ok_or(missing("s3.object.key"))?;
    Ok(Notice {
        bucket: bucket.to_owned(),
        key: keys::decode(key).ok_or(missing("s3.object.key"))?,
        size: s3["object"]["size"].as_u64(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(key: &str) -> Value {
        json!({"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
            "eventName": "ObjectCreated:Put", "s3": {"s3SchemaVersion": "1.0",
            "bucket": {"name": "trail", "arn": "arn:aws:s3:::trail"}, "object": {"key": key, "size": 7}}})
    }

    #[test]
    fn every_object_of_a_notification_is_told_of() {
        let payload = json!({"Records": [record("a"), record("b+c%2B%C3%A9%3D"), record("d")]});
        let keys: Vec<_> = notices(&payload)
            .expect("a notification")
            .into_iter()
            .map(|notice| notice.expect("S3's").key)
            .collect();
        assert_eq!(keys, ["a", "b c+é=", "d"]);
    }

    #[test]
    fn a_test_event_tells_of_nothing() {
        let payload =
            json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "trail", "RequestId": "1"});
        assert_eq!(notices(&payload), Ok(Vec::new()));
    }

    #[test]
    fn a_strange_record_is_an_error_beside_the_others() {
        let mut removed = record("x");
        removed["eventName"] = json!("ObjectRemoved:Delete");
        let payload = json!({"Records": [{"eventSource": "aws:sns"}, removed, record("a")]});
        let notices = notices(&payload).expect("Records");
        assert!(matches!(notices[0], Err(NoticeError::Record { index: 0, .. })));
        assert!(matches!(notices[1], Err(NoticeError::Other { index: 1, .. })));
        assert_eq!(notices[2].as_ref().map(|it| it.key.as_str()), Ok("a"));
    }

    #[test]
    fn an_event_tells_of_its_object_by_the_key_as_it_is() {
        let mut event = json!({"version": "0", "detail-type": "Object Created", "source": "aws.s3",
            "account": "111122223333", "region": "us-east-1", "resources": ["arn:aws:s3:::trail"],
            "detail": {"version": "0", "bucket": {"name": "trail"},
            "object": {"key": "b+c%2B=", "size": 5, "etag": "1"}, "reason": "PutObject"}});
        let notice = Notice { bucket: "trail".to_owned(), key: "b+c%2B=".to_owned(), size: Some(5) };
        assert_eq!(notices(&event), Ok(vec![Ok(notice)]));
        event["detail-type"] = json!("Object Deleted");
        assert_eq!(notices(&event), Err(NoticeError::Event("detail-type")));
    }

    #[test]
    fn a_message_of_the_trail_tells_of_its_files() {
        let message = |text: &str| {
            json!({"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": {
            "Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:111111111111:files", "Message": text}})
        };
        let files = r#"{"s3Bucket": "trail", "s3ObjectKey": ["a+b", "c%2B", 7]}"#;
        let all = [files, VALIDATION, "{}", "x"].map(message);
        let notices = notices(&json!({ "Records": all })).expect("Records");
        let keys: Vec<_> =
            notices.iter().map(|notice| notice.as_ref().map(|notice| notice.key.as_str()).ok()).collect();
        assert_eq!(keys, [Some("a+b"), Some("c%2B"), None, None, None]);
    }

    #[test]
    fn an_unknown_payload_is_an_error() {
        for payload in [json!({}), json!(null), json!({"source": "guard", "detail": {}})] {
            assert_eq!(notices(&payload), Err(NoticeError::Payload));
        }
    }
}
