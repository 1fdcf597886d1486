//! The chores' one error.

use std::io;

/// Why a chore could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Harness(#[from] guard_tests::Error),
    #[error(
        "Python 3.11 or newer was not found (tried {tried}); install it, the local AWS and its client need it"
    )]
    NoPython { tried: String },
    #[error("`{command}` ended with {status}")]
    Command { command: String, status: String },
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("the artifact could not be packed: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("{page} has no part `## Schema`; write that heading where the schema belongs")]
    NoSchemaPart { page: String },
    #[error("our code and the reference differ, or more is wrong, in {0}")]
    Fuzz(String),
    #[error("the docs are not as they must be:\n{0}")]
    Docs(String),
    #[error("{0}")]
    Unexpected(String),
}

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Names what was being done when `source` happened.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
