//! The scanner finds what a JSON parser finds, however the text is cut into blocks.

use guard_lambda::filter::{Found, Record, ScanError, Scanner, is_candidate, signals};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A document's members named `Records`, in their order; repeated names are all there.
struct Document(Vec<Box<RawValue>>);

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Document;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
                let mut all = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "Records" {
                        all.push(map.next_value()?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Document(all))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// The records of a text; `None` if it is not CloudTrail's.
fn of_documents(documents: Vec<Document>) -> Option<Vec<String>> {
    let mut records = Vec::new();
    for document in documents {
        if document.0.is_empty() {
            return None;
        }
        for list in document.0 {
            let list: Vec<Box<RawValue>> = serde_json::from_str(list.get()).ok()?;
            let is_record = |it: &RawValue| it.get().starts_with('{');
            records.extend(
                list.iter()
                    .map(|it| is_record(it).then(|| it.get().to_owned()))
                    .collect::<Option<Vec<_>>>()?,
            );
        }
    }
    Some(records)
}

/// Whether a record has no signal, whoever made the call.
fn is_silent(record: &[u8]) -> bool {
    let text = String::from_utf8_lossy(record);
    Record::parse(&text).map_or(true, |record| signals(&record).is_empty())
}

fn scan<'a>(blocks: impl Iterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, Result<(), ScanError>) {
    let (mut scanner, mut records) = (Scanner::default(), Vec::new());
    for block in blocks {
        let outcome = scanner.push(block, |found| match found {
            Found::Record(record, may_hold) => {
                // As the filter passes by a record that is said to hold none.
                assert!(
                    may_hold.is_some_and(|_| is_candidate(record, may_hold)) || is_silent(record),
                    "{}",
                    String::from_utf8_lossy(record)
                );
                records.push(record.to_vec());
            }
            Found::TooLong => panic!("no seed is that long"),
        });
        if outcome.is_err() {
            return (records, outcome);
        }
    }
    let outcome = scanner.finish();
    (records, outcome)
}

/// The first byte of an input says how long the blocks are, the others are the text.
pub(crate) fn check(input: &[u8]) -> &'static str {
    let (first, input) = input.split_first().unwrap_or((&0, input));
    let size = block_size(*first, input.len());
    let (records, outcome) = scan(std::iter::once(input));
    let (of_blocks, outcome_of_blocks) = scan(input.chunks(size));
    assert_eq!((&of_blocks, &outcome_of_blocks), (&records, &outcome), "blocks of {size}");
    let parsed: Result<Vec<Document>, _> = serde_json::Deserializer::from_slice(input).into_iter().collect();
    match parsed {
        // The scanner checks no more of a text than it needs to find records; whole files pass gzip's checksum.
        Err(error) if error.classify() != serde_json::error::Category::Data => "not JSON",
        Err(_) => {
            outcome.expect_err("a document that is no object");
            "no object"
        }
        Ok(documents) => match of_documents(documents) {
            None => {
                outcome.expect_err("not CloudTrail's");
                "not CloudTrail's"
            }
            Some(_) if input.is_empty() => {
                outcome.expect_err("nothing at all");
                "empty"
            }
            Some(expected) => {
                outcome.expect("CloudTrail's");
                let expected: Vec<&[u8]> = expected.iter().map(String::as_bytes).collect();
                assert_eq!(records, expected);
                "records"
            }
        },
    }
}

/// A few bytes for a digit, or else a part of the text.
fn block_size(byte: u8, length: usize) -> usize {
    let size = if byte.is_ascii_digit() { byte - b'0' } else { 0 };
    let part = length * usize::from(byte) / usize::from(u8::MAX);
    if size > 0 { usize::from(size) } else { part.max(1) }
}
