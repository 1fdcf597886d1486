//! Replays what is in a dead-letter queue: `aws lambda invoke … --payload '{"replay":{"queue":"<queue URL>"}}'`.
//!
//! A message is deleted only after it was handled: one that fails, or that is in hand when the function is killed,
//! shows in the queue again.

#[cfg(feature = "aws")]
pub mod aws;
mod body;
mod source;

use std::{collections::BTreeSet, future::Future, time::Duration};

use serde::Serialize;
use serde_json::Value;

pub use body::{Body, BodyError, event_of};
pub use source::{Source, SourceError};

use crate::{
    Refusal,
    log::{self, Level},
};

/// What is left of the invocation's time when no more is received: handling one message can take so long.
pub const RESERVE: Duration = Duration::from_secs(20);
/// Errors that the answer lists; the log has all.
const LISTED: usize = 5;

/// A message of a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its id.
    pub id: String,
    /// What it is deleted with.
    pub receipt: String,
    /// What is in it.
    pub body: String,
}

/// A dead-letter queue.
pub trait Queue {
    /// Up to 10 messages, which no one else receives for a time; none if the queue is empty.
    ///
    /// # Errors
    /// If the queue is not there, or may not be read.
    fn receive(
        &self,
        queue: &str,
        hidden: Duration,
    ) -> impl Future<Output = Result<Vec<Received>, Refusal>> + Send;

    /// Deletes a message.
    ///
    /// # Errors
    /// If that is refused.
    fn delete(&self, queue: &str, receipt: &str) -> impl Future<Output = Result<(), Refusal>> + Send;
}

/// What a replay did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Messages received.
    pub received: u64,
    /// Messages handled and deleted.
    pub replayed: u64,
    /// Messages that are still in the queue.
    pub failed: u64,
    /// The first few reasons.
    pub errors: Vec<String>,
}

impl Report {
    fn fail(&mut self, messages: u64, error: String) {
        log::write(Level::Error, "not replayed", &serde_json::json!({"error": error}));
        self.failed += messages;
        if self.errors.len() < LISTED {
            self.errors.push(error);
        }
    }
}

/// A replay of which not everything was done; the rest was, and is deleted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", serde_json::to_string(.0).unwrap_or_default())]
pub struct ReplayError(pub Report);

/// The queue's URL, if a payload asks for a replay.
pub fn asked(payload: &Value) -> Option<&str> {
    payload["replay"]["queue"].as_str()
}

/// Replays a queue until it is empty, or the invocation's time is nearly over.
///
/// # Errors
/// If a message failed, or the queue could not be read to its end.
pub async fn replay(
    source: &impl Queue,
    queue: &str,
    remaining: impl Fn() -> Duration,
    handle: impl AsyncFn(Body) -> Result<(), String>,
) -> Result<Report, ReplayError> {
    let mut report = Report::default();
    let mut seen = BTreeSet::new();
    while remaining() > RESERVE {
        // Hidden for longer than this invocation runs, so that what failed is not tried again by it.
        let received = match source.receive(queue, remaining() + RESERVE).await {
            Ok(received) if received.is_empty() => break,
            Ok(received) => received,
            Err(refusal) => {
                report.fail(0, format!("the queue can't be read: {refusal}"));
                return Err(ReplayError(report));
            }
        };
        let mut news = false;
        for message in received {
            // SQS may hand a message out twice.
            if !seen.insert(message.id.clone()) {
                continue;
            }
            news = true;
            report.received += 1;
            if remaining() <= RESERVE {
                report.fail(1, format!("message {}: no time is left; run it again", message.id));
                continue;
            }
            let outcome = match Body::parse(&message.body) {
                Ok(body) => handle(body).await,
                Err(error) => Err(error.to_string()),
            };
            let outcome = match outcome {
                Ok(()) => source
                    .delete(queue, &message.receipt)
                    .await
                    .map_err(|refusal| format!("it was handled, but can't be deleted: {refusal}")),
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) => report.replayed += 1,
                Err(error) => report.fail(1, format!("message {}: {error}", message.id)),
            }
        }
        if !news {
            break;
        }
    }
    log::write(Level::Info, "replayed", &report);
    if report.failed == 0 { Ok(report) } else { Err(ReplayError(report)) }
}

#[cfg(test)]
#[path = "replay_tests.rs"]
mod tests;
