//! The checksums of a release, and their signature.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

use crate::{Error, Result, cargo::succeed};

/// A line for each file, sorted by name, as `sha256sum --check` reads it.
pub(super) fn of(files: &[(PathBuf, Vec<u8>)]) -> Result<String> {
    let mut lines = Vec::new();
    for (path, bytes) in files {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Error::Unexpected(format!("{} has no name", path.display())))?;
        let sum: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        lines.push((name, sum));
    }
    lines.sort();
    Ok(lines.into_iter().map(|(name, sum)| format!("{sum}  {name}\n")).collect())
}

/// A binary detached signature beside the checksums, which is what the registry takes.
pub(super) fn sign(sums: &Path, key: &str) -> Result<PathBuf> {
    let signature =
        sums.with_file_name(format!("{}_{}_SHA256SUMS.sig", guard_tests::paths::PROVIDER, super::VERSION));
    let mut command = Command::new("gpg");
    command.args(["--batch", "--yes", "--local-user", key, "--output"]).arg(&signature);
    succeed(command.arg("--detach-sign").arg(sums))?;
    Ok(signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_sha256sum_writes() {
        let files =
            [(PathBuf::from("out/b.zip"), b"".to_vec()), (PathBuf::from("out/a.json"), b"abc".to_vec())];
        assert_eq!(
            of(&files).expect("names"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.json\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b.zip\n"
        );
    }
}
