//! A command that runs in the background of the stages, at the lowest priority: it uses the processor time that they
//! leave.

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

use super::{report::Report, stage::timed};
use crate::{Error, Result};

/// A running command; it is stopped when this is dropped.
pub(super) struct Background {
    name: &'static str,
    child: Child,
    output: NamedTempFile,
    began: Instant,
}

impl Background {
    /// Starts one of this program's own commands.
    pub(super) fn start(name: &'static str, arguments: &[&str]) -> Result<Self> {
        let output = NamedTempFile::new().map_err(Error::io("making a file"))?;
        let file = || output.reopen().map_err(Error::io("opening a file"));
        let xtask = env::current_exe().map_err(Error::io("finding xtask"))?;
        let mut command = Command::new("nice");
        command.args(["-n", "19"]).arg(xtask).args(arguments).stdin(Stdio::null()).process_group(0);
        let child = command.stdout(file()?).stderr(file()?).spawn().map_err(Error::io(name))?;
        println!("\n=== {name}: runs in the background");
        Ok(Self { name, child, output, began: Instant::now() })
    }

    /// Waits for it, as a stage, and shows its output.
    pub(super) fn wait(mut self, report: &mut Report) -> Result<()> {
        timed(self.name, report, |row| {
            let status = self.child.wait().map_err(Error::io(self.name))?;
            print!("{}", fs::read_to_string(self.output.path()).unwrap_or_default());
            row.background = Some(self.began.elapsed());
            if status.success() { Ok(()) } else { Err(Error::Unexpected(status.to_string())) }
        })
    }
}

impl Drop for Background {
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
