//! The zip file that both functions run.

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{
    Error, Result,
    cargo::{cargo, succeed},
    tools::Tools,
};

/// The profile of the functions, in the workspace's Cargo.toml. Not `--release`: to that cargo-lambda adds a
/// target CPU of its own choice, and zlib-rs, which looks for the CPU at run time, is slower with one.
pub(crate) const PROFILE: &str = "artifact";

/// What both functions run.
pub(crate) struct Artifact {
    /// The program.
    pub(crate) program: PathBuf,
    /// The zip file with it.
    pub(crate) zip: PathBuf,
}

/// Builds the bootstrap and packs it. The file is only written when its bytes change, so that the provider
/// is not built again for nothing.
pub(super) fn build(tools: &Tools, target: &Path) -> Result<Artifact> {
    // A target folder of its own: linking with zig sets flags that would rebuild everything else.
    let folder = target.join("lambda-build");
    let mut command = cargo();
    command.args([
        "lambda",
        "build",
        "--quiet",
        "--profile",
        PROFILE,
        "--package",
        "guard-lambda",
        "--bin",
        "bootstrap",
    ]);
    command.args(["--target", "x86_64-unknown-linux-gnu", "--lambda-dir"]).arg(folder.join("out"));
    succeed(command.env("PATH", tools.path()?).env("CARGO_TARGET_DIR", &folder))?;
    let program = folder.join("out/bootstrap/bootstrap");
    let bytes = fs::read(&program).map_err(Error::io(format!("reading {}", program.display())))?;
    let packed = pack(&bytes)?;
    let zip = target.join("artifact/guard-lambda-x86_64.zip");
    if !fs::read(&zip).is_ok_and(|present| present == packed) {
        fs::create_dir_all(target.join("artifact")).map_err(Error::io("making the artifact's folder"))?;
        fs::write(&zip, packed).map_err(Error::io("writing the artifact"))?;
    }
    Ok(Artifact { program, zip })
}

/// The same bytes for the same program: no clock, no user, no umask.
fn pack(bootstrap: &[u8]) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bootstrap", options)?;
    writer.write_all(bootstrap).map_err(Error::io("packing the artifact"))?;
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_program_packs_to_the_same_bytes_and_may_be_executed() {
        let packed = pack(b"program").expect("packs");
        assert_eq!(packed, pack(b"program").expect("packs"));
        let mut archive = zip::ZipArchive::new(Cursor::new(packed)).expect("a zip file");
        let file = archive.by_name("bootstrap").expect("the bootstrap");
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o755));
    }
}
