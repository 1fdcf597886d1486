//! Which way guard-skim looks at bytes in a fuzz target.

use std::env;

use guard_skim::{Unavailable, Way};

/// Variable that names the way; without it the fastest one is taken.
pub const VARIABLE: &str = "GUARD_FUZZ_WAY";

#[derive(Debug, thiserror::Error)]
enum WayError {
    #[error("{VARIABLE}={0} is not a way")]
    Unknown(String),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Makes this thread look at bytes as the environment says; ends the process if it can't.
pub fn start() {
    let Ok(name) = env::var(VARIABLE) else { return };
    let way = Way::named(&name).ok_or(WayError::Unknown(name));
    if let Err(error) = way.and_then(|way| Ok(way.use_in_this_thread()?)) {
        eprintln!("{error}");
        std::process::exit(2);
    }
}
