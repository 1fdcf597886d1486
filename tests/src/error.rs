//! The harness's one error.

use std::{io, path::PathBuf};

/// What can go wrong between a test and the programs that it runs.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program or file that `cargo xtask build` brings is not there.
    #[error("{what} is not at {path}; run `cargo xtask build` first")]
    Missing {
        /// What is missing.
        what: &'static str,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Neither terraform nor tofu can be found.
    #[error("neither `terraform` nor `tofu` is on PATH; install either, 1.11 or newer")]
    NoTerraform,
    /// A file or program could not be used.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
    /// A program ended with an error.
    #[error("`{command}` ended with {status}\n{output}")]
    Command {
        /// The command line, shortened.
        command: String,
        /// Its exit status.
        status: String,
        /// What it said.
        output: String,
    },
    /// The local AWS did not become ready.
    #[error("the local AWS did not start: {0}")]
    Cloud(String),
    /// A control endpoint of the local AWS did not answer as it should.
    #[error("{url}: {source}")]
    Http {
        /// The endpoint.
        url: String,
        /// Why it failed.
        source: Box<ureq::Error>,
    },
    /// Something is not the JSON that it should be.
    #[error("{what} is not the JSON that it should be: {source}")]
    Json {
        /// What was read.
        what: String,
        /// Why it could not be.
        source: serde_json::Error,
    },
    /// What was waited for did not happen.
    #[error("{what} did not happen within {seconds} s")]
    Late {
        /// What was waited for.
        what: String,
        /// For how long.
        seconds: u64,
    },
}

/// Result with the harness's error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Names what was being done when `source` happened.
    pub fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// Names what was being read when `source` happened.
    pub fn json(what: impl Into<String>) -> impl FnOnce(serde_json::Error) -> Self {
        let what = what.into();
        move |source| Self::Json { what, source }
    }
}
