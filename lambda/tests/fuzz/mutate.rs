//! Changes inputs: JSON by its structure, and then its text, so that most inputs reach what lies behind a parser.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::words::WORDS;

/// One of a list.
pub(crate) fn one<'a, T>(rng: &mut Rng, of: &'a [T]) -> &'a T {
    &of[rng.usize(..of.len())]
}

/// One of the words.
pub(crate) fn word(rng: &mut Rng) -> &'static str {
    WORDS[rng.usize(..WORDS.len())]
}

/// A seed, changed in its structure, written down, and now and then changed in its text.
pub(crate) fn json_of(rng: &mut Rng, seeds: &[Value]) -> Vec<u8> {
    let mut value = one(rng, seeds).clone();
    for _ in 0..rng.usize(..4) {
        structure(rng, &mut value, seeds);
    }
    let mut bytes = serde_json::to_vec(&value).expect("a value is JSON");
    match rng.u8(..8) {
        0..=1 => (0..=rng.usize(..8)).for_each(|_| escape(rng, &mut bytes)),
        2 => text(rng, &mut bytes),
        _ => {}
    }
    bytes
}

/// Changes one place of a value.
pub(crate) fn structure(rng: &mut Rng, root: &mut Value, seeds: &[Value]) {
    let donor = rng.bool().then(|| {
        let seed = one(rng, seeds);
        part(rng, seed).clone()
    });
    match place(rng, root) {
        Value::Object(members) if !members.is_empty() && rng.u8(..4) > 0 => member(rng, members),
        Value::Array(list) if !list.is_empty() && rng.u8(..4) > 0 => {
            let at = rng.usize(..list.len());
            match rng.u8(..3) {
                0 => drop(list.remove(at)),
                1 => list.push(list[at].clone()),
                _ => list.insert(at, strange(rng)),
            }
        }
        Value::String(text) if rng.u8(..3) > 0 => letters(rng, text),
        value => *value = donor.unwrap_or_else(|| strange(rng)),
    }
}

/// A part of a value, however deep.
fn part<'a>(rng: &mut Rng, value: &'a Value) -> &'a Value {
    let parts: Vec<&Value> = match value {
        Value::Object(members) => members.values().collect(),
        Value::Array(list) => list.iter().collect(),
        _ => Vec::new(),
    };
    if parts.is_empty() || rng.u8(..8) == 0 {
        return value;
    }
    let next = *one(rng, &parts);
    part(rng, next)
}

/// The same, to be changed.
fn place<'a>(rng: &mut Rng, value: &'a mut Value) -> &'a mut Value {
    let count = match value {
        Value::Object(members) => members.len(),
        Value::Array(list) => list.len(),
        _ => 0,
    };
    if count == 0 || rng.u8(..8) == 0 {
        return value;
    }
    let at = rng.usize(..count);
    match value {
        Value::Object(members) => place(rng, members.values_mut().nth(at).expect("below the count")),
        Value::Array(list) => place(rng, &mut list[at]),
        _ => unreachable!("only what holds others has a count"),
    }
}

/// Takes a member away, renames it or adds one.
fn member(rng: &mut Rng, members: &mut Map<String, Value>) {
    let at = rng.usize(..members.len());
    let name = members.keys().nth(at).expect("below the count").clone();
    match rng.u8(..4) {
        0 => drop(members.remove(&name)),
        1 => {
            let value = members.remove(&name).unwrap_or_default();
            members.insert(word(rng).to_owned(), value);
        }
        2 => drop(members.insert(name, strange(rng))),
        _ => drop(members.insert(word(rng).to_owned(), strange(rng))),
    }
}

/// A value that is not expected everywhere.
fn strange(rng: &mut Rng) -> Value {
    match rng.u8(..16) {
        0 => Value::Null,
        1 => json!(rng.bool()),
        2 => json!(rng.i64(..)),
        3 => json!(1),
        4 => json!([]),
        5 => json!({}),
        6 => json!([word(rng), word(rng)]),
        7 => json!({word(rng): word(rng)}),
        8 => json!(rng.f64()),
        _ => json!(word(rng)),
    }
}

/// Changes a text a little, or altogether.
fn letters(rng: &mut Rng, text: &mut String) {
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (a, b) = (*one(rng, &ends), *one(rng, &ends));
    match rng.u8(..9) {
        0 => text.truncate(a),
        1 => drop(text.drain(a.min(b)..a.max(b))),
        2 => text.insert_str(a, word(rng)),
        3 => text
            .insert(a, *one(rng, &['*', '?', '/', ':', '.', 'é', '"', '\\', '\0', ' ', '1', 'v', '%', '+'])),
        4 => *text = text.to_uppercase(),
        5 => *text = text.to_lowercase(),
        6 => text.push(rng.char('!'..='~')),
        7 => drop((a < text.len()).then(|| text.remove(a))),
        _ => *text = word(rng).to_owned(),
    }
}

/// Writes a letter as JSON may write it.
fn escape(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let at = rng.usize(..bytes.len().max(1));
    if bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
        let escaped = format!("\\u{:04x}", bytes[at]);
        let escaped = if rng.bool() { escaped } else { escaped.to_uppercase().replace("\\U", "\\u") };
        bytes.splice(at..=at, escaped.into_bytes());
    }
}

/// Changes the text, whatever it is.
pub(crate) fn text(rng: &mut Rng, bytes: &mut Vec<u8>) {
    const PIECES: &[&[u8]] = &[
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b"\\",
        b",",
        b":",
        b" ",
        b"\n",
        b"\x0c",
        b"\0",
        b"\xff",
        b"\\\"",
        b"\\u0022",
        b"\\ud800",
        b"null",
        b"-1.5e3",
        b"1e999",
        b"{}",
        b"[]",
        b"\"x\":",
        b"\"guard\":1,",
        b"\xc3\xa9",
        b"//",
    ];
    let (a, b) = (rng.usize(..=bytes.len()), rng.usize(..=bytes.len()));
    let near = a..bytes.len().min(a + rng.usize(1..40));
    match rng.u8(..7) {
        0 => bytes.truncate(a),
        1 => drop(bytes.drain(near)),
        2 => {
            let piece = bytes[near].to_vec();
            bytes.splice(b..b, piece);
        }
        3 if a < bytes.len() => bytes[a] ^= 1 << rng.u8(..8),
        4 if a < bytes.len() => bytes[a] = rng.u8(..),
        _ => drop(bytes.splice(a..a, one(rng, PIECES).iter().copied())),
    }
}
