//! What can go wrong in a benchmark.

use std::io;

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file or a process.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A contender does not do its work.
    #[error("{contender} fails: {why}")]
    Contender {
        /// Its name.
        contender: String,
        /// What it says.
        why: String,
    },
    /// Two that should agree do not.
    #[error("{contender} keeps {kept} of {set}, the filter {expected}")]
    Disagreement {
        /// Its name.
        contender: &'static str,
        /// The objects.
        set: String,
        /// What it keeps.
        kept: u64,
        /// What the filter keeps.
        expected: u64,
    },
    /// A bar is missed.
    #[error("bars are missed: {}", .0.join("; "))]
    Missed(Vec<String>),
}

impl Error {
    /// An I/O error while that was tried.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// What a benchmark comes to.
pub(crate) type Result<T> = std::result::Result<T, Error>;
