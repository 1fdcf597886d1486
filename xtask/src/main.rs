//! The project's chores: `cargo xtask bench | build | cloud | demo | docs | fuzz | models | package | test`.

mod archive;
mod bench;
mod build;
mod cargo;
mod cloud;
mod demo;
mod docs;
mod error;
mod fuzz;
mod models;
mod package;
mod provider_file;
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
    /// Measure what things cost, next to the bars that they have to keep
    Bench(bench::Arguments),
    /// Build the Lambda artifact and the provider that embeds it
    Build(build::Arguments),
    /// Start the local AWS and say how to point terraform and the AWS CLI at it
    Cloud(cloud::Arguments),
    /// Watch a leaked key being denied: the real provider, artifact and terraform on the local AWS
    Demo(demo::Arguments),
    /// Write the schema parts of the docs from the provider, or check all pages
    Docs(docs::Arguments),
    /// Look for inputs on which the functions' code and its plain reference differ
    Fuzz(fuzz::Arguments),
    /// Write the tables that come from AWS's own models
    Models,
    /// Write the files of a release
    Package(package::Arguments),
    /// Format, lints, unit, golden, acceptance and end-to-end tests
    Test(test::Arguments),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Bench(arguments) => bench::run(&arguments),
        Chore::Build(arguments) => build::run(&arguments).map(drop),
        Chore::Cloud(arguments) => cloud::run(&arguments),
        Chore::Demo(arguments) => demo::run(&arguments),
        Chore::Docs(arguments) => docs::run(&arguments),
        Chore::Fuzz(arguments) => fuzz::run(&arguments),
        Chore::Models => models::run(),
        Chore::Package(arguments) => package::run(&arguments),
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
