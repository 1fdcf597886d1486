//! `cargo xtask bench`: what things cost, measured.

mod functions;
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
    /// The filter: bytes of JSON a second, and memory
    Filter(functions::Filter),
    /// The functions: from their start to the first event that they ask for, and the artifact's size
    ColdStart,
}

/// Measures.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.subject {
        Subject::Provider(arguments) => provider::run(arguments),
        Subject::Filter(arguments) => functions::filter(arguments),
        Subject::ColdStart => functions::cold_start(),
    }
}
