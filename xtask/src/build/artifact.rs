//! The zip file that both functions run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    Error, Result,
    archive::{self, Effort, Entry},
    cargo::{cargo, reproducibly, succeed},
    tools::Tools,
};

/// The profile of the functions, in the workspace's Cargo.toml. Not `--release`: to that cargo-lambda adds a
/// target CPU of its own choice, and zlib-rs, which looks for the CPU at run time, is slower with one.
pub(crate) const PROFILE: &str = "artifact";

/// What both functions run.
pub(crate) struct Artifact {
    /// The program.
    pub(crate) program: PathBuf,
    /// The zip file with it.
    pub(crate) zip: PathBuf,
}

/// Builds the bootstrap and packs it. The file is only written when its bytes change, so that the provider
/// is not built again for nothing.
pub(super) fn build(tools: &Tools, target: &Path) -> Result<Artifact> {
    // A target folder of its own: linking with zig sets flags that would rebuild everything else.
    let folder = target.join("lambda-build");
    let mut command = cargo();
    command.args([
        "lambda",
        "build",
        "--quiet",
        "--profile",
        PROFILE,
        "--package",
        "guard-lambda",
        "--bin",
        "bootstrap",
    ]);
    command.args(["--target", "x86_64-unknown-linux-gnu", "--lambda-dir"]).arg(folder.join("out"));
    succeed(reproducibly(&mut command)?.env("PATH", tools.path()?).env("CARGO_TARGET_DIR", &folder))?;
    let program = folder.join("out/bootstrap/bootstrap");
    let bytes = fs::read(&program).map_err(Error::io(format!("reading {}", program.display())))?;
    let packed = archive::pack(&[Entry::program("bootstrap", &bytes)], Effort::Utmost)?;
    let zip = target.join("artifact/guard-lambda-x86_64.zip");
    if !fs::read(&zip).is_ok_and(|present| present == packed) {
        fs::create_dir_all(target.join("artifact")).map_err(Error::io("making the artifact's folder"))?;
        fs::write(&zip, packed).map_err(Error::io("writing the artifact"))?;
    }
    Ok(Artifact { program, zip })
}
