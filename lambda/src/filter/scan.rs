//! Finds where each record of a CloudTrail file begins and ends, without parsing it.
//!
//! A file is `{"Records":[…]}`, possibly with other members, and arrives in blocks of any size. What lies
//! within one block is handed on where it is; only a record that crosses into the next block is copied.

use guard_skim::{Reached, Skim, Span};
use memchr::memchr2;

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
    /// The current name, or the beginning of a record whose end has not come yet.
    carry: Vec<u8>,
    /// Where in the current record words may begin.
    may_hold: Option<Span>,
    too_long: bool,
    is_records: bool,
    has_records: bool,
    limit: usize,
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
            carry: Vec::new(),
            may_hold: None,
            too_long: false,
            is_records: false,
            has_records: false,
            limit,
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
                Place::InRecord => self.record(block, i, &mut found),
                Place::Skipped => self.skip(block, i),
                Place::InName => self.name(block, i),
                // As CloudTrail writes, and faster than letter by letter.
                Place::AfterRecord if block[i..].starts_with(b",{") => {
                    self.place = self.begin_record();
                    i + 1
                }
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
                self.carry.clear();
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
            (Place::FirstRecord | Place::Record, b'{') => {
                return Ok(self.begin_record());
            }
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

    fn begin_record(&mut self) -> Place {
        self.carry.clear();
        self.too_long = false;
        (self.may_hold, self.skim.may_hold) = (None, None);
        Place::InRecord
    }

    /// A member's name, up to its closing quote.
    fn name(&mut self, block: &[u8], i: usize) -> usize {
        let Some(end) = self.string_end(block, i) else {
            self.keep(&block[i..], MAX_NAME);
            return block.len();
        };
        self.keep(&block[i..end], MAX_NAME);
        // The closing quote is in there; the opening one is not. A name may be escaped like any string.
        let mut quoted = vec![b'"'];
        quoted.append(&mut self.carry);
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
        match self.value_end(block, i) {
            Some(end) => {
                self.place = Place::AfterMember;
                end
            }
            None if self.skim.depth == 0 && !self.skim.in_string => i + 1,
            None => block.len(),
        }
    }

    /// A record, up to its closing brace.
    fn record(&mut self, block: &[u8], i: usize, found: &mut impl FnMut(Found<'_>)) -> usize {
        let end = self.value_end(block, i);
        let piece = &block[i..end.unwrap_or(block.len())];
        let was_too_long = self.too_long;
        if let Some(Span { begin, end }) = self.skim.may_hold.take() {
            let [begin, end] = [begin, end].map(|place| self.carry.len() + place - i);
            self.may_hold = Some(Span { begin, end }.after(self.may_hold));
        }
        let fits = !self.too_long && self.carry.len() + piece.len() <= self.limit;
        match (fits, end) {
            (true, Some(_)) if self.carry.is_empty() => {
                found(Found::Record(piece, self.may_hold));
            }
            (true, Some(_)) => {
                self.carry.extend_from_slice(piece);
                found(Found::Record(&self.carry, self.may_hold));
            }
            (true, None) => self.carry.extend_from_slice(piece),
            (false, _) => {
                self.too_long = true;
                self.carry = Vec::new();
                if !was_too_long {
                    found(Found::TooLong);
                }
            }
        }
        if end.is_some() {
            self.place = Place::AfterRecord;
        }
        end.unwrap_or(block.len())
    }

    /// The end of the object, array or string that is being read, if it lies in this block. Counting open
    /// brackets instead of recursing makes the depth of a record no concern.
    fn value_end(&mut self, block: &[u8], mut i: usize) -> Option<usize> {
        if self.skim.depth == 0 && !self.skim.in_string {
            match block[i] {
                b'"' => self.skim.in_string = true,
                b'{' | b'[' => self.skim.depth = 1,
                _ => return None,
            }
            i += 1;
        }
        if self.skim.depth > 0 {
            match self.skim.read(block, i) {
                Reached::End(end) => return Some(end),
                Reached::Rest(rest) => i = rest,
            }
        }
        self.value_end_in_rest(block, i)
    }

    /// The same for the last bytes of a block, or a string.
    fn value_end_in_rest(&mut self, block: &[u8], mut i: usize) -> Option<usize> {
        // Nobody looks for words here.
        self.skim.note(Span { begin: i, end: block.len() });
        while i < block.len() {
            if self.skim.in_string {
                i = self.string_end(block, i)?;
                self.skim.in_string = false;
                if self.skim.depth == 0 {
                    return Some(i);
                }
                continue;
            }
            match block[i] {
                b'"' => self.skim.in_string = true,
                b'{' | b'[' => self.skim.depth += 1,
                b'}' | b']' => {
                    self.skim.depth -= 1;
                    if self.skim.depth == 0 {
                        return Some(i + 1);
                    }
                }
                _ => {}
            }
            i += 1;
        }
        None
    }

    /// The place after the closing quote of the string that is being read, if it lies in this block.
    fn string_end(&mut self, block: &[u8], mut i: usize) -> Option<usize> {
        if self.skim.escaped && i < block.len() {
            self.skim.escaped = false;
            i += 1;
        }
        while i < block.len() {
            let next = i + memchr2(b'"', b'\\', &block[i..])?;
            if block[next] == b'"' {
                return Some(next + 1);
            }
            if next + 1 == block.len() {
                self.skim.escaped = true;
                return None;
            }
            i = next + 2;
        }
        None
    }

    fn keep(&mut self, piece: &[u8], limit: usize) {
        let room = limit.saturating_sub(self.carry.len());
        self.carry.extend_from_slice(&piece[..piece.len().min(room)]);
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;
