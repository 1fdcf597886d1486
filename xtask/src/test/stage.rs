//! One stage of the tests.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::Instant,
};

use crate::{Error, Result};

/// Tests over all stages.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    /// Stages that could not be run here.
    pub(super) skipped: Vec<&'static str>,
}

/// A command with a name.
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) command: Command,
}

impl Stage {
    /// Runs it, shows what it says, and counts the tests in that.
    pub(super) fn run(mut self, counts: &mut Counts) -> Result<()> {
        println!("\n=== {}", self.name);
        let began = Instant::now();
        let mut child = self.command.stdout(Stdio::piped()).spawn().map_err(Error::io(self.name))?;
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                counts.read(&line);
                println!("{line}");
            }
        }
        let status = child.wait().map_err(Error::io(self.name))?;
        let seconds = began.elapsed().as_secs();
        if !status.success() {
            return Err(Error::Unexpected(format!(
                "stage \"{}\" failed after {seconds} s ({status})",
                self.name
            )));
        }
        println!("=== {}: ok, {seconds} s", self.name);
        Ok(())
    }
}

impl Counts {
    /// Reads `test result: ok. 3 passed; 0 failed; …` of cargo and `12 passed, 1 failed in 3.10s` of pytest.
    fn read(&mut self, line: &str) {
        let cargo = line.starts_with("test result: ");
        let pytest = line.contains(" in ") && (line.contains(" passed") || line.contains(" failed"));
        if !cargo && !pytest {
            return;
        }
        let words: Vec<_> = line.split([' ', ',', ';', '=']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_of_cargo_and_pytest_are_counted() {
        let mut counts = Counts::default();
        counts.read("test result: FAILED. 30 passed; 3 failed; 0 ignored; 0 measured; finished in 243.88s");
        counts.read("===== 1 failed, 12 passed, 2 skipped in 3.10s =====");
        counts.read("test routes::2 passed ... ok");
        assert_eq!(counts, Counts { passed: 42, failed: 4, skipped: Vec::new() });
    }
}
