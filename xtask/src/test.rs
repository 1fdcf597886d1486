//! `cargo xtask test`: everything that a change has to pass, stage by stage.

mod aws;
mod background;
mod crates;
mod report;
mod stage;

use std::{env, ffi::OsString, num::NonZero, process::Command, thread, time::Instant};

use clap::{Args, ValueEnum};
use guard_tests::{cloud::Backend, effort, paths};
use serde_json::Value;

use crate::{
    Error, Result,
    build::{self, ARTIFACT_VARIABLE, Built},
    cargo::{cargo, metadata, succeed},
    package,
    tools::{Set, Tools},
};
use background::Background;
use report::Report;
use stage::{Stage, timed};

/// Every stage names the whole workspace, so that all have the same features of each crate and share what is compiled.
const TEST: &[&str] = &["test", "--workspace", "--no-fail-fast"];
/// The integration tests that run terraform on a local AWS, which have stages of their own.
const ON_THE_LOCAL_AWS: [&str; 3] = ["acceptance", "faults", "local_aws"];

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
    let (began, mut report) = (Instant::now(), Report::default());
    let done = stages(arguments, &mut report);
    println!("\n{}", report.text(began.elapsed()));
    done
}

fn stages(arguments: &Arguments, report: &mut Report) -> Result<()> {
    let format = with(cargo(), &["fmt", "--all", "--check"]);
    Stage { name: "format", command: format }.run(report)?;
    let terraform =
        with(Command::new(paths::terraform()?), &["fmt", "-check", "-recursive", "-diff", "examples"]);
    Stage { name: "examples' format", command: terraform }.run(report)?;
    let tools = timed("tools", report, |_| Tools::bring(&[Set::Cloud, Set::Test]))?;
    crates::check(report)?;
    crates::advisories(arguments.advisories, report)?;
    let built = timed("everyday build", report, |_| build::everyday())?;
    let test = |args: &[&str], built: &Built| {
        let mut command = tested(args, built, &tools)?;
        command.env(effort::SEED_VARIABLE, arguments.seed.to_string());
        command.envs((arguments.faults == Extent::Full).then_some((effort::VARIABLE, "full")));
        Ok::<_, Error>(command)
    };
    timed("lint", report, |_| {
        let clippy = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
        succeed(&mut test(&clippy, &built)?)?;
        let lints: [(_, &[&str]); 3] =
            [("ruff", &["check", "--quiet"]), ("ruff", &["format", "--check", "--quiet"]), ("mypy", &[])];
        lints
            .into_iter()
            .try_for_each(|(tool, arguments)| succeed(&mut with(Command::new(paths::tool(tool)?), arguments)))
    })?;
    // It takes minutes of one processor at a time, and tests wait for clocks.
    let release = Background::start("release build", &["build", "--release"])?;
    let mut stage = |name, command: Command| Stage { name, command }.run(report);
    stage("compile tests", test(&[TEST, &["--no-run", "--quiet"]].concat(), &built)?)?;
    let xtask = || Ok::<_, Error>(Command::new(env::current_exe().map_err(Error::io("finding xtask"))?));
    let mut docs = with(xtask()?, &["docs", "--check"]);
    docs.env(paths::PROVIDER_VARIABLE, &built.provider);
    stage("docs", docs)?;
    let files: Vec<String> = integration_tests()?.iter().map(|name| format!("--test={name}")).collect();
    let units: Vec<&str> = ["--lib", "--bins"].into_iter().chain(files.iter().map(String::as_str)).collect();
    stage("unit and golden tests", test(&[TEST, &units].concat(), &built)?)?;
    let python = Command::new(paths::tool("python")?);
    let mut python = with(python, &["-m", "pytest", "-q", "-p", "no:cacheprovider", "cloud"]);
    python.current_dir(paths::root().join("tests"));
    stage("the local AWS", python)?;
    for (name, backend) in
        [("acceptance and end-to-end tests", Backend::Ministack), ("acceptance tests on moto", Backend::Moto)]
    {
        let threads = threads();
        let targets = ["--test", "local_aws", "--test", "acceptance", "--", &threads];
        let mut command = test(&[TEST, &targets].concat(), &built)?;
        command.env(Backend::VARIABLE, backend.name());
        stage(name, command)?;
    }
    // What they print says how much was tried.
    stage("faults", test(&[TEST, &["--test", "faults", "--", "--nocapture"]].concat(), &built)?)?;
    // Each target and way has a line in what it prints.
    stage("fuzzing", with(xtask()?, &["fuzz", "--minutes", "1"]))?;
    release.wait(report)?;
    let released = build::released()?;
    timed("package", report, |_| package::check(&released))?;
    let routes = test(&[TEST, &["--test", "acceptance", "routes::", "--", &threads()]].concat(), &released)?;
    Stage { name: "routes on the release build", command: routes }.run(report)
}

/// How many tests run at the same time on local AWSs of their own: each waits for terraform and for clocks about half of
/// its time.
fn threads() -> String {
    format!("--test-threads={}", 2 * thread::available_parallelism().map_or(1, NonZero::get))
}

/// The integration tests of all crates that need no local AWS.
fn integration_tests() -> Result<Vec<String>> {
    let metadata = metadata()?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let targets = list(&metadata["packages"]).into_iter().flat_map(|package| list(&package["targets"]));
    let tests = targets.filter(|target| list(&target["kind"]).contains(&Value::from("test")));
    let names = tests.filter_map(|test| test["name"].as_str().map(str::to_owned));
    Ok(names.filter(|name| !ON_THE_LOCAL_AWS.contains(&name.as_str())).collect())
}

/// Cargo with what the tests need: the artifact to embed, the provider to run, the tools.
fn tested(args: &[&str], built: &Built, tools: &Tools) -> Result<Command> {
    let mut command = with(cargo(), args);
    let path: OsString = tools.path()?;
    command.env("PATH", path).env(ARTIFACT_VARIABLE, &built.artifact.zip);
    command.env(paths::PROVIDER_VARIABLE, &built.provider);
    Ok(command)
}

fn with(mut command: Command, args: &[&str]) -> Command {
    command.args(args).current_dir(paths::root());
    command
}
