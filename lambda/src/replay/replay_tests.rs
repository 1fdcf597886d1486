use std::{cell::Cell, sync::Mutex};

use serde_json::json;

use super::*;

const LONG: Duration = Duration::from_secs(60);

/// A queue that hides what it has handed out, and deletes nothing whose receipt is `stuck`.
#[derive(Default)]
struct Dead {
    waiting: Mutex<Vec<Received>>,
    deleted: Mutex<Vec<String>>,
}

impl Dead {
    fn letters(bodies: impl IntoIterator<Item = Value>) -> Self {
        let message = |(index, body): (usize, Value)| Received {
            id: index.to_string(),
            receipt: format!("r{index}"),
            body: body.as_str().map_or(body.to_string(), str::to_owned),
        };
        let waiting = Mutex::new(bodies.into_iter().enumerate().map(message).collect());
        Self { waiting, deleted: Mutex::default() }
    }

    fn deleted(&self) -> Vec<String> {
        self.deleted.lock().expect("not poisoned").clone()
    }
}

impl Queue for Dead {
    async fn receive(&self, queue: &str, hidden: Duration) -> Result<Vec<Received>, Refusal> {
        assert_eq!(queue, "url");
        assert!(hidden >= RESERVE);
        let mut waiting = self.waiting.lock().expect("not poisoned");
        let count = waiting.len().min(10);
        Ok(waiting.drain(..count).collect())
    }

    async fn delete(&self, _queue: &str, receipt: &str) -> Result<(), Refusal> {
        self.deleted.lock().expect("not poisoned").push(receipt.to_owned());
        Ok(())
    }
}

fn mark() -> Value {
    json!({"version": 1, "account": "222222222222", "user": "backup", "signals": ["access_denied"], "truncated": false})
}

fn event(number: u64) -> Value {
    json!({
        "source": "guard.cloudtrail", "detail-type": "CloudTrail Signal", "time": "2026-01-02T03:04:05Z",
        "resources": ["arn:aws:iam::222222222222:user/backup"], "detail": {"number": number, "guard": mark()},
    })
}

#[tokio::test]
async fn everything_in_the_queue_is_handled_and_then_deleted() {
    let queue = Dead::letters((0..23).map(event));
    let handled = Cell::new(0);
    let report = replay(
        &queue,
        "url",
        || LONG,
        async |_| {
            // Not deleted before it is handled.
            assert_eq!(queue.deleted().len(), handled.get());
            handled.set(handled.get() + 1);
            Ok(())
        },
    )
    .await;
    let expected = Report { received: 23, replayed: 23, ..Report::default() };
    assert_eq!((report, handled.get()), (Ok(expected), 23));
    assert_eq!(queue.deleted().len(), 23);
}

#[tokio::test]
async fn what_fails_stays_and_is_told() {
    let queue = Dead::letters([event(0), json!("no json"), json!({"a": 1}), event(3)]);
    let handle = async |body: Body| match body {
        Body::Event(event) if event["detail"]["number"] == 0 => Err("sorry".to_owned()),
        _ => Ok(()),
    };
    let ReplayError(report) = replay(&queue, "url", || LONG, handle).await.expect_err("three failed");
    assert_eq!((report.received, report.replayed, report.failed), (4, 1, 3));
    assert_eq!(report.errors[0], "message 0: sorry");
    assert_eq!(report.errors.len(), 3);
    assert_eq!(queue.deleted(), ["r3"]);
}

#[tokio::test]
async fn a_replay_ends_before_its_time_does() {
    let queue = Dead::letters((0..5).map(event));
    let left = Cell::new(RESERVE + Duration::from_secs(3));
    let remaining = || left.get();
    let report = replay(&queue, "url", remaining, async |_| {
        left.set(left.get() - Duration::from_secs(1));
        Ok(())
    })
    .await;
    let ReplayError(report) = report.expect_err("two are left");
    assert_eq!((report.received, report.replayed, report.failed), (5, 3, 2));
}

#[tokio::test]
async fn a_message_that_comes_twice_is_handled_once() {
    let queue = Dead::letters([event(0)]);
    let again = Received { id: "0".into(), receipt: "r0b".into(), body: event(0).to_string() };
    let handle = async |_| {
        queue.waiting.lock().expect("not poisoned").push(again.clone());
        Err("sorry".to_owned())
    };
    let ReplayError(report) = replay(&queue, "url", || LONG, handle).await.expect_err("it failed");
    assert_eq!((report.received, report.failed), (1, 1));
}

#[test]
fn a_failed_invocation_is_its_payload_and_an_event_is_itself() {
    let failed = json!({"version": "1.0", "requestContext": {"condition": "RetriesExhausted"},
        "requestPayload": {"Records": []}, "responsePayload": {"errorMessage": "x"}});
    assert_eq!(Body::parse(&failed.to_string()), Ok(Body::Payload(json!({"Records": []}))));
    assert_eq!(Body::parse(&event(1).to_string()), Ok(Body::Event(event(1))));
    assert_eq!(Body::parse(r#"{"Records":[]}"#), Err(BodyError::Unknown));
}

#[test]
fn an_event_of_ours_goes_on_with_its_detail_time_and_user() {
    let again = event_of(&event(7)).expect("ours");
    let detail: Value = serde_json::from_str(&again.detail).expect("JSON");
    assert_eq!(detail, json!({"number": 7, "guard": mark()}));
    assert_eq!(again.mark.user, "backup");
    assert_eq!(again.time.map(|time| time.unix_timestamp()), Some(1_767_323_045));
    assert_eq!(again.resource, "arn:aws:iam::222222222222:user/backup");
    let mut foreign = event(7);
    foreign["source"] = json!("aws.s3");
    assert_eq!(event_of(&foreign), Err(BodyError::Foreign));
}

#[test]
fn only_a_queue_is_replayed() {
    assert_eq!(asked(&json!({"replay": {"queue": "url"}})), Some("url"));
    assert_eq!(asked(&json!({"Records": []})), None);
}
