//! A command that runs beside the stages, at the lowest priority: it takes what they leave of the processors.

use std::{
    env, fs,
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    time::Instant,
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tempfile::NamedTempFile;

use super::{report::Tally, stage::timed};
use crate::{Error, Result};

/// The command, which ends with the test run.
pub(super) struct Beside {
    name: &'static str,
    child: Child,
    output: NamedTempFile,
    began: Instant,
}

impl Beside {
    /// Starts one of this program's own commands.
    pub(super) fn start(name: &'static str, arguments: &[&str]) -> Result<Self> {
        let output = NamedTempFile::new().map_err(Error::io("making a file"))?;
        let file = || output.reopen().map_err(Error::io("opening a file"));
        let xtask = env::current_exe().map_err(Error::io("finding xtask"))?;
        let mut command = Command::new("nice");
        command.args(["-n", "19"]).arg(xtask).args(arguments).stdin(Stdio::null()).process_group(0);
        let child = command.stdout(file()?).stderr(file()?).spawn().map_err(Error::io(name))?;
        println!("\n=== {name}: runs beside what follows");
        Ok(Self { name, child, output, began: Instant::now() })
    }

    /// Waits until it has ended, as a stage, and shows what it printed.
    pub(super) fn end(mut self, tally: &mut Tally) -> Result<()> {
        timed(self.name, tally, |_| {
            let status = self.child.wait().map_err(Error::io(self.name))?;
            print!("{}", fs::read_to_string(self.output.path()).unwrap_or_default());
            println!("from its start to its end: {} s", self.began.elapsed().as_secs());
            if status.success() { Ok(()) } else { Err(Error::Unexpected(status.to_string())) }
        })
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // Where a stage has failed: cargo and its compilers are in the same group.
        if let Ok(None) = self.child.try_wait()
            && let Ok(group) = i32::try_from(self.child.id())
        {
            let _ = killpg(Pid::from_raw(group), Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}
