//! Installs the packed provider as users do: terraform takes it from a mirror, checks its manifest's protocol by
//! starting it, and writes it into the lock file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use guard_tests::{paths, terraform::SOURCE};

use super::{VERSION, platform};
use crate::{Error, Result};

/// Runs terraform, and OpenTofu where it is there, on the files of a release.
pub(super) fn check(release: &Path) -> Result<()> {
    let mut programs = vec![paths::terraform()?];
    programs.extend(paths::opentofu().filter(|tofu| *tofu != programs[0]));
    for program in programs {
        install(&program, release)?;
        println!("package: installed by {}", program.display());
    }
    Ok(())
}

fn install(program: &Path, release: &Path) -> Result<()> {
    let folder = tempfile::tempdir().map_err(Error::io("making a folder"))?;
    let host = if program.file_stem().is_some_and(|name| name == "tofu") { "opentofu" } else { "terraform" };
    let mirror = folder.path().join("mirror");
    let home =
        mirror.join(format!("registry.{host}.{}/{SOURCE}", if host == "opentofu" { "org" } else { "io" }));
    fs::create_dir_all(&home).map_err(Error::io("making the mirror"))?;
    let zip = format!("{}_{VERSION}_{}.zip", paths::PROVIDER, platform());
    fs::copy(release.join(&zip), home.join(&zip)).map_err(Error::io(format!("copying {zip}")))?;
    let work = folder.path().join("work");
    fs::create_dir_all(&work).map_err(Error::io("making a folder"))?;
    let cli = folder.path().join("cli.tfrc");
    let settings =
        format!("provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n");
    write(&cli, &settings)?;
    write(
        &work.join("main.tf"),
        &format!(
            "terraform {{\n  required_providers {{\n    guard = {{\n      source  = {SOURCE:?}\n      version = {VERSION:?}\n    }}\n  }}\n}}\n\nresource \"guard_iam_user\" \"a\" {{\n  account_id = \"222222222222\"\n  region     = \"eu-west-1\"\n  user_name  = \"backup\"\n}}\n"
        ),
    )?;
    let terraform = |arguments: &[&str]| run(program, arguments, &work, &cli);
    terraform(&["init", "-input=false", "-no-color"])?;
    let lock = work.join(".terraform.lock.hcl");
    let lock = fs::read_to_string(&lock).map_err(Error::io("reading the lock file"))?;
    if !lock.contains(SOURCE) || !lock.contains(&format!("{VERSION:?}")) || !lock.contains("h1:") {
        return Err(Error::Unexpected(format!("the lock file doesn't hold the provider:\n{lock}")));
    }
    // Starts the program that was unpacked, and asks it.
    terraform(&["validate", "-no-color"])
}

fn run(program: &Path, arguments: &[&str], work: &PathBuf, cli: &Path) -> Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(work).env("TF_CLI_CONFIG_FILE", cli).env("CHECKPOINT_DISABLE", "1");
    let output = command.output().map_err(Error::io(format!("starting {}", program.display())))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let (said, shown) = (String::from_utf8_lossy(&said), arguments.join(" "));
    Err(Error::Unexpected(format!("{} {shown} failed on the packed provider:\n{said}", program.display())))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(Error::io(format!("writing {}", path.display())))
}
