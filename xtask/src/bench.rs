//! `cargo xtask bench`: what things cost, measured.

mod provider;

use clap::{Args, Subcommand};

use crate::Result;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    subject: Subject,
}

#[derive(Subcommand)]
enum Subject {
    /// The provider: requests, memory, size, start, state
    Provider(provider::Arguments),
}

/// Measures.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.subject {
        Subject::Provider(arguments) => provider::run(arguments),
    }
}
