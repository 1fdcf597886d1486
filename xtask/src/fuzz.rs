//! `cargo xtask fuzz`: libFuzzer looks for inputs on which our code and the plain reference differ.
//!
//! What is found is kept in `target/fuzz/`; the committed corpus changes only with `--keep`.

mod build;
mod report;
mod session;

use std::path::PathBuf;

use clap::Args;
use guard_skim::Way;

use crate::{
    Error, Result,
    cargo::target,
    tools::{Set, Tools},
};
use report::Report;
use session::Session;

/// The targets, and whether their code goes through guard-skim, so that each way of the CPU is fuzzed.
const TARGETS: [(&str, bool); 6] = [
    ("expectation", false),
    ("identity", true),
    ("notices", false),
    ("outline", true),
    ("scanner", true),
    ("signals", true),
];

#[derive(Args)]
pub(crate) struct Arguments {
    /// Minutes for each target in each way, also parts of one
    #[arg(long, default_value_t = 1.0, value_parser = minutes)]
    minutes: f64,
    /// Only this target
    #[arg(long, value_parser = TARGETS.map(|(name, _)| name))]
    target: Option<String>,
    /// Only this way of the CPU
    #[arg(long, value_parser = Way::ALL.map(Way::name))]
    way: Option<String>,
    /// Run this one input instead of looking for others
    #[arg(long, value_name = "FILE", requires = "target")]
    input: Option<PathBuf>,
    /// Add the inputs that reached new code to the committed corpus
    #[arg(long, conflicts_with = "input")]
    keep: bool,
}

fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse().map_err(|_| "it is not a number".to_owned())?;
    // libFuzzer takes seconds in 32 bits.
    if (0.0..=1e6).contains(&minutes) {
        Ok(minutes)
    } else {
        Err("it is not between 0 and a million".to_owned())
    }
}

/// Builds the targets and runs them, one after the other.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    Tools::bring(&[Set::Fuzz])?;
    let folder = target()?.join("fuzz");
    let programs = build::run(&folder)?;
    let (sessions, skipped) = sessions(arguments);
    // libFuzzer takes 0 for no end.
    let seconds = (arguments.minutes * 60.0).ceil().max(1.0) as u32;
    let mut failed = Vec::new();
    println!("{}", Report::HEAD);
    for session in &sessions {
        let report = match &arguments.input {
            Some(input) => session.run_input(&programs, &folder, input)?,
            None => session.run(&programs, &folder, seconds)?,
        };
        println!("{}", report.line(session));
        if let Some(failure) = report.failure {
            println!("{}", session.explained(&failure));
            failed.push(session.to_string());
        }
    }
    for (session, why) in &skipped {
        println!("SKIPPED: {session}: {why}");
    }
    if !failed.is_empty() {
        return Err(Error::Fuzz(failed.join(", ")));
    }
    if arguments.keep {
        for session in &sessions {
            session.keep(&programs, &folder)?;
        }
    }
    Ok(())
}

/// What is to be run, and what this CPU can't, with the reason.
fn sessions(arguments: &Arguments) -> (Vec<Session>, Vec<(Session, String)>) {
    let is_asked = |asked: &Option<String>, name: &str| asked.as_deref().is_none_or(|it| it == name);
    let (mut sessions, mut skipped) = (Vec::new(), Vec::new());
    for (target, skims) in TARGETS.into_iter().filter(|(name, _)| is_asked(&arguments.target, name)) {
        if !skims {
            sessions.push(Session { target, way: None });
            continue;
        }
        for way in Way::ALL.into_iter().filter(|way| is_asked(&arguments.way, way.name())) {
            let session = Session { target, way: Some(way) };
            match way.is_available() {
                Ok(()) => sessions.push(session),
                Err(error) => skipped.push((session, error.to_string())),
            }
        }
    }
    (sessions, skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_may_be_parts_of_one() {
        assert_eq!(minutes("0.5"), Ok(0.5));
        assert!(minutes("-1").is_err() && minutes("NaN").is_err() && minutes("x").is_err());
    }

    #[test]
    fn every_program_is_a_target() {
        let folder = guard_tests::paths::root().join("fuzz/fuzz_targets");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("the programs")
            .map(|entry| entry.expect("a program").file_name().to_string_lossy().replace(".rs", ""))
            .collect();
        names.sort();
        assert_eq!(names, TARGETS.map(|(name, _)| name));
    }
}
