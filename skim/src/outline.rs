//! The members of an object, found without parsing: where each begins and ends, and that all of it is JSON.
//!
//! Whether a text is JSON can be told for 64 bytes at a time, from what has to follow what; only brackets, numbers and
//! literals are looked at one by one. What CloudTrail hardly writes is left to a parser.

use crate::{
    bits::{all_if, bits},
    containers::Containers,
    cpu::Cpu,
    portable,
    scalar::{is_scalar, is_space},
    skim::{CLOSE, WIDTH},
};

/// Bytes below this one have no place in a string.
pub(crate) const FIRST_PRINTED: u8 = b' ';
/// The last of 64 bytes is looked at again with the next: whatever is new has the byte before it in sight.
const STEP: usize = WIDTH - 1;

/// What 64 bytes hold. The lowest bit is the first byte.
#[derive(Clone, Copy)]
pub(crate) struct Marks {
    /// `"`.
    pub(crate) quotes: u64,
    /// `[` and `{`.
    pub(crate) opens: u64,
    /// `]` and `}`.
    pub(crate) closes: u64,
    /// `:`.
    pub(crate) colons: u64,
    /// `,`.
    pub(crate) commas: u64,
    /// The space, alone of all white space.
    pub(crate) spaces: u64,
    /// `\`.
    pub(crate) backslashes: u64,
    /// Bytes below [`FIRST_PRINTED`].
    pub(crate) controls: u64,
    /// Whether there may be either of the last two; else neither is looked at.
    pub(crate) is_rare: bool,
}

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
        let name = &json.as_bytes()[begin..colon];
        let name = if has_spaces { name.trim_ascii() } else { name };
        let name = unquoted(name).expect("what was found before a colon has quotes");
        member(Member { name, has_escapes, has_spaces, json, begin: colon + 1, end });
        begin = end + 1;
    }
    true
}

fn unquoted(name: &[u8]) -> Option<&[u8]> {
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
    let mut containers = Containers::of_an_object(json)?;
    // All bits if a string is open; the lowest one if that is a name.
    let (mut in_string, mut in_name) = (0_u64, 0_u64);
    let (mut escaped, mut has_escapes, mut wrong, mut found) = (false, false, 0, 0);
    let mut has_spaces = false;
    let mut last = [FIRST_PRINTED; WIDTH];
    let mut at = 0;
    while at < json.len() {
        let rest = &json[at..];
        let (window, present) = rest.first_chunk().map_or_else(
            || {
                last[..rest.len()].copy_from_slice(rest);
                (&last, u64::MAX >> (WIDTH - rest.len()))
            },
            |window| (window, u64::MAX),
        );
        let marks = look(window);
        let (mut quotes, mut controls, mut taken) = (marks.quotes, 0, 0);
        if marks.is_rare || escaped {
            controls = marks.controls;
            if marks.backslashes != 0 || escaped {
                has_escapes = true;
                taken = taken_by(rest, marks.backslashes, escaped)?;
                quotes &= !taken;
            }
        }

        // From each opening quote on, up to the closing one, which is outside.
        let within = parity(quotes) ^ in_string;
        let (opening, closing, outside) = (quotes & within, quotes & !within, !within & present);
        let (opens, closes) = (marks.opens & outside, marks.closes & outside);
        let (colons, commas) = (marks.colons & outside, marks.commas & outside);
        let space = (marks.spaces | controls) & outside;
        if controls != 0 {
            wrong |= controls & within;
            wrong |= u64::from(bits(controls & outside).any(|place| !is_space(window[place])));
        }
        let scalars = outside & !(closing | opens | closes | colons | commas | space);
        let starts = scalars & !(scalars << 1);

        // The first of these bytes was seen before; in the very first look it is the brace that is open.
        let fresh = present & !1;
        let around = containers.walk(window, (opens | closes) & fresh, opens)?;
        let before_names = (opens | commas) & around.object;
        let name = next(before_names, space);
        // What begins at a name's first letter carries over the other ones to the closing quote.
        let (carried, goes_on) = within.overflowing_add(opening & name | in_name);
        let named = closing & carried;
        let value_ended = next(closing | closes | scalars, space);
        wrong |= fresh
            & (commas & !value_ended
                | (opening | opens | starts) & value_ended
                | (opens | starts) & name
                | closes & next(colons | commas, space)
                | colons ^ next(named, space));
        for start in bits(starts & fresh) {
            if !is_scalar(&rest[start..]) {
                return None;
            }
        }
        for place in bits((colons | commas) & around.outermost & fresh) {
            *places.get_mut(found)? = (at + place) as u32;
            found += 1;
        }
        // White space tells nothing of what has to follow it; the byte before it does.
        let mut step = STEP;
        if space != 0 {
            has_spaces = true;
            step -= (present & !space).leading_zeros() as usize;
        }
        if rest.len() < WIDTH {
            in_string = within >> STEP;
            break;
        } else if step == 0 {
            return None;
        }
        at += step;
        in_string = all_if(within >> (step - 1) & 1);
        in_name = u64::from(goes_on) | named >> step;
        escaped = taken >> step == 1;
    }
    // Only what closes the object can be its last byte, and then nothing was behind it.
    if wrong != 0 || !containers.is_empty() || in_string != 0 || json.last() != Some(&CLOSE) {
        return None;
    }
    if found % 2 == 1 {
        *places.get_mut(found)? = (json.len() - 1) as u32;
        found += 1;
    }
    Some(Found { places: found, has_escapes, has_spaces })
}

/// The bytes after those, and after the white space behind them.
#[inline(always)]
fn next(bytes: u64, space: u64) -> u64 {
    let next = bytes << 1;
    if space == 0 {
        return next;
    }
    // What begins at the first byte of white space carries over the others.
    (next | space.wrapping_add(next & space)) & !space
}

/// The bytes whose meaning a backslash has taken; `None` if one is followed by anything but one of the letters that
/// stand for a single one.
///
/// A backslash outside of strings is no part of a number or a literal, so it makes no difference what it takes.
#[inline(never)]
fn taken_by(rest: &[u8], backslashes: u64, escaped: bool) -> Option<u64> {
    let mut taken = u64::from(escaped);
    let mut left = backslashes & !taken;
    while left != 0 {
        let bit = left & left.wrapping_neg();
        let letter = rest.get(bit.trailing_zeros() as usize + 1)?;
        if !br#""\/bfnrt"#.contains(letter) {
            return None;
        }
        taken |= bit << 1;
        left &= !(bit | bit << 1);
    }
    Some(taken)
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
