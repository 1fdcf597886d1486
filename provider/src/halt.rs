//! Why no new step may be started: somebody asked to stop, or the time that `timeouts` gives is over.
//!
//! Terraform waits for what is under way and saves what comes back, so a step is never cut short; but a
//! second Ctrl-C makes it leave at once and save nothing, so already the first one counts.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::Instant;

static STOP: AtomicBool = AtomicBool::new(false);

tokio::task_local! {
    static LIMIT: Limit;
}

#[derive(Clone, Copy)]
struct Limit {
    /// None if it is too far away to be a moment.
    end: Option<Instant>,
    given: Duration,
}

/// Why the next step isn't started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Halt {
    /// By a signal, or by Terraform's Stop.
    #[error("guard was asked to stop")]
    Stopped,
    /// The operation has had this long.
    #[error("the {} that `timeouts` allows are over", humantime::format_duration(*.0))]
    TimedOut(Duration),
}

/// Asks every operation of the process to start no new step; returns whether nobody had asked before.
pub(crate) fn request_stop() -> bool {
    !STOP.swap(true, Ordering::SeqCst)
}

/// Whether somebody asked.
pub(crate) fn stop_requested() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// Whether no new step may be started, and why.
pub(crate) fn halted() -> Option<Halt> {
    if stop_requested() {
        return Some(Halt::Stopped);
    }
    let limit = LIMIT.try_with(|limit| *limit).ok()?;
    limit.end.is_some_and(|end| Instant::now() >= end).then_some(Halt::TimedOut(limit.given))
}

/// Runs an operation that starts no new step after `given`.
pub(crate) async fn within<T>(given: Duration, operation: impl Future<Output = T>) -> T {
    LIMIT.scope(Limit { end: Instant::now().checked_add(given), given }, operation).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_operation_is_halted_once_its_time_is_over() {
        assert_eq!(within(Duration::MAX / 2, async { halted() }).await, None);
        let over = Some(Halt::TimedOut(Duration::ZERO));
        assert_eq!(within(Duration::ZERO, async { halted() }).await, over);
        assert_eq!(halted(), None, "another operation has its own time");
    }
}
