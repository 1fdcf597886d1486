//! `cargo xtask package`: the files of a release, as the registry wants them (Terraform, "Preparing and Adding a
//! Provider"), and the functions' zip beside them.
//!
//! The same commit gives the same bytes: no clock and no path of a machine gets into them.

mod glibc;
mod install;
mod sbom;
mod sums;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::Args;
use guard_tests::paths;

use crate::{
    Error, Result,
    archive::{self, Effort, Entry},
    build::{self, Built},
    cargo::folders,
};

/// Version of the release.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What the registry must know of the provider; without it Terraform takes the protocol for 5.
const MANIFEST: &str = "terraform-registry-manifest.json";

#[derive(Args)]
pub(crate) struct Arguments {
    /// The folder for the files; what else is in it stays
    #[arg(long)]
    out: PathBuf,
    /// GPG key that signs the checksums; without it there is no signature
    #[arg(long)]
    key: Option<String>,
}

/// Builds, packs, and says what there is.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let built = build::run(&build::Arguments { release: true })?;
    let out = env::current_dir().map_err(Error::io("finding the current folder"))?.join(&arguments.out);
    for file in files(&built, &out, arguments.key.as_deref())? {
        println!("{}", file.display());
    }
    Ok(())
}

/// Packs what was built twice, which has to give the same bytes, and lets terraform install it from the zip.
pub(crate) fn check(built: &Built) -> Result<()> {
    let folder = tempfile::tempdir().map_err(Error::io("making a folder"))?;
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    let first = files(built, &one, None)?;
    for (a, b) in first.iter().zip(files(built, &other, None)?) {
        if read(a)? != read(&b)? {
            return Err(Error::Unexpected(format!("{} is not the same when packed again", a.display())));
        }
    }
    for file in [&built.provider, &built.artifact.program] {
        names_no_folder(file)?;
    }
    glibc::check(&read(&built.provider)?)?;
    install::check(&one)
}

/// That a program doesn't hold the names of folders that it was built in: elsewhere its bytes would differ.
fn names_no_folder(file: &Path) -> Result<()> {
    let bytes = read(file)?;
    for (folder, _) in folders()? {
        if holds(&bytes, folder.as_os_str().as_encoded_bytes()) {
            let (file, folder) = (file.display(), folder.display());
            return Err(Error::Unexpected(format!(
                "{file} holds the name of a folder of this machine, {folder}"
            )));
        }
    }
    Ok(())
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Writes the files, and names them in the order in which they were written.
fn files(built: &Built, out: &Path, key: Option<&str>) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(out).map_err(Error::io(format!("making {}", out.display())))?;
    let name = |what: &str| out.join(format!("{}_{VERSION}_{what}", paths::PROVIDER));
    let root = paths::root();
    let (program, readme, license) =
        (read(&built.provider)?, read(&root.join("README.md"))?, read(&root.join("LICENSE"))?);
    let program_name = format!("{}_v{VERSION}{}", paths::PROVIDER, env::consts::EXE_SUFFIX);
    let packed = archive::pack(
        &[
            Entry::new("LICENSE", &license),
            Entry::new("README.md", &readme),
            Entry::program(&program_name, &program),
        ],
        Effort::Usual,
    )?;
    let all = [
        (name(&format!("{}.zip", platform())), packed),
        (name("manifest.json"), read(&root.join(MANIFEST))?),
        (out.join(format!("guard-lambda_{VERSION}_x86_64.zip")), read(&built.artifact.zip)?),
        (name("sbom.cdx.json"), sbom::of_workspace()?.into_bytes()),
    ];
    let mut written = Vec::new();
    for (path, bytes) in &all {
        write(path, bytes)?;
        written.push(path.clone());
    }
    let sums = name("SHA256SUMS");
    write(&sums, sums::of(&all)?.as_bytes())?;
    written.push(sums.clone());
    if let Some(key) = key {
        written.push(sums::sign(&sums, key)?);
    }
    Ok(written)
}

/// What this machine builds for, as Go and the registry call it.
fn platform() -> String {
    let system = match env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}_{processor}")
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(Error::io(format!("reading {}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).map_err(Error::io(format!("writing {}", path.display())))
}
