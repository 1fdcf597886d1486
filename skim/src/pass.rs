//! What has to follow what in an object: 64 bytes after the other.

use crate::{
    bits::{self, all_if, bits},
    containers::Containers,
    outline::{Found, Places},
    scalar::{is_scalar, is_space},
    skim::{CLOSE, WIDTH},
};

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
    /// The most frequent of all other white space.
    pub(crate) newlines: u64,
    /// `\`.
    pub(crate) backslashes: u64,
    /// Bytes below [`crate::outline::FIRST_PRINTED`].
    pub(crate) controls: u64,
    /// Whether there may be either of the last two; else neither is looked at.
    pub(crate) is_rare: bool,
}

/// What is known of the bytes that were read, and how they go on.
pub(crate) struct Pass<'a> {
    json: &'a [u8],
    places: &'a mut Places,
    found: usize,
    containers: Containers,
    /// All bits if a string is open.
    in_string: u64,
    /// The lowest bit if that is a name.
    in_name: u64,
    escaped: bool,
    has_escapes: bool,
    has_spaces: bool,
    /// Any bit if this is no JSON.
    wrong: u64,
}

/// What is outside of strings, and how strings begin and end.
#[derive(Clone, Copy)]
struct Outline {
    within: u64,
    opening: u64,
    closing: u64,
    opens: u64,
    closes: u64,
    colons: u64,
    commas: u64,
    in_object: u64,
}

impl<'a> Pass<'a> {
    /// One that fills in the places of an object's members; `None` if the text surely is no object.
    pub(crate) fn into(json: &'a [u8], places: &'a mut Places) -> Option<Self> {
        Some(Self {
            containers: Containers::of_an_object(json)?,
            json,
            places,
            found: 0,
            in_string: 0,
            in_name: 0,
            escaped: false,
            has_escapes: false,
            has_spaces: false,
            wrong: 0,
        })
    }

    /// Reads 64 bytes from a place on, of which some are present; answers how far the next ones are.
    #[inline(always)]
    pub(crate) fn step(
        &mut self,
        window: &[u8; WIDTH],
        at: usize,
        present: u64,
        marks: Marks,
        parity: impl Fn(u64) -> u64,
    ) -> Option<usize> {
        let (mut quotes, mut controls, mut escapes) = (marks.quotes, 0, 0);
        if marks.is_rare || self.escaped {
            controls = marks.controls;
            if marks.backslashes != 0 || self.escaped {
                self.has_escapes = true;
                let taken;
                (escapes, taken) = bits::escapes(marks.backslashes, self.escaped);
                if !are_short(window, escapes) {
                    return None;
                }
                quotes &= !taken;
            }
        }
        // From each opening quote on, up to the closing one, which is outside.
        let within = parity(quotes) ^ self.in_string;
        let outside = !within & present;
        // The first of these bytes was seen before; in the very first look it is the brace that is open.
        let fresh = present & !1;
        let (opens, closes) = (marks.opens & outside, marks.closes & outside);
        let (colons, commas) = (marks.colons & outside, marks.commas & outside);
        let around = self.containers.walk(window, (opens | closes) & fresh, opens)?;
        let (opening, closing, in_object) = (quotes & within, quotes & !within, around.object);
        let outline = Outline { within, opening, closing, opens, closes, colons, commas, in_object };
        // White space, numbers and literals. Most looks have none.
        let others = outside & !(closing | opens | closes | colons | commas);
        for place in bits((colons | commas) & around.outermost & fresh) {
            *self.places.get_mut(self.found)? = (at + place) as u32;
            self.found += 1;
        }

        let mut step = STEP;
        let (wrong, named, goes_on);
        if others == 0 {
            (wrong, named, goes_on) = outline.follow(self.in_name, 0, |bytes| bytes << 1);
            // All of them are in strings.
            self.wrong |= controls;
        } else {
            let space = (marks.spaces | controls) & outside;
            let scalars = others & !space;
            for start in bits(scalars & !(scalars << 1) & fresh) {
                if !is_scalar(&self.json[at + start..]) {
                    return None;
                }
            }
            self.wrong |= controls & within;
            let odd = controls & outside & !marks.newlines;
            self.wrong |= u64::from(bits(odd).any(|place| !is_space(window[place])));
            // What begins at the first byte of white space carries over the others.
            let next = |bytes: u64| {
                let next = bytes << 1;
                (next | space.wrapping_add(next & space)) & !space
            };
            (wrong, named, goes_on) = outline.follow(self.in_name, scalars, next);
            // White space tells nothing of what has to follow it; the byte before it does.
            if space != 0 {
                self.has_spaces = true;
                step -= (present & !space).leading_zeros() as usize;
            }
        }
        self.wrong |= wrong & fresh;
        if step == 0 {
            return None;
        }
        self.in_string = all_if(within >> (step - 1) & 1);
        self.in_name = u64::from(goes_on) | named >> step;
        self.escaped = escapes >> (step - 1) & 1 == 1;
        Some(step)
    }

    /// What was found, if it was an object.
    #[inline(always)]
    pub(crate) fn end(self) -> Option<Found> {
        // Only what closes the object can be its last byte, and then nothing was behind it.
        if self.wrong != 0
            || !self.containers.is_empty()
            || self.in_string != 0
            || self.json.last() != Some(&CLOSE)
        {
            return None;
        }
        let mut found = self.found;
        if found % 2 == 1 {
            *self.places.get_mut(found)? = (self.json.len() - 1) as u32;
            found += 1;
        }
        Some(Found { places: found, has_escapes: self.has_escapes, has_spaces: self.has_spaces })
    }
}

impl Outline {
    /// What does not follow what is before it, the closing quotes of names, and whether a name goes on behind.
    ///
    /// After each value comes a comma, a colon or what closes its container; before each of these comes a value, unless
    /// it closes an empty container. Only a string is a name, and only a name is before a colon.
    #[inline(always)]
    fn follow(self, in_name: u64, scalars: u64, next: impl Fn(u64) -> u64) -> (u64, u64, bool) {
        let Self { within, opening, closing, opens, closes, colons, commas, in_object } = self;
        let ended = next(closing | closes | scalars);
        let continued = scalars & scalars << 1;
        let name = next((opens | commas) & in_object);
        // What begins at a name's first letter carries over the other ones to the closing quote.
        let (carried, goes_on) = within.overflowing_add(opening & name | in_name);
        let named = closing & carried;
        let wrong = (ended ^ (colons | commas | closes)) & !(continued | closes & next(opens))
            | name & (opens | scalars & !continued)
            | colons ^ next(named);
        (wrong, named, goes_on)
    }
}

/// Whether what is behind each of these backslashes is one of the letters that stand for a single one.
///
/// A backslash outside of strings is no part of a number or a literal, so it makes no difference what it takes.
#[inline(never)]
fn are_short(window: &[u8; WIDTH], escapes: u64) -> bool {
    // The last of them is the first of the next.
    bits(escapes).all(|place| window.get(place + 1).is_none_or(|letter| br#""\/bfnrt"#.contains(letter)))
}
