//! Finds where each record of a CloudTrail file begins and ends, without parsing it.
//!
//! A file is `{"Records":[…]}`, possibly with other members, and arrives in blocks of any size. What lies
//! within one block is handed on where it is; only a record that crosses into the next block is copied.

use guard_skim::{Skim, Span};

use super::{begun::Begun, value};

/// The longest record that is read. CloudTrail's own limit is 256 KB, so this has room for years of growth.
pub const MAX_RECORD: usize = 4 * 1024 * 1024;
/// Names of top-level members are only compared with `Records`; the longest that could be it, escaped.
const MAX_NAME: usize = 64;

/// Why a text is not a CloudTrail file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The text breaks the form `{"Records":[{…},…]}`.
    #[error("not a CloudTrail file: {expected} expected at byte {at} of its text")]
    Shape {
        /// What should have come.
        expected: &'static str,
        /// Offset in the inflated text.
        at: u64,
    },
    /// It ends too early.
    #[error("not a whole CloudTrail file: its text ends after {at} bytes")]
    Truncated {
        /// Length of the inflated text.
        at: u64,
    },
    /// It is an object, but not one of records.
    #[error("not a CloudTrail file: it has no Records")]
    NoRecords,
}

/// What the scanner finds.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// A whole record, from `{` to `}`, and where in it [`guard_skim::WORDS`] or escaped letters may begin.
    Record(&'a [u8], Option<Span>),
    /// A record longer than [`MAX_RECORD`] has begun; it is not handed on.
    TooLong,
}

/// Where in the text the scanner is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before a document. A file of several gzip members may hold several.
    Start,
    /// After `{`: a name, or `}`.
    FirstName,
    /// After `,`: a name.
    Name,
    InName,
    Colon,
    Value,
    /// In a value that is not `Records`.
    Skipped,
    /// After a member: `,` or `}`.
    AfterMember,
    /// After `[`: a record, or `]`.
    FirstRecord,
    Record,
    InRecord,
    AfterRecord,
}

/// The scanner.
pub struct Scanner {
    place: Place,
    at: u64,
    /// Where in the current value.
    skim: Skim,
    /// The current name.
    name: Vec<u8>,
    record: Begun,
    is_records: bool,
    has_records: bool,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::with_limit(MAX_RECORD)
    }
}

impl Scanner {
    fn with_limit(limit: usize) -> Self {
        Self {
            place: Place::Start,
            at: 0,
            skim: Skim::default(),
            name: Vec::new(),
            record: Begun::new(limit),
            is_records: false,
            has_records: false,
        }
    }

    /// Reads the next block of text and hands on each record that ends in it.
    ///
    /// # Errors
    /// If the text is not a CloudTrail file. Records before that place have been handed on.
    pub fn push(&mut self, block: &[u8], mut found: impl FnMut(Found<'_>)) -> Result<(), ScanError> {
        let mut i = 0;
        while i < block.len() {
            i = match self.place {
                Place::InRecord => self.records(block, i, &mut found),
                Place::Skipped => self.skip(block, i),
                Place::InName => self.name(block, i),
                _ => {
                    let byte = block[i];
                    if !byte.is_ascii_whitespace() {
                        self.place = self.structure(byte, i)?;
                    }
                    // The first byte of a value belongs to the value.
                    match self.place {
                        Place::InRecord | Place::Skipped if !byte.is_ascii_whitespace() => i,
                        _ => i + 1,
                    }
                }
            };
        }
        self.at += block.len() as u64;
        Ok(())
    }

    /// To be called at the end of the text.
    ///
    /// # Errors
    /// If it ends too early.
    pub fn finish(&self) -> Result<(), ScanError> {
        if self.place == Place::Start && self.at > 0 {
            return Ok(());
        }
        Err(ScanError::Truncated { at: self.at })
    }

    /// One byte between names, values and records.
    fn structure(&mut self, byte: u8, i: usize) -> Result<Place, ScanError> {
        let expected = match (self.place, byte) {
            (Place::Start, b'{') => {
                self.has_records = false;
                return Ok(Place::FirstName);
            }
            (Place::FirstName | Place::Name, b'"') => {
                self.name.clear();
                return Ok(Place::InName);
            }
            (Place::Colon, b':') => return Ok(Place::Value),
            (Place::Value, b'[') if self.is_records => {
                self.has_records = true;
                return Ok(Place::FirstRecord);
            }
            (Place::Value, b',' | b':' | b'}' | b']') => "a value",
            (Place::Value, _) if !self.is_records => return Ok(Place::Skipped),
            (Place::AfterMember, b',') => return Ok(Place::Name),
            (Place::AfterMember | Place::FirstName, b'}') => {
                return if self.has_records { Ok(Place::Start) } else { Err(ScanError::NoRecords) };
            }
            (Place::FirstRecord | Place::Record, b'{') => return Ok(Place::InRecord),
            (Place::AfterRecord, b',') => return Ok(Place::Record),
            (Place::FirstRecord | Place::AfterRecord, b']') => return Ok(Place::AfterMember),
            (Place::Start, _) => "{",
            (Place::FirstName | Place::Name, _) => "a name",
            (Place::Colon, _) => "a colon",
            (Place::Value, _) => "an array of Records",
            (Place::AfterMember, _) => "a comma or }",
            (Place::AfterRecord, _) => "a comma or ]",
            _ => "a record",
        };
        Err(ScanError::Shape { expected, at: self.at + i as u64 })
    }

    /// A member's name, up to its closing quote.
    fn name(&mut self, block: &[u8], i: usize) -> usize {
        let Some(end) = value::string_end(&mut self.skim, block, i) else {
            self.keep(&block[i..], MAX_NAME);
            return block.len();
        };
        self.keep(&block[i..end], MAX_NAME);
        // The closing quote is in there; the opening one is not. A name may be escaped like any string.
        let mut quoted = vec![b'"'];
        quoted.append(&mut self.name);
        self.is_records = serde_json::from_slice::<String>(&quoted).is_ok_and(|name| name == "Records");
        self.place = Place::Colon;
        end
    }

    /// A value that nobody wants: a string, an object, an array, or a bare word that ends before `,` or `}`.
    fn skip(&mut self, block: &[u8], i: usize) -> usize {
        if self.skim.depth == 0 && !self.skim.in_string && matches!(block[i], b',' | b'}' | b']') {
            self.place = Place::AfterMember;
            return i;
        }
        let end = value::end(&mut self.skim, block, i, |_, _| false);
        // Nobody looks for words here.
        self.skim.may_hold = None;
        match end {
            Some(end) => {
                self.place = Place::AfterMember;
                end
            }
            None if self.skim.depth == 0 && !self.skim.in_string => i + 1,
            None => block.len(),
        }
    }

    /// A record, and all that follow it with a comma and nothing else between, as CloudTrail writes them.
    fn records(&mut self, block: &[u8], i: usize, found: &mut impl FnMut(Found<'_>)) -> usize {
        let Self { skim, record, .. } = self;
        let mut begin = i;
        let end = value::end(skim, block, i, |end, may_hold| {
            record.end(block, begin..end, may_hold, found);
            begin = end + 1;
            block[end..].starts_with(b",{")
        });
        if let Some(end) = end {
            self.place = Place::AfterRecord;
            return end;
        }
        record.add(block, begin..block.len(), skim.may_hold.take(), found);
        block.len()
    }

    fn keep(&mut self, piece: &[u8], limit: usize) {
        let room = limit.saturating_sub(self.name.len());
        self.name.extend_from_slice(&piece[..piece.len().min(room)]);
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
