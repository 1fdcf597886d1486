//! Telling people: a message to each of a guard's topics.
//!
//! [`health`](health()) tells of alarms on guard itself, at the hub and at the edge; the responder writes its own
//! messages, of users that were denied.

#[cfg(feature = "aws")]
pub mod aws;
mod health;
mod own;

use std::future::Future;

use sha2::{Digest, Sha256};

pub use health::{HealthError, health};
pub use own::{NotOurs, OwnAlarm};

use crate::Refusal;

/// A message to a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// At most 100 ASCII characters without a line break: it is the subject of an e-mail (SNS, Publish).
    pub subject: String,
    /// Plain text for a person.
    pub body: String,
    /// What the message is about: a FIFO topic keeps the order of those with the same.
    pub group: String,
    /// Which message it is: a FIFO topic drops a second one with the same within 5 minutes.
    pub once: String,
}

/// Who publishes messages.
pub trait Publisher {
    /// Publishes a message to the topic with that ARN. Needs `sns:Publish` on it.
    ///
    /// # Errors
    /// If SNS does not take it.
    fn publish(&self, topic: &str, message: &Message) -> impl Future<Output = Result<(), Refusal>> + Send;
}

/// Eight hexadecimal digits that stand for a text.
pub(crate) fn short_hash(text: &str) -> String {
    Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
