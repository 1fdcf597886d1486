//! One target, in one way of the CPU.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Instant, SystemTime},
};

use guard_skim::Way;
use guard_tests::paths;

use super::report::{Failure, Report};
use crate::{Error, Result, cargo::succeed};

/// Variable that tells a target's program its way (`fuzz/src/way.rs`).
const WAY_VARIABLE: &str = "GUARD_FUZZ_WAY";
/// What an input may take, at most: bytes, seconds, and the program's memory in megabytes.
const LIMITS: [&str; 3] = ["-max_len=16384", "-timeout=10", "-rss_limit_mb=2048"];

/// Inputs that a committed corpus may have.
const MOST: usize = 150;

/// A target and the way in which it is run, if that makes a difference.
#[derive(Clone, Copy, Debug)]
pub(super) struct Session {
    pub(super) target: &'static str,
    pub(super) way: Option<Way>,
}

impl fmt::Display for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.target)?;
        self.way.map_or(Ok(()), |way| write!(f, "-{}", way.name()))
    }
}

impl Session {
    /// Looks for new inputs for so many seconds.
    pub(super) fn run(self, programs: &Path, folder: &Path, seconds: u32) -> Result<Report> {
        let (corpus, found) = (folder.join("corpus").join(self.target), folder.join("found"));
        for folder in [&corpus, &found] {
            fs::create_dir_all(folder).map_err(Error::io(format!("making {}", folder.display())))?;
        }
        let mut command = self.command(programs);
        command.args([format!("-max_total_time={seconds}"), "-print_final_stats=1".to_owned()]);
        command.arg(option("-dict=", &paths::root().join("fuzz/dictionary.txt")));
        // New inputs go to the first of the corpora.
        command.arg(corpus).arg(self.committed());
        self.report(command, folder)
    }

    /// Runs a single input.
    pub(super) fn run_input(self, programs: &Path, folder: &Path, input: &Path) -> Result<Report> {
        let mut command = self.command(programs);
        command.arg(std::path::absolute(input).map_err(Error::io("finding the input"))?);
        self.report(command, folder)
    }

    /// Adds to the committed corpus what reaches most of the code that none of its inputs does.
    pub(super) fn keep(self, programs: &Path, folder: &Path) -> Result<()> {
        let committed = self.committed();
        let before = files(&committed)?;
        let mut command = self.command(programs);
        // How often a line of code is run is not counted: that would be thousands of inputs.
        command.args(["-merge=1", "-set_cover_merge=1", "-use_counters=0"]).arg(&committed);
        command.arg(folder.join("corpus").join(self.target));
        succeed(command.stdout(Stdio::null()).stderr(Stdio::null()))?;
        // What reaches most is written first.
        let mut added: Vec<_> = files(&committed)?.into_iter().filter(|it| !before.contains(it)).collect();
        added.sort();
        for (_, file) in added.iter().skip(MOST.saturating_sub(before.len())) {
            fs::remove_file(file).map_err(Error::io(format!("removing {}", file.display())))?;
        }
        Ok(())
    }

    /// What whoever reads of a failure has to know.
    pub(super) fn explained(self, failure: &Failure) -> String {
        let Failure { words, input, log } = failure;
        let Some(input) = input else {
            return format!("\n{words}\n\n  no input was written; all that it said: {}\n", log.display());
        };
        let shown = input.strip_prefix(paths::root()).unwrap_or(input).display();
        let way = self.way.map_or_else(String::new, |way| format!(" --way {}", way.name()));
        let again = format!("cargo xtask fuzz --target {}{way} --input {shown}", self.target);
        format!("\n{words}\n\n  input: {shown}\n  again: {again}\n")
    }

    fn committed(self) -> PathBuf {
        paths::root().join("fuzz/corpus").join(self.target)
    }

    fn command(self, programs: &Path) -> Command {
        let mut command = Command::new(programs.join(self.target));
        command.args(LIMITS).env("RUST_BACKTRACE", "0").env_remove(WAY_VARIABLE);
        command.envs(self.way.map(|way| (WAY_VARIABLE, way.name())));
        command
    }

    /// Runs a command and reads what it says.
    fn report(self, mut command: Command, folder: &Path) -> Result<Report> {
        let log = folder.join(format!("{self}.log"));
        let file = fs::File::create(&log).map_err(Error::io(format!("making {}", log.display())))?;
        command.arg(option("-artifact_prefix=", &folder.join("found").join(format!("{self}-"))));
        let began = Instant::now();
        let program = || format!("running {}", self.target);
        let status = command.stdout(Stdio::null()).stderr(file).status().map_err(Error::io(program()))?;
        let seconds = began.elapsed().as_secs_f32();
        let text = fs::read(&log).map_err(Error::io(format!("reading {}", log.display())))?;
        Ok(Report::read(&String::from_utf8_lossy(&text), seconds, (!status.success()).then_some(log)))
    }
}

/// The files of a folder, and when they were written.
fn files(folder: &Path) -> Result<Vec<(SystemTime, PathBuf)>> {
    let read = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok((entry.metadata()?.modified()?, entry.path()))
    };
    let entries = fs::read_dir(folder).and_then(|entries| entries.map(read).collect());
    entries.map_err(Error::io(format!("reading {}", folder.display())))
}

/// An option whose value is a path.
fn option(name: &str, value: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(name);
    option.push(value);
    option
}
