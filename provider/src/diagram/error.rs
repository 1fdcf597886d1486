//! What can't be drawn, and why.

use std::io;

/// One sentence each.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// No such file.
    #[error("{file} can't be read: {source}")]
    Read {
        /// As it was given.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// Not what terraform shows.
    #[error("this is not JSON ({0}); give it what `terraform show -json` prints")]
    Json(#[from] serde_json::Error),
    /// Some other JSON.
    #[error("this JSON has no `format_version`; give it what `terraform show -json` prints")]
    Format,
    /// Terraform's own file.
    #[error(
        "this is terraform's state file, whose form is terraform's own; give it what `terraform show -json` prints"
    )]
    StateFile,
    /// A later form.
    #[error("this JSON's `format_version` is {0}, and only 1 and its minor versions are understood")]
    Version(String),
    /// Nothing to draw.
    #[error("there is no guard_iam_user in it")]
    NoGuard,
    /// A guard whose attributes are none.
    #[error("{address} is not as this version of the provider writes it: {what}")]
    Guard {
        /// The block.
        address: String,
        /// What is wrong.
        what: String,
    },
}
