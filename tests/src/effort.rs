//! How much a test run tries: a sample, which every change has to pass, or everything.

use std::env;

/// Variable that asks for everything, with the value `full`.
pub const VARIABLE: &str = "GUARD_FAULTS";

/// Whether everything is to be tried, however long it takes.
pub fn full() -> bool {
    env::var(VARIABLE).is_ok_and(|effort| effort == "full")
}
