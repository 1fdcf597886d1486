//! The zip file that both functions run.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    Error, Result,
    archive::{self, Effort, Entry},
    cargo::{cargo, reproducibly, succeed},
    tools::Tools,
};

/// The profile of the released functions, in the workspace's Cargo.toml. Not `--release`: to that cargo-lambda adds a
/// target CPU of its own choice, and zlib-rs, which looks for the CPU at run time, is slower with one.
pub(crate) const PROFILE: &str = "artifact";

/// What both functions run.
pub(crate) struct Artifact {
    /// The program.
    pub(crate) program: PathBuf,
    /// The zip file with it.
    pub(crate) zip: PathBuf,
}

/// Builds the functions for this machine, with what `cargo test` compiles as well.
///
/// The whole workspace is named, as each crate's features then are those that `cargo test --workspace` gives it.
pub(super) fn everyday(target: &Path) -> Result<Artifact> {
    let mut command = cargo();
    succeed(command.args(["build", "--workspace", "--bin", "bootstrap"]))?;
    let zip = target.join(format!("artifact/everyday/guard-lambda-{}.zip", env::consts::ARCH));
    pack(target.join("debug/bootstrap"), zip, Effort::Least)
}

/// Builds the functions as they are released.
pub(super) fn released(tools: &Tools, target: &Path) -> Result<Artifact> {
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
    let zip = target.join("artifact/release/guard-lambda-x86_64.zip");
    pack(folder.join("out/bootstrap/bootstrap"), zip, Effort::Utmost)
}

/// Packs the program. The file is only written when its bytes change, so that the provider is not built again for
/// nothing.
fn pack(program: PathBuf, zip: PathBuf, effort: Effort) -> Result<Artifact> {
    let bytes = fs::read(&program).map_err(Error::io(format!("reading {}", program.display())))?;
    let packed = archive::pack(&[Entry::program("bootstrap", &bytes)], effort)?;
    if !fs::read(&zip).is_ok_and(|present| present == packed) {
        let folder = zip.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(Error::io("making the artifact's folder"))?;
        fs::write(&zip, packed).map_err(Error::io("writing the artifact"))?;
    }
    Ok(Artifact { program, zip })
}
