//! `cargo xtask fuzz`: libFuzzer looks for inputs on which our code and the plain reference differ.
//!
//! What is found is kept in `target/fuzz/`; the committed corpus changes only with `--keep`.

mod build;
mod report;
mod session;

use std::{
    num::NonZero,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    thread,
};

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
    /// Minutes for each target, also parts of one; a target's ways share them
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

/// Builds the targets and runs them, as many at a time as there are processors.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    Tools::bring(&[Set::Fuzz])?;
    let folder = target()?.join("fuzz");
    let programs = build::run(&folder)?;
    let (sessions, skipped) = sessions(arguments);
    println!("{}", Report::HEAD);
    let reports = in_parallel(&sessions, |session| {
        let report = match &arguments.input {
            Some(input) => session.run_input(&programs, &folder, input)?,
            None => session.run(&programs, &folder, seconds(arguments.minutes, session, &sessions))?,
        };
        println!("{}", report.line(session));
        Ok(report)
    })?;
    let mut failed = Vec::new();
    for (session, report) in sessions.iter().zip(&reports) {
        if let Some(failure) = &report.failure {
            println!("{}", session.explained(failure));
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

/// A session's share of its target's time, in seconds. libFuzzer takes 0 for no end.
fn seconds(minutes: f64, session: &Session, all: &[Session]) -> u32 {
    let ways = all.iter().filter(|other| other.target == session.target).count();
    (minutes * 60.0 / ways as f64).ceil().max(1.0) as u32
}

/// Does something with each session, and answers in their order what came of it.
fn in_parallel<T: Send>(sessions: &[Session], work: impl Fn(&Session) -> Result<T> + Sync) -> Result<Vec<T>> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let (queue, done) = (Mutex::new(sessions.iter().enumerate()), Mutex::new(Vec::new()));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..workers.min(sessions.len()) {
            scope.spawn(|| {
                while let Some((at, session)) = next() {
                    let outcome = work(session);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, outcome));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, outcome)| outcome).collect()
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
