//! The members of an object, found without parsing: where each begins and ends, and that all of it is JSON.
//!
//! Whether a text is JSON can be told for 64 bytes at a time, from what has to follow what; only brackets, numbers and
//! literals are looked at one by one. What CloudTrail hardly writes is left to a parser.

use memchr::memchr;

use crate::{
    cpu::Cpu,
    pass::{Marks, Pass},
    portable,
    skim::WIDTH,
};

/// Bytes below this one have no place in a string.
pub(crate) const FIRST_PRINTED: u8 = b' ';
/// Where an object's members have their colons and their ends, in turns. Records have 20 to 30 members.
pub(crate) type Places = [u32; 128];

/// How many places were filled in, and what else was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) places: usize,
    pub(crate) has_escapes: bool,
    /// Whether there may be white space around names and values.
    pub(crate) has_spaces: bool,
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// As it is written, without its quotes; bytes, as it is only compared.
    pub name: &'a [u8],
    /// Whether there is a backslash anywhere in the object. There is none in most.
    pub has_escapes: bool,
    has_spaces: bool,
    json: &'a str,
    begin: usize,
    end: usize,
}

impl<'a> Member<'a> {
    /// As it is written.
    pub fn value(&self) -> &'a str {
        let value = &self.json[self.begin..self.end];
        if self.has_spaces { value.trim_ascii() } else { value }
    }
}

/// Hands on the members of an object in their order.
///
/// If the answer is `true`, the text is a JSON object, and these are its members. If it is `false`, nothing was handed
/// on, and a parser has to tell what the text is: there is a `\u`, an exponent, more than 64 members or 62 levels,
/// more than a line of white space, or it is no object.
pub fn members<'a>(json: &'a str, mut member: impl FnMut(Member<'a>)) -> bool {
    let mut places = [0; _];
    let Some(found) = Cpu::this().find(json.as_bytes(), &mut places) else {
        return false;
    };
    let Found { places: count, has_escapes, has_spaces } = found;
    let mut begin = 1;
    for pair in places[..count].as_chunks().0 {
        let [colon, end] = pair.map(|place| place as usize);
        let name = unquoted(&json.as_bytes()[begin..colon], has_spaces);
        let name = name.expect("what was found before a colon has quotes");
        member(Member { name, has_escapes, has_spaces, json, begin: colon + 1, end });
        begin = end + 1;
    }
    true
}

fn unquoted(mut name: &[u8], has_spaces: bool) -> Option<&[u8]> {
    if has_spaces {
        name = name.get(memchr(b'"', name)?..)?.trim_ascii_end();
    }
    name.strip_prefix(b"\"")?.strip_suffix(b"\"")
}

pub(crate) fn find_portably(json: &[u8], places: &mut Places) -> Option<Found> {
    find_with(json, places, portable::marks, portable::parity)
}

/// Fills in the places; `None` if the text is not surely an object.
///
/// Becomes a part of its callers, each of which looks with its own instructions.
#[inline(always)]
pub(crate) fn find_with(
    json: &[u8],
    places: &mut Places,
    look: impl Fn(&[u8; WIDTH]) -> Marks,
    parity: impl Fn(u64) -> u64,
) -> Option<Found> {
    let mut pass = Pass::into(json, places)?;
    let mut at = 0;
    while let Some(window) = json[at..].first_chunk() {
        at += pass.step(window, at, u64::MAX, look(window), &parity)?;
    }
    let (mut window, rest) = ([FIRST_PRINTED; WIDTH], &json[at..]);
    window[..rest.len()].copy_from_slice(rest);
    pass.step(&window, at, u64::MAX >> (WIDTH - rest.len()), look(&window), &parity)?;
    pass.end()
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
