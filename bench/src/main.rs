//! `guard-bench`: the filter's speed and start, as ratios of one run on one machine.
//!
//! Reading order: [`data`] makes objects, [`contenders`] read them, [`rounds`] takes turns and medians, [`speed`]
//! and [`start`] are the two benchmarks, [`table`] and [`plot`] show what came of them.

mod contenders;
mod data;
mod error;
mod generator;
mod plot;
mod python;
mod rounds;
mod speed;
mod start;
mod table;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

pub(crate) use error::{Error, Result};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// How many bytes of JSON a second the filter reads
    Filter(speed::Arguments),
    /// How soon after its start a function asks for its first event
    ColdStart(start::Arguments),
    /// Reads one object as the filter does and prints the process's peak memory in kB
    #[command(hide = true)]
    Once {
        /// The object
        object: PathBuf,
    },
    /// Asks for its first event over bare TCP: the floor under every cold start
    #[command(hide = true)]
    Floor,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().benchmark {
        Benchmark::Filter(arguments) => speed::run(&arguments),
        Benchmark::ColdStart(arguments) => start::run(&arguments),
        Benchmark::Once { object } => speed::once(&object),
        Benchmark::Floor => start::floor(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
