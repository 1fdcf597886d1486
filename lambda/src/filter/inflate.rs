//! Gunzips a stream block by block. A file may consist of several gzip members, each a file of its own.

use flate2::{Decompress, FlushDecompress, Status};

/// Inflated bytes that are held at a time. With half as many, inflating begins anew twice as often, and is slower.
pub(super) const BLOCK: usize = 128 * 1024;
/// 15 bits: the largest window, which every gzip file may use.
const WINDOW_BITS: u8 = 15;

/// Why a stream is not gzip, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum InflateError {
    /// Not a gzip member, or a damaged one: a header, a block or the checksum is wrong.
    #[error("not gzip, or damaged, at byte {at} of the file: {source}")]
    Damaged {
        /// Compressed bytes read until then.
        at: u64,
        /// What the decoder says.
        source: flate2::DecompressError,
    },
    /// The file ends within a member.
    #[error("the file ends after {at} bytes, in the middle of its gzip stream")]
    Truncated {
        /// Compressed bytes read.
        at: u64,
    },
}

/// The decoder, fed with compressed chunks of any size.
pub struct Inflate {
    member: Option<Decompress>,
    block: Box<[u8]>,
    read: u64,
}

impl Default for Inflate {
    fn default() -> Self {
        Self { member: None, block: vec![0; BLOCK].into_boxed_slice(), read: 0 }
    }
}

impl Inflate {
    /// The next inflated block, taking what it needs off the front of `input`; `None` once `input` is used up.
    ///
    /// Call it until it answers `None`, even with an empty `input`: a few bytes can inflate to many blocks.
    ///
    /// # Errors
    /// If the bytes are not gzip.
    pub fn next(&mut self, input: &mut &[u8]) -> Result<Option<&[u8]>, InflateError> {
        loop {
            if self.member.is_none() && input.is_empty() {
                return Ok(None);
            }
            let member = self.member.get_or_insert_with(|| Decompress::new_gzip(WINDOW_BITS));
            let (before_in, before_out) = (member.total_in(), member.total_out());
            let outcome = member.decompress(input, &mut self.block, FlushDecompress::None);
            let taken = member.total_in() - before_in;
            let given = member.total_out() - before_out;
            self.read += taken;
            *input = &input[usize::try_from(taken).unwrap_or(input.len())..];
            let status = outcome.map_err(|source| InflateError::Damaged { at: self.read, source })?;
            if status == Status::StreamEnd {
                self.member = None;
            }
            if given > 0 {
                let given = usize::try_from(given).unwrap_or(self.block.len());
                return Ok(Some(&self.block[..given]));
            }
            if taken == 0 && status != Status::StreamEnd {
                return Ok(None);
            }
        }
    }

    /// To be called at the end of the file.
    ///
    /// # Errors
    /// If the last member has not ended, or there was none.
    pub fn finish(&self) -> Result<(), InflateError> {
        if self.member.is_some() || self.read == 0 {
            return Err(InflateError::Truncated { at: self.read });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("into memory");
        encoder.finish().expect("into memory")
    }

    fn inflate(file: &[u8], chunk: usize) -> Result<Vec<u8>, InflateError> {
        let mut inflate = Inflate::default();
        let mut out = Vec::new();
        for mut input in file.chunks(chunk) {
            while let Some(block) = inflate.next(&mut input)? {
                out.extend_from_slice(block);
            }
        }
        inflate.finish().map(|()| out)
    }

    #[test]
    fn every_member_is_inflated_whatever_the_chunks() {
        let mut file = gzip(b"first, ");
        file.extend(gzip(b""));
        file.extend(gzip(b"third"));
        for chunk in [1, 2, 3, 7, 1000] {
            assert_eq!(inflate(&file, chunk).expect("whole"), b"first, third");
        }
    }

    #[test]
    fn a_small_file_that_inflates_to_many_blocks_comes_whole() {
        let long = vec![b'x'; 40 * BLOCK + 17];
        assert_eq!(inflate(&gzip(&long), 100_000).expect("whole"), long);
        assert_eq!(inflate(&gzip(&long), 11).expect("whole"), long);
    }

    #[test]
    fn a_file_cut_anywhere_is_an_error() {
        let mut file = gzip(b"some text that is long enough, long enough");
        let whole = file.len();
        file.extend(gzip(b"more"));
        for end in (0..file.len()).filter(|end| *end != whole) {
            assert!(inflate(&file[..end], 16).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn what_is_not_gzip_is_an_error() {
        assert!(matches!(inflate(br#"{"Records":[]}"#, 4), Err(InflateError::Damaged { .. })));
        let mut file = gzip(b"text");
        file.extend(b"garbage");
        assert!(inflate(&file, 1000).is_err(), "garbage after the last member");
        let mut file = gzip(b"text");
        let checksum = file.len() - 8;
        file[checksum] ^= 1;
        assert!(inflate(&file, 1000).is_err(), "a wrong checksum");
    }
}
