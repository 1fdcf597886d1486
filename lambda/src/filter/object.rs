//! One CloudTrail file from its compressed bytes to the events in it, in bounded memory.

use super::{
    event::Event,
    inflate::{Inflate, InflateError},
    kept::{Kept, decide_with},
    scan::{Found, MAX_RECORD, ScanError, Scanner},
    watches::Watches,
};

/// The longest text that is read of an object. CloudTrail's files hold some megabytes; whatever inflates to this is
/// made to keep the filter busy, and reading on would only use up the invocation's time.
pub const MAX_TEXT: u64 = 1 << 30;

/// Why an object could not be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// It is not gzip, or not all of it.
    #[error(transparent)]
    Inflate(#[from] InflateError),
    /// It is gzip, but its text is not a CloudTrail file.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// It inflates to more than any log file.
    #[error(
        "its text is longer than {MAX_TEXT} bytes, as no file of CloudTrail's is; the records until there were read"
    )]
    TooLong,
    /// Some of its records could not be read; the others were.
    #[error(
        "{too_long} records are longer than {MAX_RECORD} bytes and {damaged} are not JSON; all others were read"
    )]
    Records {
        /// Records beyond the limit.
        too_long: u64,
        /// Records that may hold a signal but are not JSON.
        damaged: u64,
    },
}

/// What was read, whether or not it was all. `records` = `kept` + dropped, by construction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records read.
    pub records: u64,
    /// Records that became events.
    pub kept: u64,
}

impl Counts {
    /// Records that are nobody's signal.
    pub fn dropped(self) -> u64 {
        self.records - self.kept
    }
}

/// Reads one object, fed with its bytes in chunks of any size.
pub struct Reader<'a> {
    watches: &'a Watches,
    inflate: Inflate,
    scanner: Scanner,
    counts: Counts,
    too_long: u64,
    damaged: u64,
    /// How much text may still come.
    left: u64,
}

impl<'a> Reader<'a> {
    /// A reader that decides with those watches.
    pub fn new(watches: &'a Watches) -> Self {
        Self {
            watches,
            inflate: Inflate::default(),
            scanner: Scanner::default(),
            counts: Counts::default(),
            too_long: 0,
            damaged: 0,
            left: MAX_TEXT,
        }
    }

