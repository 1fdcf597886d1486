//! The filter: from S3's notification to the events on the hub bus.
//!
//! Reading order: [`notices`] says which objects have come, [`Reader`] finds the records that are kept ([`decide`] is
//! the whole decision on one record, with [`Watches`] of what is known of users), [`Repeats`] makes events of all that
//! tell something new, [`Forwarder`] puts them. Everything but [`aws`] is free of AWS's types.

#[cfg(feature = "aws")]
pub mod aws;
mod batch;
mod begun;
mod candidates;
mod cut;
mod event;
mod forward;
mod identity;
mod inflate;
mod kept;
mod keys;
mod members;
mod metrics;
mod notice;
mod object;
mod pick;
mod plain;
mod record;
mod repeats;
mod scan;
mod settings;
mod signals;
mod value;
mod watch_store;
mod watches;

use std::future::Future;

use bytes::Bytes;
use serde_json::{Value, json};

pub use batch::{Batch, MAX_BYTES, MAX_ENTRIES};
pub use event::{Event, MAX_EVENT};
pub use forward::{ATTEMPTS, EventSink, Forwarder, Refused};
pub use identity::{User, user};
pub use inflate::{Inflate, InflateError};
pub use kept::{Kept, decide};
pub use keys::{Kind, kind};
pub use members::Members;
pub use metrics::{Tally, metrics};
pub use notice::{Notice, NoticeError, SOURCE as FILES, notices};
pub use object::{Counts, MAX_TEXT, ObjectError, Reader, read};
pub use record::Record;
pub use repeats::{MAX_HELD, MAX_KINDS, Repeats};
pub use scan::{Found, MAX_RECORD, ScanError, Scanner};
pub use settings::Settings;
pub use signals::{is_candidate, signals};
pub use watch_store::{Reading, WatchSource, WatchStore};
pub use watches::Watches;

use crate::{
    Refusal,
    log::{self, Level},
};

/// Where objects come from: the trail's bucket.
pub trait ObjectSource {
    /// An object's bytes.
    type Body: Body;

    /// Opens an object.
    ///
    /// # Errors
    /// If it is not there, or may not be read.
    fn open(&self, bucket: &str, key: &str) -> impl Future<Output = Result<Self::Body, Refusal>> + Send;
}

/// An object's bytes as they arrive.
pub trait Body: Send {
    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// If the connection breaks.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, Refusal>> + Send;
}

/// Why an object is not read to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Its bytes do not come.
    #[error(transparent)]
    Source(#[from] Refusal),
    /// Its bytes are not what they should be.
    #[error(transparent)]
    Object(#[from] ObjectError),
}

/// Why an invocation fails, so that Lambda runs it again and in the end keeps its event in the queue.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// The event is not S3's.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// Something of it was not done; everything else was.
    #[error("{}", incomplete(.failures, .refused, .watches.as_ref()))]
    Incomplete {
        /// What failed, with bucket and key.
        failures: Vec<String>,
        /// Events that the bus did not take.
        refused: Refused,
        /// Why the watches could not be read, now or earlier: then no object was read.
        watches: Option<Refusal>,
    },
}

impl FilterError {
    /// A name for Lambda's `errorType`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Notice(_) => "UnknownEvent",
            Self::Incomplete { .. } => "Incomplete",
        }
    }
}

/// The filter with its bucket, its bus and its watches.
#[derive(Debug)]
pub struct Filter<S, B, W> {
    source: S,
    bus: B,
    watches: WatchStore<W>,
}

impl<S: ObjectSource, B: EventSink, W: WatchSource> Filter<S, B, W> {
    /// A filter.
    pub fn new(source: S, bus: B, watches: WatchStore<W>) -> Self {
        Self { source, bus, watches }
    }

    /// Its watches.
    pub fn watches(&self) -> &WatchStore<W> {
        &self.watches
    }

