//! What the commands need and a fresh machine lacks: installed, pinned, into the git-ignored `.tools/`.

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use guard_tests::paths;
use sha2::{Digest, Sha256};

use crate::{Error, Result, cargo::succeed};

/// Python 3.11 is what the pins were made on.
const PYTHONS: [&str; 4] = ["python3.11", "python3.12", "python3.13", "python3"];

/// What a command needs, as a file of pins in `tools/requirements/`. All sets go into one Python environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// The local AWS and its client.
    Cloud,
    /// zig and the cargo commands that link with it.
    Release,
    /// The second emulator, the test runner, linters.
    Test,
    /// cargo-fuzz.
    Fuzz,
}

impl Set {
    const fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::Release => "release",
            Self::Test => "test",
            Self::Fuzz => "fuzz",
        }
    }

    /// What it takes on disk.
    const fn megabytes(self) -> u32 {
        match self {
            Self::Cloud => 100,
            Self::Release => 440,
            Self::Test => 350,
            Self::Fuzz => 5,
        }
    }

    fn pins(self) -> PathBuf {
        paths::root().join(format!("tools/requirements/{}.txt", self.name()))
    }
}

/// The Python environment with the tools.
pub(crate) struct Tools {
    environment: PathBuf,
}

impl Tools {
    /// Brings whatever of these sets is missing or has other pins.
    pub(crate) fn bring(sets: &[Set]) -> Result<Self> {
        let folder = paths::root().join(".tools");
        fs::create_dir_all(&folder).map_err(Error::io("making .tools"))?;
        let lock = fs::File::create(folder.join("lock")).map_err(Error::io("making .tools/lock"))?;
        // Two commands at the same time bring the tools once.
        lock.lock().map_err(Error::io("locking .tools/lock"))?;
        let tools = Self { environment: folder.join("venv") };
        tools.environment()?;
        for set in sets {
            tools.set(*set)?;
        }
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

    /// Makes the environment. One that was made elsewhere, before the clone was moved, is made anew: its programs
    /// begin with the path of its Python.
    fn environment(&self) -> Result<()> {
        let stamp = self.environment.join("made-in");
        let place = self.environment.to_string_lossy().into_owned();
        if fs::read_to_string(&stamp).is_ok_and(|present| present == place) {
            return Ok(());
        }
        if self.environment.exists() {
            fs::remove_dir_all(&self.environment).map_err(Error::io("removing .tools/venv"))?;
        }
        succeed(Command::new(python()?).args(["-m", "venv"]).arg(&self.environment))?;
        fs::write(&stamp, place).map_err(Error::io("writing the environment's stamp"))
    }

    fn set(&self, set: Set) -> Result<()> {
        let pins = set.pins();
        let text = fs::read(&pins).map_err(Error::io(format!("reading {}", pins.display())))?;
        let wanted: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        let stamp = self.environment.join(format!("{}.sha256", set.name()));
        if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
            return Ok(());
        }
        let (name, size) = (set.name(), set.megabytes());
        eprintln!("tools: installing the pinned set \"{name}\" into .tools/venv (once, about {size} MB) …");
        let mut pip = Command::new(self.python());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(pins);
        succeed(&mut pip)?;
        fs::write(&stamp, wanted).map_err(Error::io("writing the stamp of a set of tools"))
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