    /// Reads on, taking what it needs off the front of `chunk`, and hands on the records that are kept.
    /// `false` once the chunk is used up.
    ///
    /// One step reads one block of text, so the records of a step are bounded however far a chunk inflates.
    ///
    /// # Errors
    /// If the object is not a CloudTrail file. The records before that place have been handed on.
    pub fn step(&mut self, chunk: &mut &[u8], mut kept: impl FnMut(&Kept<'_>)) -> Result<bool, ObjectError> {
        let Some(block) = self.inflate.next(chunk)? else {
            return Ok(false);
        };
        self.left = self.left.checked_sub(block.len() as u64).ok_or(ObjectError::TooLong)?;
        let (counts, too_long, damaged) = (&mut self.counts, &mut self.too_long, &mut self.damaged);
        self.scanner.push(block, |found| {
            let decision = match found {
                Found::Record(_, None) if !self.watches.has_names() => Ok(None),
                Found::Record(record, span) => decide_with(record, span, self.watches, &mut kept),
                Found::TooLong => {
                    *too_long += 1;
                    return;
                }
            };
            match decision {
                Ok(kept) => {
                    counts.records += 1;
                    counts.kept += u64::from(kept.is_some());
                }
                Err(_) => *damaged += 1,
            }
        })?;
        Ok(true)
    }

    /// To be called at the end of the object.
    ///
    /// # Errors
    /// If it ends too early, or records of it could not be read.
    pub fn finish(&self) -> Result<(), ObjectError> {
        self.inflate.finish()?;
        self.scanner.finish()?;
        if self.too_long + self.damaged > 0 {
            return Err(ObjectError::Records { too_long: self.too_long, damaged: self.damaged });
        }
        Ok(())
    }

    /// What was read so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

/// A whole object that is in memory already; what was found and counted, and how it ended.
pub fn read(bytes: &[u8], watches: &Watches) -> (Vec<Event>, Counts, Result<(), ObjectError>) {
    let (mut reader, mut events, mut rest) = (Reader::new(watches), Vec::new(), bytes);
    let outcome = loop {
        match reader.step(&mut rest, |kept| events.push(kept.event())) {
            Ok(true) => {}
            Ok(false) => break reader.finish(),
            Err(error) => break Err(error),
        }
    };
    (events, reader.counts(), outcome)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;
    use crate::filter::inflate::BLOCK;

    const SIGNAL: &str = r#"{"eventName":"GetCallerIdentity","eventSource":"sts.amazonaws.com",
        "userIdentity":{"type":"IAMUser","accountId":"222222222222","userName":"backup"}}"#;

    fn read(bytes: &[u8]) -> (Vec<Event>, Counts, Result<(), ObjectError>) {
        super::read(bytes, &Watches::default())
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("into memory");
        encoder.finish().expect("into memory")
    }

    #[test]
    fn what_is_read_is_kept_or_dropped() {
        let others = format!(
            r#"{{"eventName":"X"}},{},{}"#,
            SIGNAL.replace("IAMUser", "AssumedRole"),
            SIGNAL.replace("sts.", "x.")
        );
        let (events, counts, outcome) = read(&gzip(&format!(r#"{{"Records":[{others},{SIGNAL}]}}"#)));
        outcome.expect("whole");
        assert_eq!(events.len(), 1);
        assert_eq!((counts.records, counts.kept, counts.dropped()), (4, 1, 3));
    }

    #[test]
    fn the_signals_before_the_damage_are_found() {
        let mut file = gzip(&format!(r#"{{"Records":[{SIGNAL},"#));
        file.extend(b"garbage");
        let (events, counts, outcome) = read(&file);
        assert!(matches!(outcome, Err(ObjectError::Inflate(_))));
        assert_eq!((events.len(), counts.records), (1, 1));
    }

    #[test]
    fn a_record_that_is_not_json_is_reported_and_the_next_one_is_read() {
        let (events, counts, outcome) =
            read(&gzip(&format!(r#"{{"Records":[{{"ConsoleLogin","IAMUser"}},{SIGNAL}]}}"#)));
        assert!(matches!(outcome, Err(ObjectError::Records { damaged: 1, too_long: 0 })));
        assert_eq!((events.len(), counts.records), (1, 1));
    }

    #[test]
    fn a_record_that_is_too_long_is_reported_and_the_next_one_is_read() {
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_RECORD));
        let (events, counts, outcome) = read(&gzip(&format!(r#"{{"Records":[{long},{SIGNAL}]}}"#)));
        assert!(matches!(outcome, Err(ObjectError::Records { damaged: 0, too_long: 1 })));
        assert_eq!((events.len(), counts.records), (1, 1));
    }

    #[test]
    fn a_bomb_is_refused_and_what_came_before_it_is_found() {
        let bomb = gzip(&format!(r#"{{"Records":[{SIGNAL}{}]}}"#, " ".repeat(1 << 20)));
        let watches = Watches::default();
        for (left, whole) in [(1 << 19, false), (1 << 21, true)] {
            let (mut reader, mut rest, mut events) = (Reader::new(&watches), &bomb[..], Vec::new());
            reader.left = left;
            let outcome = loop {
                match reader.step(&mut rest, |kept| events.push(kept.event())) {
                    Ok(true) => {}
                    other => break other,
                }
            };
            assert_eq!((events.len(), reader.counts().records), (1, 1));
            assert_eq!(matches!(outcome, Ok(false)), whole, "{outcome:?}");
            assert!(whole || matches!(outcome, Err(ObjectError::TooLong)), "{outcome:?}");
        }
    }

    #[test]
    fn a_digest_or_a_plain_file_is_an_error() {
        assert!(matches!(read(&gzip(r#"{"digestEndTime":"x"}"#)).2, Err(ObjectError::Scan(_))));
        assert!(matches!(read(br#"{"Records":[]}"#).2, Err(ObjectError::Inflate(_))));
        assert!(read(b"").2.is_err());
        assert!(read(&gzip("")).2.is_err());
    }

    #[test]
    fn one_step_finds_no_more_than_a_blocks_records() {
        let many = vec![SIGNAL; 10_000].join(",");
        let file = gzip(&format!(r#"{{"Records":[{many}]}}"#));
        let watches = Watches::default();
        let (mut reader, mut rest, mut total) = (Reader::new(&watches), &file[..], 0);
        loop {
            let mut events = Vec::new();
            let more = reader.step(&mut rest, |kept| events.push(kept.event())).expect("whole");
            assert!(events.len() <= BLOCK / SIGNAL.len() + 1);
            total += events.len();
            if !more {
                break;
            }
        }
        assert_eq!(total, 10_000);
    }
}
