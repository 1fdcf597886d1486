//! One stage of the tests.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use guard_tests::skip;
use nix::sys::resource::{UsageWho, getrusage};
use tempfile::NamedTempFile;

use super::report::{Report, Row, Skipped};
use crate::{Error, Result};

/// A command with a name.
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) command: Command,
}

impl Stage {
    /// Runs it, shows what it prints, and counts the tests in that.
    pub(super) fn run(mut self, report: &mut Report) -> Result<()> {
        let skipped = NamedTempFile::new().map_err(Error::io("making a file"))?;
        self.command.env(skip::VARIABLE, skipped.path());
        timed(self.name, report, |row| {
            let mut child = self.command.stdout(Stdio::piped()).spawn().map_err(Error::io(self.name))?;
            if let Some(stdout) = child.stdout.take() {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    row.read(&line);
                    println!("{line}");
                }
            }
            let status = child.wait().map_err(Error::io(self.name))?;
            row.skip(Skipped::all(&fs::read_to_string(skipped.path()).unwrap_or_default()));
            if status.success() { Ok(()) } else { Err(Error::Unexpected(status.to_string())) }
        })
    }
}

/// Does something as a stage of this name, which ends with a row of the report.
pub(super) fn timed<T>(
    name: &'static str,
    report: &mut Report,
    work: impl FnOnce(&mut Row) -> Result<T>,
) -> Result<T> {
    println!("\n=== {name}");
    let (began, before) = (Instant::now(), processor_time());
    let mut row = Row::new(name);
    let outcome = work(&mut row);
    row.wall = began.elapsed();
    row.processor = processor_time().saturating_sub(before);
    let seconds = row.wall.as_secs();
    report.rows.push(row);
    match outcome {
        Ok(done) => {
            println!("=== {name}: ok, {seconds} s");
            Ok(done)
        }
        Err(error) => Err(Error::Unexpected(format!("stage \"{name}\" failed after {seconds} s: {error}"))),
    }
}

/// What this process and all that it has waited for have taken of the processors.
fn processor_time() -> Duration {
    let of = |who| {
        let usage = getrusage(who).ok()?;
        let total = [usage.user_time(), usage.system_time()].map(|time| {
            let micros = time.tv_sec().saturating_mul(1_000_000).saturating_add(time.tv_usec());
            Duration::from_micros(u64::try_from(micros).unwrap_or_default())
        });
        Some(total[0] + total[1])
    };
    [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN].into_iter().filter_map(of).sum()
}
