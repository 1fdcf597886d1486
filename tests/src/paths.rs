//! Where the project's own programs and the tools are.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::{Error, Result};

/// Variable that names the provider binary to test; without it the one beside the tests is taken.
pub const PROVIDER_VARIABLE: &str = "GUARD_PROVIDER";

/// File name of the provider.
pub const PROVIDER: &str = "terraform-provider-guard";

/// The clone's root: the folder above the crate that cargo runs, or above the current folder, that has both the lock
/// file and the local AWS. It is found when the program runs, as a clone may be moved after it was built.
pub fn root() -> PathBuf {
    let start = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).or_else(|| env::current_dir().ok());
    let start = start.unwrap_or_default();
    let is_root = |folder: &&Path| folder.join("Cargo.lock").is_file() && folder.join("tests/cloud").is_dir();
    start.ancestors().find(is_root).unwrap_or(&start).to_owned()
}

/// A program in the folder of Python tools.
///
/// # Errors
/// If the tools have not been brought yet.
pub fn tool(program: &'static str) -> Result<PathBuf> {
    existing(program, root().join(".tools/venv/bin").join(program))
}

/// The provider to test.
///
/// # Errors
/// If it has not been built yet.
pub fn provider() -> Result<PathBuf> {
    let built = env::current_exe().map_err(Error::io("finding the test binary"))?;
    // target/debug/deps/<test>: the provider is two folders up. xtask itself is beside it.
    let beside = built.ancestors().skip(1).take(2).map(|dir| dir.join(PROVIDER));
    let named = env::var_os(PROVIDER_VARIABLE).map(PathBuf::from);
    let mut candidates = named.into_iter().chain(beside);
    let first = candidates.next().unwrap_or_default();
    let found = [first.clone()].into_iter().chain(candidates).find(|path| path.is_file());
    found.ok_or(Error::Missing { what: "the provider", path: first })
}

/// `terraform`, or `tofu` where that is what is installed.
///
/// # Errors
/// If neither is on `PATH`.
pub fn terraform() -> Result<PathBuf> {
    on_path("terraform").or_else(opentofu).ok_or(Error::NoTerraform)
}

/// `tofu`, where it is installed.
pub fn opentofu() -> Option<PathBuf> {
    on_path("tofu")
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|dir| dir.join(program)).find(|program| program.is_file())
}

fn existing(what: &'static str, path: PathBuf) -> Result<PathBuf> {
    if path.exists() { Ok(path) } else { Err(Error::Missing { what, path }) }
}
