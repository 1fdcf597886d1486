//! The local AWS: started for one test or one demo, stopped when it is dropped.

mod control;
mod faults;
mod judgements;
mod process;
mod trace;

use std::{path::Path, process::Command};

use serde::Deserialize;

use crate::{Result, aws::Aws, paths};

pub use control::Message;
pub use faults::{Faults, Strike, Struck};
pub use judgements::Judgement;
use process::Process;
pub use trace::{Hop, Request};

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

/// How many times faster than real the clocks of a test's local AWS run.
pub const SPEED: u32 = 60;

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
        Self { port: 0, backend: Backend::chosen(), speed: SPEED, accounts: Vec::new() }
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
    /// Always there until it is dropped.
    process: Option<Process>,
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
        let (process, ready) = Process::start(options)?;
        Ok(Self { process: Some(process), ready, backend: options.backend })
    }

    /// What it said when it was ready.
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The emulator under it.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The administrator of `account`.
    pub fn administrator(&self, account: &str) -> Aws {
        Aws::administrator(&self.ready.endpoint, account, &self.ready.hub_region)
    }

    /// The log of the local AWS, from its end.
    pub fn log_tail(&self, lines: usize) -> String {
        self.process.as_ref().map(|process| process.log_tail(lines)).unwrap_or_default()
    }

    /// Waits until somebody ends it, for `--keep`.
    ///
    /// # Errors
    /// If it can't be waited for.
    pub fn wait(&mut self) -> Result<()> {
        self.process.as_mut().map_or(Ok(()), Process::wait)
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        if let Some(process) = self.process.take()
            && self.backend == Backend::Moto
            && self.reset().is_ok()
        {
            process.give_back(self.ready.clone());
        }
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
