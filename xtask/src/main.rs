//! The project's chores: `cargo xtask build | cloud | demo | test`.

mod build;
mod cargo;
mod cloud;
mod demo;
mod error;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use error::{Error, Result};

/// The project's chores. The first run brings what is missing into `.tools/`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build the Lambda artifact and the provider that embeds it
    Build(build::Arguments),
    /// Start the local AWS and say how to point terraform and the AWS CLI at it
    Cloud(cloud::Arguments),
    /// Watch a leaked key being denied: the real provider, artifact and terraform on the local AWS
    Demo(demo::Arguments),
    /// Format, lints, unit, golden, acceptance and end-to-end tests
    Test(test::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Build(arguments) => build::run(&arguments).map(drop),
        Chore::Cloud(arguments) => cloud::run(&arguments),
        Chore::Demo(arguments) => demo::run(&arguments),
        Chore::Test(arguments) => test::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}
