//! Waiting times that AWS decides, which are shorter on a local AWS with fast clocks.

use std::time::Duration;

/// Variable that says how many times faster than AWS a local AWS is. Only an everyday build reads it.
#[cfg(debug_assertions)]
const VARIABLE: &str = "GUARD_SPEED";

/// The time that stands for `real` on this AWS.
#[cfg(debug_assertions)]
pub(super) fn scaled(real: Duration) -> Duration {
    let speed = std::env::var(VARIABLE).ok().and_then(|speed| speed.parse().ok());
    real / speed.filter(|speed| *speed > 0).unwrap_or(1)
}

/// The time that stands for `real` on this AWS.
#[cfg(not(debug_assertions))]
pub(super) fn scaled(real: Duration) -> Duration {
    real
}
