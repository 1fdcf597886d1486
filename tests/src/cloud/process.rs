//! The process of a local AWS.

use std::{
    fs,
    path::Path,
    process::{Child, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use super::{Backend, Options, Ready, command};
use crate::{Error, Result};

/// How long the local AWS may take to become ready: its first start compiles Python.
const START: Duration = Duration::from_secs(120);

/// Processes that a test has done with. moto imports each service when it is first used, which takes many
/// seconds, so a moto is emptied and used again. MiniStack starts faster than that.
static DONE_WITH: Mutex<Vec<(Process, Ready)>> = Mutex::new(Vec::new());

/// A process, ended when it is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// Its log, until the first test has done with it.
    folder: Option<TempDir>,
}

impl Process {
    /// Starts one, or takes one that a test has done with.
    pub(super) fn start(options: &Options) -> Result<(Self, Ready)> {
        if options.backend == Backend::Moto && options.port == 0 && options.accounts.is_empty() {
            let used = DONE_WITH.lock().unwrap_or_else(PoisonError::into_inner).pop();
            if let Some(used) = used {
                return Ok(used);
            }
        }
        let folder = TempDir::with_prefix("guard-cloud-").map_err(Error::io("making a folder"))?;
        let ready_file = folder.path().join("ready.json");
        let output = folder.path().join("output.log");
        let log = fs::File::create(&output).map_err(Error::io("making the log"))?;
        let errors = log.try_clone().map_err(Error::io("making the log"))?;
        let mut command = command(options, &ready_file, &folder.path().join("cloud.log"))?;
        command.arg("--with-parent").stdin(Stdio::null()).stdout(log).stderr(errors);
        let child = command.spawn().map_err(Error::io("starting the local AWS"))?;
        let mut process = Self { child, folder: Some(folder) };
        match wait_until_ready(&mut process.child, &ready_file) {
            Ok(ready) => Ok((process, ready)),
            Err(why) => Err(Error::Cloud(format!("{why}\n{}", process.log_tail(40)))),
        }
    }

    /// Lets another test use it. Those that nobody uses end with the tests: they watch their parent.
    pub(super) fn give_back(mut self, ready: Ready) {
        // Nobody would delete the folder later.
        self.folder = None;
        DONE_WITH.lock().unwrap_or_else(PoisonError::into_inner).push((self, ready));
    }

    pub(super) fn wait(&mut self) -> Result<()> {
        self.child.wait().map(drop).map_err(Error::io("waiting for the local AWS"))
    }

    pub(super) fn log_tail(&self, lines: usize) -> String {
        let Some(folder) = &self.folder else { return String::new() };
        let text = |name| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
        tail(&(text("output.log") + &text("cloud.log")), lines)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let id = i32::try_from(self.child.id()).map(Pid::from_raw);
        if let Ok(id) = id
            && matches!(self.child.try_wait(), Ok(None))
        {
            let _ = kill(id, Signal::SIGTERM);
            let deadline = Instant::now() + Duration::from_secs(10);
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
                thread::sleep(Duration::from_millis(20));
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn wait_until_ready(child: &mut Child, ready_file: &Path) -> Result<Ready, String> {
    let deadline = Instant::now() + START;
    while Instant::now() < deadline {
        if let Ok(text) = fs::read_to_string(ready_file)
            && let Ok(ready) = serde_json::from_str(&text)
        {
            return Ok(ready);
        }
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            Ok(Some(status)) => return Err(format!("it ended with {status}")),
            Err(error) => return Err(error.to_string()),
        }
    }
    Err(format!("it was not ready within {} s", START.as_secs()))
}

fn tail(text: &str, lines: usize) -> String {
    let all: Vec<_> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
