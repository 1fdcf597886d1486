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

/// Folders of this machine whose names must not get into what is released, and what stands for them there.
pub(crate) fn folders() -> Result<Vec<(PathBuf, &'static str)>> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let home =
        home.ok_or_else(|| Error::Unexpected("there is neither CARGO_HOME nor a home folder".into()))?;
    // Where several fit, rustc takes the last.
    Ok(vec![(paths::root(), "guard"), (target()?, "target"), (home, "cargo")])
}

/// Builds so that the same commit gives the same bytes, wherever the clone and cargo's folders are.
pub(crate) fn reproducibly(command: &mut Command) -> Result<&mut Command> {
    let separator = '\u{1f}';
    let mut flags = match env::var("CARGO_ENCODED_RUSTFLAGS") {
        Ok(flags) => flags,
        Err(_) => {
            env::var("RUSTFLAGS").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join("\u{1f}")
        }
    };
    for (folder, name) in folders()? {
        if !flags.is_empty() {
            flags.push(separator);
        }
        flags.push_str(&format!("--remap-path-prefix={}=/{name}", folder.display()));
    }
    Ok(command.env("CARGO_ENCODED_RUSTFLAGS", flags))
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
