//! How much a test run tries where all of it takes hours: a sample in CI, everything when asked.

use std::{
    env,
    fmt::Display,
    hash::{DefaultHasher, Hash, Hasher},
};

/// Variable that asks for everything, if it is `full`.
pub const VARIABLE: &str = "GUARD_FAULTS";

/// Variable that holds the seed of what is random, a number; 1 by default.
pub const SEED_VARIABLE: &str = "GUARD_SEED";

/// Variable that narrows what is tried to what has this in its description, to look into one case.
pub const ONLY_VARIABLE: &str = "GUARD_ONLY";

/// Whether everything is to be tried.
pub fn full() -> bool {
    env::var(VARIABLE).is_ok_and(|effort| effort == "full")
}

/// The seed of what is random.
pub fn seed() -> u64 {
    env::var(SEED_VARIABLE).ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// So many of these, the same for the same seed; everything if that is asked for.
pub fn sample<T: Hash + Display>(mut all: Vec<T>, size: usize) -> Vec<T> {
    if let Ok(only) = env::var(ONLY_VARIABLE) {
        all.retain(|one| one.to_string().contains(&only));
    }
    if full() {
        return all;
    }
    all.sort_by_cached_key(|one| {
        let mut hasher = DefaultHasher::new();
        (seed(), one).hash(&mut hasher);
        hasher.finish()
    });
    all.truncate(size);
    all
}
