//! `cargo xtask build`: the Lambda artifact, then the provider that embeds it.

mod artifact;
mod provider;

use std::path::PathBuf;

pub(crate) use artifact::{Artifact, PROFILE};
use clap::Args;
pub(crate) use provider::GLIBC;

use crate::{Result, cargo::target, tools::Tools};

/// Variable that tells the provider's build script where the artifact is.
pub(crate) const ARTIFACT_VARIABLE: &str = "GUARD_ARTIFACT";

#[derive(Args, Clone, Copy, Default)]
pub(crate) struct Arguments {
    /// Build the provider as it is released
    #[arg(long)]
    pub(crate) release: bool,
}

/// What was built.
pub(crate) struct Built {
    /// The provider's binary.
    pub(crate) provider: PathBuf,
    /// The functions' program.
    pub(crate) program: PathBuf,
    /// The zip file that it embeds.
    pub(crate) artifact: PathBuf,
}

/// Builds both, or finds them fresh: cargo decides.
pub(crate) fn run(arguments: &Arguments) -> Result<Built> {
    let tools = Tools::bring()?;
    let target = target()?;
    let Artifact { program, zip: artifact } = artifact(&tools)?;
    eprintln!("build: the provider");
    let provider = if arguments.release {
        provider::released(&tools, &target, &artifact)?
    } else {
        provider::everyday(&target, &artifact)?
    };
    eprintln!("build: {}", provider.display());
    Ok(Built { provider, program, artifact })
}

/// Builds the functions alone.
pub(crate) fn artifact(tools: &Tools) -> Result<Artifact> {
    eprintln!("build: the Lambda artifact");
    artifact::build(tools, &target()?)
}

/// The folder that holds the provider of everyday work.
pub(crate) fn folder() -> Result<PathBuf> {
    Ok(target()?.join("debug"))
}
