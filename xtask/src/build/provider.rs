//! The provider's binary.

use std::{
    env,
    path::{Path, PathBuf},
};

use guard_tests::paths;

use super::ARTIFACT_VARIABLE;
use crate::{
    Result,
    cargo::{cargo, reproducibly, succeed},
    tools::Tools,
};

/// The oldest glibc that the released provider runs with, which is the oldest that Rust's own library supports:
/// every distribution with glibc since 2014 has it.
pub(crate) const GLIBC: (u32, u32) = (2, 17);

/// The provider of everyday work, built with the whole workspace's features, as the functions are.
pub(super) fn everyday(target: &Path, artifact: &Path) -> Result<PathBuf> {
    let mut command = cargo();
    let arguments = ["build", "--workspace", "--bin", paths::PROVIDER];
    succeed(command.args(arguments).env(ARTIFACT_VARIABLE, artifact))?;
    Ok(program(&target.join("debug")))
}

/// The provider as it is released. On Linux it is linked by zig against [`GLIBC`]: the machine's own glibc would
/// be the oldest that it runs with.
///
/// It is not linked statically: a static glibc still loads the system's modules for looking up names, and
/// where those are of another glibc, it may crash.
pub(super) fn released(tools: &Tools, target: &Path, artifact: &Path) -> Result<PathBuf> {
    let mut command = cargo();
    // A folder of its own: linking with zig sets flags that would rebuild everything else.
    let folder = target.join("provider-build");
    let built = if cfg!(target_os = "linux") {
        let triple = format!("{}-unknown-linux-gnu", env::consts::ARCH);
        let (major, minor) = GLIBC;
        command.args(["zigbuild", "--target", &format!("{triple}.{major}.{minor}")]);
        folder.join(triple)
    } else {
        command.arg("build");
        folder.clone()
    };
    command.args(["--release", "--package", paths::PROVIDER]).env("PATH", tools.path()?);
    command.env("CARGO_TARGET_DIR", &folder).env(ARTIFACT_VARIABLE, artifact);
    succeed(reproducibly(&mut command)?)?;
    Ok(program(&built.join("release")))
}

fn program(folder: &Path) -> PathBuf {
    folder.join(format!("{}{}", paths::PROVIDER, env::consts::EXE_SUFFIX))
}
