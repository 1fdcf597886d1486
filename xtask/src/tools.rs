//! What the chores need and a fresh machine lacks: brought, pinned, into the git-ignored `.tools/`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use guard_tests::paths;
use sha2::{Digest, Sha256};

use crate::{Error, Result, cargo::succeed};

/// Python 3.11 is what the pins were made on.
const PYTHONS: [&str; 4] = ["python3.11", "python3.12", "python3.13", "python3"];

/// The folder of Python packages: the local AWS, the AWS CLI, cargo-lambda and zig.
pub(crate) struct Tools {
    environment: PathBuf,
}

impl Tools {
    /// Brings whatever is missing or older than the pins.
    pub(crate) fn bring() -> Result<Self> {
        let folder = paths::root().join(".tools");
        fs::create_dir_all(&folder).map_err(Error::io("making .tools"))?;
        let lock = fs::File::create(folder.join("lock")).map_err(Error::io("making .tools/lock"))?;
        // Two chores at the same time bring the tools once.
        lock.lock().map_err(Error::io("locking .tools/lock"))?;
        let tools = Self { environment: folder.join("venv") };
        let pins = paths::root().join("tests/cloud/requirements.txt");
        let text = fs::read(&pins).map_err(Error::io(format!("reading {}", pins.display())))?;
        let wanted: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        let stamp = tools.environment.join("pins.sha256");
        if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
            return Ok(tools);
        }
        tools.make(&pins)?;
        fs::write(&stamp, wanted).map_err(Error::io("writing the tools' stamp"))?;
        Ok(tools)
    }

    /// `PATH` with the tools in front, zig among them.
    pub(crate) fn path(&self) -> Result<std::ffi::OsString> {
        let rest = env::var_os("PATH").unwrap_or_default();
        let mut folders = vec![self.environment.join("bin")];
        folders.extend(self.zig());
        folders.extend(env::split_paths(&rest));
        env::join_paths(folders).map_err(|error| Error::Unexpected(error.to_string()))
    }

    /// Python with the packages.
    pub(crate) fn python(&self) -> PathBuf {
        self.environment.join("bin/python")
    }

    fn make(&self, pins: &Path) -> Result<()> {
        let python = python()?;
        eprintln!("tools: bringing the pinned Python packages into .tools/venv (once, about 0.7 GB) …");
        succeed(Command::new(python).args(["-m", "venv"]).arg(&self.environment))?;
        let mut pip = Command::new(self.python());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(pins);
        succeed(&mut pip)?;
        eprintln!("tools: ready");
        Ok(())
    }

    /// The folder of the package `ziglang`, which holds the program.
    fn zig(&self) -> Option<PathBuf> {
        let libraries = fs::read_dir(self.environment.join("lib")).ok()?;
        let packages = libraries.flatten().map(|entry| entry.path().join("site-packages/ziglang"));
        packages.into_iter().find(|folder| folder.join("zig").is_file())
    }
}

/// A Python that is new enough. A name can exist and still not run: pyenv leaves such shims.
fn python() -> Result<&'static str> {
    let enough = |python: &&&str| {
        let check = "import sys, venv; sys.exit(sys.version_info < (3, 11))";
        let mut command = Command::new(python);
        command.args(["-c", check]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found = PYTHONS.iter().find(enough).copied();
    found.ok_or_else(|| Error::NoPython { tried: PYTHONS.join(", ") })
}
