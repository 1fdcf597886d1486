//! Whether the process was asked to stop.
//!
//! Terraform passes a first Ctrl-C on to nobody: it waits for what is in flight. So does the provider; at a
//! second signal it starts no new step and returns what there is.

use std::sync::atomic::{AtomicU32, Ordering};

static SIGNALS: AtomicU32 = AtomicU32::new(0);

/// Notes a signal; returns how many there were.
pub(crate) fn request_stop() -> u32 {
    SIGNALS.fetch_add(1, Ordering::SeqCst) + 1
}

/// Whether no new step may be started.
pub(crate) fn stop_requested() -> bool {
    SIGNALS.load(Ordering::SeqCst) > 1
}
