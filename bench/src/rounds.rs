//! Turns and medians: contenders run one after the other, round after round, so that a slow minute of the machine
//! is slow for all of them.

use std::{
    cmp::Ordering,
    time::{Duration, Instant},
};

/// How long a run took.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let outcome = run();
    (outcome, begun.elapsed())
}

/// The one in the middle; zero of none.
pub(crate) fn median<T: PartialOrd + Copy + Default>(mut all: Vec<T>) -> T {
    all.sort_by(|one, other| one.partial_cmp(other).unwrap_or(Ordering::Equal));
    all.get(all.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        let times = [9, 1, 5].map(Duration::from_secs).to_vec();
        assert_eq!(median(times), Duration::from_secs(5));
        assert_eq!(median(vec![0.5, 0.7, 0.6]), 0.6);
        assert_eq!(median(Vec::<Duration>::new()), Duration::ZERO);
    }
}
