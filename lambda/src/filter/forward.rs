//! Puts events on the bus; what the bus refuses for the moment is tried again, entry by entry.

use std::{collections::BTreeMap, future::Future, time::Duration};

use super::{batch::Batch, event::Event};
use crate::Refusal;

/// How often an entry is put before it counts as refused. The SDK retries whole calls by itself.
pub const ATTEMPTS: u32 = 5;
/// The wait before the second attempt; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// Whether EventBridge asks to put the entry again: only these two codes of an entry do.
fn is_passing(refusal: &Refusal) -> bool {
    matches!(refusal.code.as_str(), "ThrottlingException" | "InternalFailure")
}

/// Where events go: the hub's bus.
pub trait EventSink {
    /// Puts one request's events; an answer for each, in their order.
    ///
    /// # Errors
    /// If the request as a whole was refused, or was not answered.
    fn put(&self, events: &[Event])
    -> impl Future<Output = Result<Vec<Result<(), Refusal>>, Refusal>> + Send;
}

/// Events that never got onto the bus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// How many.
    pub events: u64,
    /// Why, and how many for that.
    pub codes: BTreeMap<String, u64>,
    /// What AWS said of the first.
    pub message: Option<String>,
}

impl Refused {
    fn add(&mut self, events: u64, refusal: Refusal) {
        self.events += events;
        *self.codes.entry(refusal.code).or_default() += events;
        self.message.get_or_insert(refusal.message);
    }
}

/// Collects events into full requests, across objects, and puts them.
#[derive(Debug)]
pub struct Forwarder<'a, S> {
    sink: &'a S,
    batch: Batch,
    refused: Refused,
}

impl<'a, S: EventSink> Forwarder<'a, S> {
    /// A forwarder to that bus.
    pub fn new(sink: &'a S) -> Self {
        Self { sink, batch: Batch::default(), refused: Refused::default() }
    }

    /// Takes an event; puts a request if one is full.
    pub async fn add(&mut self, event: Event) {
        if let Some(full) = self.batch.add(event) {
            self.put(full).await;
        }
    }

    /// Puts what is left; what was refused in all.
    pub async fn finish(mut self) -> Refused {
        if let Some(rest) = self.batch.take() {
            self.put(rest).await;
        }
        self.refused
    }

    async fn put(&mut self, mut events: Vec<Event>) {
        let mut wait = FIRST_WAIT;
        for attempt in 1..=ATTEMPTS {
            let mut answers = match self.sink.put(&events).await {
                Ok(answers) => answers.into_iter(),
                Err(refusal) => {
                    self.refused.add(events.len() as u64, refusal);
                    return;
                }
            };
            let mut again = Vec::new();
            for event in events {
                // An entry without an answer is one that nobody has taken.
                let answer = answers.next().unwrap_or_else(|| Err(unanswered()));
                match answer {
                    Ok(()) => {}
                    Err(refusal) if is_passing(&refusal) && attempt < ATTEMPTS => again.push(event),
                    Err(refusal) => self.refused.add(1, refusal),
                }
            }
            if again.is_empty() {
                return;
            }
            events = again;
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }
}

fn unanswered() -> Refusal {
    Refusal {
        code: "Unanswered".to_owned(),
        message: "the bus answered for fewer entries than it was given".to_owned(),
    }
}

#[cfg(test)]
#[path = "forward_tests.rs"]
mod tests;
