//! Cargo, called from a chore that cargo itself runs.

use std::{env, ffi::OsString, path::PathBuf, process::Command};

use guard_tests::paths;
use serde_json::Value;

use crate::{Error, Result};

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(paths::root());
    command
}

/// Cargo's target folder, wherever the environment or a configuration file has put it.
pub(crate) fn target() -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["metadata", "--no-deps", "--format-version", "1"]);
    let output = command.output().map_err(Error::io("running cargo metadata"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let folder = metadata["target_directory"].as_str();
    let said = || Error::Unexpected(String::from_utf8_lossy(&output.stderr).into_owned());
    folder.map(PathBuf::from).ok_or_else(said)
}

/// Runs a command that has to succeed.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let arguments: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let shown = format!("{program} {}", arguments.join(" "));
    let status = command.status().map_err(Error::io(format!("starting `{shown}`")))?;
    let failed = || Error::Command { command: shown, status: status.to_string() };
    if status.success() { Ok(()) } else { Err(failed()) }
}
