//! What has to follow what in JSON, carried from one look to the next.

use crate::skim::WIDTH;

/// What has to come next. Every byte outside of strings asks for something, and so does every closing quote.
#[derive(Default)]
pub(crate) struct Due {
    /// After a comma in an object.
    pub(crate) name: Next,
    pub(crate) name_or_end: Next,
    /// After a colon, or a comma in an array.
    pub(crate) value: Next,
    pub(crate) value_or_end: Next,
    /// After a name.
    pub(crate) colon: Next,
    /// More of a number or a literal, or its end.
    pub(crate) scalar: Next,
    /// A comma, or the end of what a value is in.
    pub(crate) separator: Next,
}

/// Whether the first of the next 64 bytes is the one after a byte of a kind, white space apart: the lowest bit.
#[derive(Default)]
pub(crate) struct Next(u64);

impl Next {
    /// The bytes after these, and after the white space behind them.
    #[inline(always)]
    pub(crate) fn at(&mut self, bytes: u64, space: u64) -> u64 {
        self.behind(0, bytes, space)
    }

    /// The same, and the bytes after some of the white space.
    #[inline(always)]
    pub(crate) fn behind(&mut self, spaces: u64, bytes: u64, space: u64) -> u64 {
        let next = bytes << 1 | self.0 | spaces;
        self.0 = bytes >> (WIDTH - 1);
        if space == 0 {
            return next;
        }
        // What begins at the first byte of white space carries over the others.
        let (carried, goes_on) = space.overflowing_add(next & space);
        self.0 |= u64::from(goes_on);
        (next | carried) & !space
    }
}
