//! The targets' programs.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

use guard_tests::paths;

use crate::{Error, Result, cargo::succeed};

/// Builds the programs; answers the folder that they are in.
///
/// Address sanitizer watches what `skim` reads. Neither it nor the coverage that guides libFuzzer is a stable option
/// of rustc, hence the variable; the compiler is the one that builds everything else.
pub(super) fn run(folder: &Path) -> Result<PathBuf> {
    eprintln!("fuzz: building the targets");
    let host = host()?;
    let mut command = Command::new(paths::tool("cargo-fuzz")?);
    command.current_dir(paths::root());
    command.args(["build", "--fuzz-dir", "fuzz", "--features", "libfuzzer", "--sanitizer", "address"]);
    command.args(["--target", &host, "--target-dir"]).arg(folder);
    command.env("RUSTC_BOOTSTRAP", "1");
    // cargo-fuzz has no profile of its own; ours for releases is for size.
    let profile = [("OPT_LEVEL", "3"), ("STRIP", "none"), ("DEBUG", "line-tables-only")];
    command.envs(profile.map(|(name, value)| (format!("CARGO_PROFILE_RELEASE_{name}"), value)));
    succeed(&mut command)?;
    Ok(folder.join(host).join("release"))
}

/// What rustc builds for if nobody says otherwise: sanitizers need to be told.
fn host() -> Result<String> {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc")));
    let output = rustc.arg("-vV").output().map_err(Error::io("running rustc -vV"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Error::Unexpected("rustc -vV names no host".to_owned()))
}
