//! Zip files that are the same for the same contents: no clock, no user, no umask.

use std::io::{Cursor, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use crate::{Error, Result};

/// A file in a zip.
pub(crate) struct Entry<'a> {
    name: &'a str,
    bytes: &'a [u8],
    mode: u32,
}

impl<'a> Entry<'a> {
    /// A file to read.
    pub(crate) fn new(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, bytes, mode: 0o644 }
    }

    /// A file to execute.
    pub(crate) fn program(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, bytes, mode: 0o755 }
    }
}

/// How long packing may take.
#[derive(Clone, Copy)]
pub(crate) enum Effort {
    /// Less than a second, for what stays on this machine.
    Least,
    /// Seconds.
    Usual,
    /// Half a minute for a few per cent less: what every start of a function waits for.
    Utmost,
}

impl Effort {
    /// Beyond 9, zopfli looks for the shortest, so many rounds.
    const fn level(self) -> i64 {
        match self {
            Self::Least => 6,
            Self::Usual => 9,
            Self::Utmost => 9 + 15,
        }
    }
}

/// Packs files, in that order.
pub(crate) fn pack(entries: &[Entry<'_>], effort: Effort) -> Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for Entry { name, bytes, mode } in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(effort.level()))
            // A file as a whole packs better than its parts.
            .with_zopfli_buffer(None)
            .last_modified_time(DateTime::default())
            .unix_permissions(*mode);
        writer.start_file(*name, options)?;
        writer.write_all(bytes).map_err(Error::io("packing"))?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_same_program_packs_to_the_same_bytes_and_may_be_executed() {
        for effort in [Effort::Least, Effort::Usual, Effort::Utmost] {
            let entries = || [Entry::program("bootstrap", b"program"), Entry::new("LICENSE", b"text")];
            let packed = pack(&entries(), effort).expect("packs");
            assert_eq!(packed, pack(&entries(), effort).expect("packs"));
            let mut archive = zip::ZipArchive::new(Cursor::new(packed)).expect("a zip file");
            for (name, mode, bytes) in [("bootstrap", 0o755, "program"), ("LICENSE", 0o644, "text")] {
                let mut file = archive.by_name(name).expect("it is in there");
                assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(mode));
                let mut read = String::new();
                file.read_to_string(&mut read).expect("it unpacks");
                assert_eq!(read, bytes);
            }
        }
    }
}
