//! Cargo, called from a chore that cargo itself runs.

use std::{
    env,
    ffi::OsString,
    path::PathBuf,
    process::{Command, Stdio},
};

use guard_tests::paths;
use serde_json::Value;

use crate::{Error, Result};

/// The cargo that runs this program, without what it says of this program's package: ring's build script depends on
/// these variables, so that ring and what stands on it would be built again after each cargo that is run by hand.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(paths::root());
    let is_of_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_of_package) {
            command.env_remove(name);
        }
    }
    command
}

/// What cargo knows of the workspace.
pub(crate) fn metadata() -> Result<Value> {
    let mut command = cargo();
    let text = output(command.args(["metadata", "--no-deps", "--format-version", "1"]))?;
    serde_json::from_str(&text).map_err(|error| Error::Unexpected(format!("cargo metadata: {error}")))
}

/// Cargo's target folder, wherever the environment or a configuration file has put it.
pub(crate) fn target() -> Result<PathBuf> {
    let metadata = metadata()?;
    let folder = metadata["target_directory"].as_str().map(PathBuf::from);
    folder.ok_or_else(|| Error::Unexpected("cargo metadata names no target folder".into()))
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

/// What a command prints that has to succeed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(Error::io(format!("starting `{}`", shown(command))))?;
    let failed = || Error::Command { command: shown(command), status: output.status.to_string() };
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed())
    }
}

/// Runs a command that has to succeed.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.status().map_err(Error::io(format!("starting `{shown}`")))?;
    let failed = || Error::Command { command: shown, status: status.to_string() };
    if status.success() { Ok(()) } else { Err(failed()) }
}

/// A command line, as people write it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
