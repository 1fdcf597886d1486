//! `cargo xtask bench provider`: the released provider on the local AWS, measured against the bars that it has
//! to keep and against the same chain as 27 hand-written hashicorp/aws resources.
//!
//! Requests are counted by the local AWS, so their numbers are the same everywhere and a missed bar is an
//! error. Times and memory depend on the machine: they are only shown.

mod counted;
mod process;
mod stage;
mod table;

use clap::Args;

use crate::{Result, build};
use counted::Counted;
use stage::Stage;
use table::{Line, Table, Unit};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Show which operations the requests were
    #[arg(long)]
    operations: bool,
}

/// Builds, measures, prints.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let built = build::run(&build::Arguments { release: true })?;
    let mut table = Table::new(arguments.operations);
    eprintln!("bench: one guard");
    one(&Stage::new(&built.provider, 1)?, &mut table)?;
    eprintln!("bench: 50 guards in one place");
    fifty(&Stage::new(&built.provider, 51)?, &mut table)?;
    eprintln!("bench: 100 guards over 5 accounts and 3 regions");
    let stage = Stage::spread(&built.provider, 100)?;
    table.add(Line::new("peak memory, 100 guards", Unit::Megabytes, 64.0, stage.peak_memory()?));
    table.add(Line::new("size of the binary", Unit::Megabytes, 40.0, process::size(&built.provider)?));
    let start = process::start(&built.provider)?;
    table.add(Line::new("start until it can be asked for its schema", Unit::Milliseconds, 100.0, start));
    table.print();
    table.verdict()
}

fn one(stage: &Stage, table: &mut Table) -> Result<()> {
    stage.configure(1)?;
    table.count("1 guard: apply", 65, Some(84), stage.counted(&["apply", "-auto-approve"])?);
    table.add(Line::new("1 guard: state", Unit::Kilobytes, 16.0, stage.state_size()?));
    table.count("1 guard: plan", 45, Some(56), stage.counted(&["plan"])?);
    table.count("1 guard: destroy", 65, Some(99), stage.counted(&["destroy", "-auto-approve"])?);
    Ok(())
}

fn fifty(stage: &Stage, table: &mut Table) -> Result<()> {
    stage.configure(50)?;
    table.count("50 guards: apply", 350, Some(574), stage.counted(&["apply", "-auto-approve"])?);
    table.count("50 guards: plan", 60, Some(350), stage.counted(&["plan"])?);
    stage.configure(51)?;
    stage.counted(&["plan", "-out=plan"])?;
    let (planned, done) = Counted::planned_and_done(&stage.recorded(&["apply", "plan"])?);
    table.count("50 guards: one more, planned again by apply", 60, None, planned);
    table.count("50 guards: one more, beyond its plans", 8, None, done);
    stage.configure(50)?;
    stage.counted(&["plan", "-out=plan"])?;
    table.count("51 guards: one less, beyond its plan", 8, None, stage.counted(&["apply", "plan"])?);
    stage.counted(&["destroy", "-auto-approve"]).map(drop)
}
