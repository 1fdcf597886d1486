//! The local AWS: started for one test or one demo, stopped when it is dropped.

mod control;
mod trace;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde::Deserialize;
use tempfile::TempDir;

use crate::{Error, Result, aws::Aws, paths};

pub use trace::{Hop, Request};

/// How long the local AWS may take to become ready: its first start compiles Python.
const START: Duration = Duration::from_secs(120);

/// The emulator under our layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// MiniStack: runs functions, delivers events.
    #[default]
    Ministack,
    /// moto: other mistakes, but it runs no functions and delivers no events.
    Moto,
}

impl Backend {
    /// Variable that says which backend the tests run on.
    pub const VARIABLE: &str = "GUARD_BACKEND";

    /// The backend that [`Backend::VARIABLE`] names.
    pub fn chosen() -> Self {
        match std::env::var(Self::VARIABLE).as_deref() {
            Ok("moto") => Self::Moto,
            _ => Self::Ministack,
        }
    }

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ministack => "ministack",
            Self::Moto => "moto",
        }
    }
}

/// How to start it.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port on loopback; 0 takes a free one.
    pub port: u16,
    /// The emulator under our layer.
    pub backend: Backend,
    /// How many times faster than real its clocks run.
    pub speed: u32,
    /// Member accounts besides the usual ones.
    pub accounts: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, backend: Backend::chosen(), speed: 60, accounts: Vec::new() }
    }
}

/// What it says of itself once it is ready.
#[derive(Clone, Debug, Deserialize)]
pub struct Ready {
    /// Where it listens.
    pub endpoint: String,
    /// The management account.
    pub management_account: String,
    /// The member accounts.
    pub member_accounts: Vec<String>,
    /// The organization trail's name.
    pub trail: String,
    /// The trail's bucket.
    pub bucket: String,
    /// The bucket's region.
    pub hub_region: String,
}

/// A running local AWS.
#[derive(Debug)]
pub struct Cloud {
    child: Child,
    folder: TempDir,
    ready: Ready,
    backend: Backend,
}

impl Cloud {
    /// Starts it for a test: on a free port, with fast clocks, on the chosen backend.
    ///
    /// # Errors
    /// If it does not become ready.
    pub fn start() -> Result<Self> {
        Self::start_with(&Options::default())
    }

    /// Starts it.
    ///
    /// # Errors
    /// If it does not become ready.
    pub fn start_with(options: &Options) -> Result<Self> {
        let folder = TempDir::with_prefix("guard-cloud-").map_err(Error::io("making a folder"))?;
        let ready_file = folder.path().join("ready.json");
        let output = folder.path().join("output.log");
        let log = fs::File::create(&output).map_err(Error::io("making the log"))?;
        let errors = log.try_clone().map_err(Error::io("making the log"))?;
        let mut command = command(options, &ready_file, &folder.path().join("cloud.log"))?;
        command.arg("--with-parent").stdin(Stdio::null()).stdout(log).stderr(errors);
        let mut child = command.spawn().map_err(Error::io("starting the local AWS"))?;
        match wait_until_ready(&mut child, &ready_file) {
            Ok(ready) => Ok(Self { child, folder, ready, backend: options.backend }),
            Err(why) => {
                let _ = child.kill();
                let _ = child.wait();
                let said = fs::read_to_string(&output).unwrap_or_default();
                Err(Error::Cloud(format!("{why}\n{}", tail(&said, 40))))
            }
        }
    }

    /// What it said when it was ready.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The emulator under it.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The AWS CLI as the administrator of `account`.
    pub fn administrator(&self, account: &str) -> Aws {
        Aws::administrator(&self.ready.endpoint, account, &self.ready.hub_region)
    }

    /// The log of the local AWS, from its end.
    pub fn log_tail(&self, lines: usize) -> String {
        let text = |name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        tail(&(text("output.log") + &text("cloud.log")), lines)
    }

    /// Waits until somebody ends it, for `--keep`.
    ///
    /// # Errors
    /// If it can't be waited for.
    pub fn wait(&mut self) -> Result<()> {
        self.child.wait().map(drop).map_err(Error::io("waiting for the local AWS"))
    }
}

impl Drop for Cloud {
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

/// The command line that starts it.
///
/// # Errors
/// If the Python tools have not been brought.
pub fn command(options: &Options, ready_file: &Path, log: &Path) -> Result<Command> {
    let mut command = Command::new(paths::tool("python")?);
    command.current_dir(paths::root().join("tests")).args(["-m", "cloud"]);
    command.args(["--port", &options.port.to_string(), "--backend", options.backend.name()]);
    command.args(["--speed", &options.speed.to_string()]);
    command.arg("--ready-file").arg(ready_file).arg("--log").arg(log);
    for account in &options.accounts {
        command.args(["--account", account]);
    }
    Ok(command)
}

fn wait_until_ready(child: &mut Child, ready_file: &PathBuf) -> Result<Ready, String> {
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
