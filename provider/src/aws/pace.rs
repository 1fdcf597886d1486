//! How fast AWS does what it does in its own time.

use std::time::Duration;

/// Variable that says how many times faster than AWS a local one is. Only a build for everyday work reads it.
#[cfg(debug_assertions)]
const VARIABLE: &str = "GUARD_SPEED";

/// How long something takes that takes `real` on AWS.
#[cfg(debug_assertions)]
pub(super) fn takes(real: Duration) -> Duration {
    let speed = std::env::var(VARIABLE).ok().and_then(|speed| speed.parse().ok());
    real / speed.filter(|speed| *speed > 0).unwrap_or(1)
}

/// How long something takes that takes `real` on AWS.
#[cfg(not(debug_assertions))]
pub(super) fn takes(real: Duration) -> Duration {
    real
}
