//! `--provider FILE`: a released provider instead of a build. The functions are inside it.

use std::{
    borrow::Cow,
    fs,
    io::{Cursor, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use guard_tests::paths;

use crate::{Error, Result};

#[derive(Args)]
pub(crate) struct ProviderFile {
    /// A released provider, or the zip file of a release, instead of a build
    #[arg(long, value_name = "FILE")]
    provider: Option<PathBuf>,
}

impl ProviderFile {
    /// The released provider, if one is named: alone in a folder, under the name by which terraform looks for it.
    pub(crate) fn file(&self) -> Result<Option<PathBuf>> {
        self.provider.as_deref().map(install).transpose()
    }
}

fn install(file: &Path) -> Result<PathBuf> {
    let bytes = fs::read(file).map_err(Error::io(format!("reading {}", file.display())))?;
    let bytes = if bytes.starts_with(b"PK") { unpacked(file, bytes)? } else { bytes };
    let folder = paths::root().join(".tools/provider");
    fs::create_dir_all(&folder).map_err(Error::io("making .tools/provider"))?;
    let program = folder.join(paths::PROVIDER);
    // Not over a program that may be running: that is refused.
    let fresh = folder.join("fresh");
    fs::write(&fresh, bytes).map_err(Error::io(format!("writing {}", fresh.display())))?;
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&fresh, executable).map_err(Error::io("making the provider executable"))?;
    fs::rename(&fresh, &program).map_err(Error::io(format!("writing {}", program.display())))?;
    check(file, &program)?;
    Ok(program)
}

/// The provider in the zip file of a release.
fn unpacked(file: &Path, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut names = archive.file_names().flatten();
    let name = names.find(|name| name.starts_with(paths::PROVIDER)).map(Cow::into_owned);
    drop(names);
    let name = name.ok_or_else(|| {
        Error::Unexpected(format!(
            "{} holds no {}; name the zip file of a release",
            file.display(),
            paths::PROVIDER
        ))
    })?;
    let mut program = Vec::new();
    archive.by_name(&name)?.read_to_end(&mut program).map_err(Error::io(format!("unpacking {name}")))?;
    Ok(program)
}

/// That the file is a provider that this machine can run.
fn check(file: &Path, program: &Path) -> Result<()> {
    let said = Command::new(program).arg("--version").output();
    let said = said.map_err(Error::io(format!("{} does not run on this machine", file.display())))?;
    let version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    if !version.starts_with(paths::PROVIDER) {
        return Err(Error::Unexpected(format!(
            "{} is not {}: asked for its version, it says \"{version}\"",
            file.display(),
            paths::PROVIDER
        )));
    }
    eprintln!("provider: {version}, from {}", file.display());
    Ok(())
}
