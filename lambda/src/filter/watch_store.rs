//! Where the watches are kept: SSM parameters that the provider writes and the filter reads now and then.

use std::{
    fmt,
    future::Future,
    sync::Arc,
    time::{Duration, SystemTime},
};

use guard_contract::{WATCHES_AGE, Watch};
use serde_json::json;
use tokio::sync::Mutex;

use super::watches::Watches;
use crate::{
    Refusal,
    log::{self, Level},
};

/// How long reading may take in all. The records wait for it, and must not wait until the function's time is up.
const READING: Duration = Duration::from_secs(20);

/// Where watches come from: SSM's parameters.
pub trait WatchSource {
    /// Name and value of every parameter under a path.
    ///
    /// # Errors
    /// If they can't all be listed.
    fn list(&self, path: &str) -> impl Future<Output = Result<Vec<(String, String)>, Refusal>> + Send;
}

/// What time it is. The time of day, as a clock that only counts may stand still while Lambda freezes the process.
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// The watches, read when they are first asked for and at most once in [`WATCHES_AGE`] after that.
pub struct WatchStore<W> {
    source: W,
    path: String,
    clock: Clock,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The last that could be listed.
    watches: Option<Arc<Watches>>,
    /// Parameters among them that are no watches.
    strange: u64,
    /// Why the last attempt failed, if it did.
    refusal: Option<Refusal>,
    /// When that was.
    tried: Option<SystemTime>,
}

/// What is known of the watches at the moment.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The watches; none if they could never be read.
    pub watches: Arc<Watches>,
    /// How many are missing or out of date: one for each parameter that is no watch, one for a list that failed.
    pub unreadable: u64,
    /// Why they could never be read: then unexpected calls go unseen, and the records have to be read again.
    pub refusal: Option<Refusal>,
}

impl<W> fmt::Debug for WatchStore<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl<W: WatchSource> WatchStore<W> {
    /// The watches under that path.
    pub fn new(source: W, path: String) -> Self {
        Self::with_clock(source, path, Box::new(SystemTime::now))
    }

    /// The same by another clock.
    pub fn with_clock(source: W, path: String, clock: Clock) -> Self {
        Self { source, path, clock, known: Mutex::default() }
    }

    /// What is known, read anew if it is too old.
    pub async fn read(&self) -> Reading {
        let mut known = self.known.lock().await;
        if known.is_due((self.clock)()) {
            let listed = match tokio::time::timeout(READING, self.source.list(&self.path)).await {
                Ok(listed) => listed,
                Err(_) => Err(Refusal {
                    code: "Timeout".to_owned(),
                    message: format!("listing took more than {} seconds", READING.as_secs()),
                }),
            };
            known.tried = Some((self.clock)());
            known.take(&self.path, listed);
        }
        Reading {
            watches: known.watches.clone().unwrap_or_default(),
            unreadable: known.strange + u64::from(known.refusal.is_some()),
            refusal: known.refusal.clone().filter(|_| known.watches.is_none()),
        }
    }

    /// The topics of all watches: see [`Watches::topics`].
    ///
    /// # Errors
    /// If they could never be read.
    pub async fn topics(&self) -> Result<Vec<String>, Refusal> {
        let Reading { watches, refusal, .. } = self.read().await;
        refusal.map_or_else(|| Ok(watches.topics()), Err)
    }
}

impl Known {
    /// Whether it is time to read. What was never read is always due; a clock that was set back makes it due too.
    fn is_due(&self, now: SystemTime) -> bool {
        let age = self.tried.map(|tried| now.duration_since(tried));
        self.watches.is_none() || !matches!(age, Some(Ok(age)) if age < WATCHES_AGE)
    }

    /// Takes what was listed. What cannot be read is told once, here, and counted as long as it is so.
    fn take(&mut self, path: &str, listed: Result<Vec<(String, String)>, Refusal>) {
        let parameters = match listed {
            Ok(parameters) => parameters,
            Err(refusal) => {
                let details = json!({"path": path, "error": refusal.to_string(),
                    "earlier": self.watches.is_some()});
                log::write(Level::Error, "watches unreadable", &details);
                self.refusal = Some(refusal);
                return;
            }
        };
        let mut watches = Vec::new();
        self.strange = 0;
        for (name, value) in parameters {
            match Watch::parse(&value) {
                Ok(watch) => watches.push(watch),
                Err(error) => {
                    self.strange += 1;
                    let details = json!({"parameter": name, "error": error.to_string()});
                    log::write(Level::Error, "watch unreadable", &details);
                }
            }
        }
        self.watches = Some(Arc::new(Watches::new(watches)));
        self.refusal = None;
    }
}

#[cfg(test)]
#[path = "watch_store_tests.rs"]
mod tests;
