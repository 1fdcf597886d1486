//! `cargo xtask build`: the Lambda artifact, then the provider that embeds it.
//!
//! There are two weights. The everyday build is for work and tests: it shares all that cargo compiles with
//! `cargo test`, and takes nothing but Rust. The release build is what users get, and what benchmarks measure.

mod artifact;
#[cfg(test)]
mod features;
mod provider;

use std::path::PathBuf;

pub(crate) use artifact::{Artifact, PROFILE};
use clap::Args;
pub(crate) use provider::GLIBC;

use crate::{
    Result,
    cargo::target,
    tools::{Set, Tools},
};

/// Variable that tells the provider's build script where the artifact is.
pub(crate) const ARTIFACT_VARIABLE: &str = "GUARD_ARTIFACT";

#[derive(Args, Clone, Copy, Default)]
pub(crate) struct Arguments {
    /// Build both as they are released
    #[arg(long)]
    pub(crate) release: bool,
}

/// What was built.
pub(crate) struct Built {
    /// The provider's binary.
    pub(crate) provider: PathBuf,
    /// The functions' program and its zip file, which the provider embeds.
    pub(crate) artifact: Artifact,
}

/// Builds both, or finds them fresh: cargo decides.
pub(crate) fn run(arguments: &Arguments) -> Result<Built> {
    let built = if arguments.release { released()? } else { everyday()? };
    eprintln!("build: {}", built.provider.display());
    Ok(built)
}

/// Builds both for everyday work.
pub(crate) fn everyday() -> Result<Built> {
    let target = target()?;
    eprintln!("build: the Lambda artifact, for everyday work");
    let artifact = artifact::everyday(&target)?;
    eprintln!("build: the provider, for everyday work");
    Ok(Built { provider: provider::everyday(&target, &artifact.zip)?, artifact })
}

/// Builds both as they are released.
pub(crate) fn released() -> Result<Built> {
    let (artifact, target, tools) = (released_artifact()?, target()?, Tools::bring(&[Set::Release])?);
    eprintln!("build: the provider, as it is released");
    Ok(Built { provider: provider::released(&tools, &target, &artifact.zip)?, artifact })
}

/// Builds the functions alone, as they are released.
pub(crate) fn released_artifact() -> Result<Artifact> {
    let tools = Tools::bring(&[Set::Release])?;
    eprintln!("build: the Lambda artifact, as it is released");
    artifact::released(&tools, &target()?)
}

/// The folder that holds the provider of everyday work.
pub(crate) fn folder() -> Result<PathBuf> {
    Ok(target()?.join("debug"))
}
