//! `cargo xtask test`: everything that a change has to pass, stage by stage.

mod aws;
mod crates;
mod stage;

use std::{env, ffi::OsString, process::Command, time::Instant};

use clap::{Args, ValueEnum};
use guard_tests::{cloud::Backend, effort, paths};

use crate::{
    Error, Result,
    build::{self, ARTIFACT_VARIABLE, Built},
    cargo::cargo,
    package,
    tools::Tools,
};
use stage::{Counts, Stage};

#[derive(Args)]
pub(crate) struct Arguments {
    /// How much is tried where all of it takes hours: of what can go wrong, of rounds, of guards at once
    #[arg(long, value_enum, default_value = "sample")]
    faults: Extent,
    /// What chooses the sample, and the faults that come at random
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Fail if the advisories on the crates can't be fetched, instead of going on without them
    #[arg(long)]
    advisories: bool,
    #[command(flatten)]
    real: aws::Real,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Extent {
    Sample,
    Full,
}

/// Runs all stages; the first that fails ends it.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    if arguments.real.aws {
        return arguments.real.run();
    }
    let began = Instant::now();
    let mut counts = Counts::default();
    let done = stages(arguments, &mut counts);
    println!("\n{} passed, {} failed, in {} s", counts.passed, counts.failed, began.elapsed().as_secs());
    for stage in &counts.skipped {
        println!("SKIPPED: {stage}");
    }
    done
}

fn stages(arguments: &Arguments, counts: &mut Counts) -> Result<()> {
    let format = with(cargo(), &["fmt", "--all", "--check"]);
    Stage { name: "format", command: format }.run(counts)?;
    let terraform =
        with(Command::new(paths::terraform()?), &["fmt", "-check", "-recursive", "-diff", "examples"]);
    Stage { name: "examples' format", command: terraform }.run(counts)?;
    println!("\n=== tools");
    let tools = Tools::bring()?;
    crates::check(counts)?;
    crates::advisories(arguments.advisories, counts)?;
    // The release build: what users run, and so what the acceptance tests run.
    println!("\n=== build");
    let built = build::run(&build::Arguments { release: true })?;
    let mut stage = |name, command: Command| Stage { name, command }.run(counts);
    println!("\n=== package");
    package::check(&built)?;
    let test = |args: &[&str]| {
        let mut command = tested(args, &built, &tools)?;
        command.env(effort::SEED_VARIABLE, arguments.seed.to_string());
        command.envs((arguments.faults == Extent::Full).then_some((effort::VARIABLE, "full")));
        Ok::<_, Error>(command)
    };
    let xtask = Command::new(env::current_exe().map_err(Error::io("finding xtask"))?);
    let mut docs = with(xtask, &["docs", "--check"]);
    docs.env(paths::PROVIDER_VARIABLE, &built.provider);
    stage("docs", docs)?;
    stage("lint", test(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?)?;
    let units = ["test", "--workspace", "--exclude", "guard-tests", "--no-fail-fast"];
    stage("unit and golden tests", test(&units)?)?;
    let python = Command::new(paths::tool("python")?);
    let mut python = with(python, &["-m", "pytest", "-q", "-p", "no:cacheprovider", "cloud"]);
    python.current_dir(paths::root().join("tests"));
    stage("the local AWS", python)?;
    for (name, backend) in
        [("acceptance and end-to-end tests", Backend::Ministack), ("acceptance tests on moto", Backend::Moto)]
    {
        let targets = ["--lib", "--test", "local_aws", "--test", "acceptance"];
        let mut command =
            test(&[&["test", "--package", "guard-tests", "--no-fail-fast"], &targets[..]].concat())?;
        command.env(Backend::VARIABLE, backend.name());
        stage(name, command)?;
    }
    // What they print says how much was tried.
    stage("faults", test(&["test", "--package", "guard-tests", "--test", "faults", "--", "--nocapture"])?)?;
    Ok(())
}

/// Cargo with what the tests need: the artifact to embed, the provider to run, the tools.
fn tested(args: &[&str], built: &Built, tools: &Tools) -> Result<Command> {
    let mut command = with(cargo(), args);
    let path: OsString = tools.path()?;
    command.env("PATH", path).env(ARTIFACT_VARIABLE, &built.artifact);
    command.env(paths::PROVIDER_VARIABLE, &built.provider);
    Ok(command)
}

fn with(mut command: Command, args: &[&str]) -> Command {
    command.args(args).current_dir(paths::root());
    command
}