    /// Handles one notification: every object of it, whatever becomes of the others. What was done is
    /// counted also where the outcome is an error.
    pub async fn handle(&self, payload: &Value) -> (Tally, Result<(), FilterError>) {
        let mut tally = Tally::default();
        let notices = match notices(payload) {
            Ok(notices) => notices,
            Err(error) => {
                log::write(Level::Error, "event refused", &json!({"error": error.to_string()}));
                return (tally, Err(error.into()));
            }
        };
        let reading = self.watches.read().await;
        tally.unreadable = reading.unreadable;
        if let Some(refusal) = reading.refusal {
            // Nobody's settings are known: what a guard ignores would deny its user. All of it waits for the retry.
            let (failures, refused, watches) = (Vec::new(), Refused::default(), Some(refusal));
            return (tally, Err(FilterError::Incomplete { failures, refused, watches }));
        }
        let mut out = Out { forwarder: Forwarder::new(&self.bus), repeats: Repeats::default() };
        let mut failures = Vec::new();
        for notice in notices {
            match notice {
                Err(error) => {
                    tally.failed += 1;
                    log::write(Level::Error, "event refused", &json!({"error": error.to_string()}));
                    failures.push(error.to_string());
                }
                Ok(notice) if kind(&notice.key, notice.size) == Kind::Other => tally.skipped += 1,
                Ok(Notice { bucket, key, .. }) => {
                    let outcome = self.object(&bucket, &key, &reading.watches, &mut out, &mut tally).await;
                    if let Err(error) = outcome {
                        tally.failed += 1;
                        let error = error.to_string();
                        let details = json!({"bucket": bucket, "key": key, "error": error});
                        log::write(Level::Error, "object failed", &details);
                        failures.push(format!("s3://{bucket}/{key}: {error}"));
                    } else {
                        tally.objects += 1;
                    }
                }
            }
        }
        tally.repeated = out.repeats.repeated();
        let refused = out.finish().await;
        tally.refused = refused.events;
        let whole = failures.is_empty() && refused.events == 0;
        let outcome =
            if whole { Ok(()) } else { Err(FilterError::Incomplete { failures, refused, watches: None }) };
        (tally, outcome)
    }

    async fn object(
        &self,
        bucket: &str,
        key: &str,
        watches: &Watches,
        out: &mut Out<'_, B>,
        tally: &mut Tally,
    ) -> Result<(), ReadError> {
        let mut body = self.source.open(bucket, key).await?;
        let mut reader = Reader::new(watches);
        let outcome = read_through(&mut body, &mut reader, out).await;
        let counts = reader.counts();
        tally.records += counts.records;
        tally.kept += counts.kept;
        outcome
    }
}

/// The way out, for all objects of a notification.
struct Out<'a, B> {
    forwarder: Forwarder<'a, B>,
    repeats: Repeats,
}

impl<B: EventSink> Out<'_, B> {
    async fn finish(mut self) -> Refused {
        for event in self.repeats.rest() {
            self.forwarder.add(event).await;
        }
        self.forwarder.finish().await
    }
}

async fn read_through<B: EventSink>(
    body: &mut impl Body,
    reader: &mut Reader<'_>,
    out: &mut Out<'_, B>,
) -> Result<(), ReadError> {
    let mut events = Vec::new();
    while let Some(chunk) = body.next().await? {
        let mut rest = &chunk[..];
        loop {
            let step = reader.step(&mut rest, |kept| events.extend(out.repeats.add(kept)));
            // Also after an error: what was found before it is forwarded.
            for event in events.drain(..) {
                out.forwarder.add(event).await;
            }
            if !step? {
                break;
            }
        }
    }
    Ok(reader.finish()?)
}

/// Failures that an error message lists; the log has all.
const LISTED: usize = 5;

fn incomplete(failures: &[String], refused: &Refused, watches: Option<&Refusal>) -> String {
    let mut parts = Vec::new();
    if let Some(refusal) = watches {
        parts.push(format!("the guards' expectations could not be read: {refusal}"));
    }
    if !failures.is_empty() {
        let listed = failures[..failures.len().min(LISTED)].join("; ");
        let more = failures.len().saturating_sub(LISTED);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        parts.push(format!("{} objects failed: {listed}{more}", failures.len()));
    }
    if refused.events > 0 {
        let codes: Vec<String> =
            refused.codes.iter().map(|(code, events)| format!("{events} {code}")).collect();
        parts.push(format!(
            "{} events were not put on the bus: {} ({})",
            refused.events,
            codes.join(", "),
            refused.message.as_deref().unwrap_or("no message"),
        ));
    }
    parts.join("; ")
}
