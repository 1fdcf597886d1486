//! Who reads the objects: the filter, what limits it, and what people write instead.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use guard_fuzz::reference;
use guard_lambda::filter::{Inflate, Kept, Reader, Repeats, Watches};
use libdeflater::Decompressor;
use serde_json::Value;

/// Reads an object and says how many records it keeps, or, if it only inflates, zero.
pub(crate) type Contender = fn(&[u8]) -> Result<u64, String>;

/// The filter first.
pub(crate) const ALL: [(&str, Contender); 4] = [
    ("the filter", filter),
    ("its inflate alone (zlib-rs)", inflate),
    ("the fastest inflate alone (libdeflate)", libdeflate),
    ("a filter with serde_json::Value", value),
];

/// Step by step, as the function does: it puts the events of a step, and forgets them.
fn filter(object: &[u8]) -> Result<u64, String> {
    let (watches, mut repeats) = (Watches::default(), Repeats::default());
    let (mut reader, mut rest) = (Reader::new(&watches), object);
    let mut put = |kept: &Kept<'_>| drop(std::hint::black_box(repeats.add(kept)));
    while reader.step(&mut rest, &mut put).map_err(|error| error.to_string())? {}
    reader.finish().map_err(|error| error.to_string())?;
    Ok(reader.counts().kept)
}

fn inflate(object: &[u8]) -> Result<u64, String> {
    let (mut inflate, mut rest) = (Inflate::default(), object);
    while let Some(block) = inflate.next(&mut rest).map_err(|error| error.to_string())? {
        std::hint::black_box(block);
    }
    inflate.finish().map_err(|error| error.to_string())?;
    Ok(0)
}

/// Into one buffer, whose length a file of one member tells in its last four bytes.
fn libdeflate(object: &[u8]) -> Result<u64, String> {
    let length = object.last_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let mut text = vec![0; usize::try_from(length).unwrap_or_default()];
    Decompressor::new().gzip_decompress(object, &mut text).map_err(|error| error.to_string())?;
    std::hint::black_box(text);
    Ok(0)
}

/// The plainest that can be written; the tests check the filter against the same decision.
fn value(object: &[u8]) -> Result<u64, String> {
    let mut text = Vec::new();
    MultiGzDecoder::new(object).read_to_end(&mut text).map_err(|error| error.to_string())?;
    let file: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let records = file["Records"].as_array().into_iter().flatten();
    let kept: Vec<String> =
        records.filter(|record| reference::decide(record).is_some()).map(Value::to_string).collect();
    Ok(kept.len() as u64)
}
