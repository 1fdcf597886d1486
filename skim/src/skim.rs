//! The state between two looks, and the loop.

use crate::{
    bits::{all_as_last, all_if, bits, escapes},
    cpu::Cpu,
    portable,
};

/// Bytes that are looked at together.
pub(crate) const WIDTH: usize = 64;
/// These and the letters of a word behind the last of them.
pub(crate) const WINDOW: usize = WIDTH + 8;
/// The bit in which `[` and `{` differ, and `]` and `}`.
pub(crate) const CASE: u8 = 0x20;
pub(crate) const OPEN: u8 = b'{';
pub(crate) const CLOSE: u8 = b'}';

/// The words that are looked for, where they are the beginning of a string.
pub const WORDS: [&str; 5] = ["errorCode", "errorMessage", "GetCallerIdentity", "ConsoleLogin", "UpdateUser"];

/// What 64 bytes hold. The lowest bit is the first byte.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    /// `"`.
    pub(crate) quotes: u64,
    /// `[` and `{`.
    pub(crate) opens: u64,
    /// `]` and `}`.
    pub(crate) closes: u64,
    /// Whether there may be anything of [`Rare`]; else that is not looked at.
    pub(crate) is_rare: bool,
}

/// What few of 64 bytes hold besides.
#[derive(Clone, Copy)]
pub(crate) struct Rare {
    /// `\`.
    pub(crate) backslashes: u64,
    /// Quotes at which a word may begin, and backslashes at which an escaped letter may.
    pub(crate) words: u64,
}

/// How far was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The value ends before this place, and no other follows.
    End(usize),
    /// Too few bytes are left from this place on; the value goes on there.
    Rest(usize),
}

/// Where something may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first place.
    pub begin: usize,
    /// The one after the last.
    pub end: usize,
}

impl Span {
    /// With an earlier one, if there was any, and what is between them.
    pub fn after(self, earlier: Option<Span>) -> Self {
        earlier.map_or(self, |it| Self { begin: it.begin, end: self.end })
    }
}

/// What [`Skim::read`] tells of each value, and asks.
pub(crate) type Ended<'a> = dyn FnMut(usize, Option<Span>) -> bool + 'a;

/// The state within a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skim {
    /// Open braces and brackets.
    pub depth: usize,
    /// Whether a string has begun.
    pub in_string: bool,
    /// Whether a backslash has taken the meaning of the next byte, if that is a quote or a backslash.
    pub escaped: bool,
    /// Where [`WORDS`], or escaped letters (`\u`), may have been read: none begins anywhere else. The places are those
    /// of the block that was read then. Who reads bytes by other means than [`Skim::read`] has to note them.
    pub may_hold: Option<Span>,
}

impl Skim {
    /// Notes that words may begin there, behind all others that were noted.
    pub fn note(&mut self, span: Span) {
        self.may_hold = Some(span.after(self.may_hold));
    }

    /// Reads a value with an open bracket on from that place, as far as can be seen with one look after the other.
    ///
    /// `ended` is told the place behind the value, and where words may begin in it and, possibly, behind it, as in
    /// [`Skim::may_hold`]. It answers whether another value follows, whose first bracket is the next one in the block;
    /// then that is read as well.
    pub fn read(
        &mut self,
        block: &[u8],
        i: usize,
        mut ended: impl FnMut(usize, Option<Span>) -> bool,
    ) -> Reached {
        Cpu::this().read(self, block, i, &mut ended)
    }

    pub(crate) fn read_portably(&mut self, block: &[u8], i: usize, ended: &mut Ended) -> Reached {
        self.read_with(block, i, ended, portable::look, portable::rare, portable::parity)
    }

    /// Becomes a part of its callers, each of which looks with its own instructions.
    #[inline(always)]
    pub(crate) fn read_with(
        &mut self,
        block: &[u8],
        mut i: usize,
        ended: &mut Ended,
        look: impl Fn(&[u8; WINDOW]) -> Look,
        rare: impl Fn(&[u8; WINDOW]) -> Rare,
        parity: impl Fn(u64) -> u64,
    ) -> Reached {
        // In registers, not behind a reference: each look waits for what the last one left.
        let Self { mut depth, in_string, mut escaped, mut may_hold } = *self;
        // All bits if a string is open.
        let mut turned = all_if(u64::from(in_string));
        while let Some(window) = block.get(i..).and_then(|rest| rest.first_chunk()) {
            let look = look(window);
            let mut quotes = look.quotes;
            if look.is_rare || escaped {
                let Rare { backslashes, words } = rare(window);
                // Outside of strings there are no backslashes in JSON.
                let (escapes, taken) = escapes(backslashes, escaped);
                quotes &= !taken;
                escaped = escapes >> (WIDTH - 1) == 1;
                if words != 0 {
                    let [begin, after] = [words.trailing_zeros() as usize, words.leading_zeros() as usize];
                    may_hold = Some(Span { begin: i + begin, end: i + WIDTH - after }.after(may_hold));
                }
            }
            let within = parity(quotes) ^ turned;
            let (opens, closes) = (look.opens & !within, look.closes & !within);
            let closing = closes.count_ones() as usize;
            if closing < depth {
                depth = depth + opens.count_ones() as usize - closing;
            } else {
                for place in bits(opens | closes) {
                    if opens >> place & 1 == 1 {
                        depth += 1;
                        continue;
                    }
                    depth -= 1;
                    if depth > 0 {
                        continue;
                    }
                    let end = i + place + 1;
                    if !ended(end, may_hold.filter(|it| it.begin < end)) {
                        *self = Self::default();
                        return Reached::End(end);
                    }
                    // What was noted in this look may be the next one's.
                    may_hold = may_hold.filter(|it| it.end > end).map(|it| Span { begin: end, ..it });
                }
            }
            turned = all_as_last(within);
            i += WIDTH;
        }
        *self = Self { depth, in_string: turned != 0, escaped, may_hold };
        Reached::Rest(i)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
