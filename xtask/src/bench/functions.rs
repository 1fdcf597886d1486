//! `cargo xtask bench filter` and `bench cold-start`: the functions next to what limits them and to what people
//! write instead, built as the artifact is.

use std::process::Command;

use clap::Args;
use guard_tests::paths;

use crate::{
    Result,
    build::{self, PROFILE},
    cargo::{cargo, succeed},
    tools::{Set, Tools},
};

#[derive(Args)]
pub(crate) struct Filter {
    /// Draw the speeds into docs/performance.svg
    #[arg(long)]
    plot: bool,
}

/// How fast the filter reads.
pub(crate) fn filter(arguments: &Filter) -> Result<()> {
    let tools = Tools::bring(&[Set::Cloud])?;
    let mut command = bench("filter", &tools);
    let corpus = paths::root().join("../shared/corpus");
    if corpus.is_dir() {
        command.arg("--corpus").arg(corpus);
    }
    if arguments.plot {
        command.arg("--plot").arg(paths::root().join("docs/performance.svg"));
    }
    succeed(&mut command)
}

/// How soon the functions ask for their first event.
pub(crate) fn cold_start() -> Result<()> {
    // The function in Python has boto3.
    let tools = Tools::bring(&[Set::Cloud])?;
    let artifact = build::released_artifact()?;
    let mut command = bench("cold-start", &tools);
    succeed(command.arg(&artifact.program).arg("--artifact").arg(&artifact.zip))
}

fn bench(subject: &str, tools: &Tools) -> Command {
    let mut command = cargo();
    command.args(["run", "--quiet", "--profile", PROFILE, "--package", "guard-bench", "--", subject]);
    command.arg("--python").arg(tools.python());
    command
}
