//! The crates that we depend on: their licences, duplicates and sources, and what is known against them
//! (`deny.toml`).

use std::process::{Command, Stdio};

use guard_tests::paths;

use super::{
    report::Report,
    stage::{Stage, timed},
};
use crate::{Error, Result};

/// Checks what needs nothing but the crates.
pub(super) fn check(report: &mut Report) -> Result<()> {
    let command = deny(&["--locked", "check", "-D", "warnings", "licenses", "bans", "sources"])?;
    Stage { name: "the crates' licences, duplicates and sources", command }.run(report)
}

/// Checks the crates against RustSec's advisories, if those can be fetched; `needed` if it is an error that
/// they can't.
pub(super) fn advisories(needed: bool, report: &mut Report) -> Result<()> {
    let name = "advisories on the crates";
    let mut fetch = deny(&["fetch", "db"])?;
    fetch.stdout(Stdio::null()).stderr(Stdio::null());
    if fetch.status().map_err(Error::io("fetching RustSec's advisories"))?.success() {
        let command = deny(&["--locked", "check", "--disable-fetch", "advisories"])?;
        return Stage { name, command }.run(report);
    }
    let why = "RustSec's database, https://github.com/RustSec/advisory-db, can't be fetched from here";
    timed(name, report, |row| {
        if needed {
            return Err(Error::Unexpected(why.to_owned()));
        }
        row.skip_stage(why);
        Ok(())
    })
}

fn deny(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(paths::tool("cargo-deny")?);
    command.args(arguments).current_dir(paths::root());
    Ok(command)
}
