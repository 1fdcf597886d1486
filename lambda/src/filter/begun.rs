//! A record that goes on from block to block: only such a one is copied.

use std::ops::Range;

use guard_skim::Span;

use super::scan::Found;

/// What has come of a record whose end has not.
pub(super) struct Begun {
    carry: Vec<u8>,
    /// Where in it words may begin.
    may_hold: Option<Span>,
    too_long: bool,
    limit: usize,
}

impl Begun {
    /// Of records with no more than so many bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { carry: Vec::new(), may_hold: None, too_long: false, limit }
    }

    /// Hands it on with its last piece, which that block holds there.
    #[inline]
    pub(super) fn end(
        &mut self,
        block: &[u8],
        piece: Range<usize>,
        may_hold: Option<Span>,
        found: &mut impl FnMut(Found<'_>),
    ) {
        if self.carry.is_empty() && !self.too_long && piece.len() <= self.limit {
            let may_hold = may_hold.map(|span| behind(span, piece.start, 0));
            return found(Found::Record(&block[piece], may_hold));
        }
        self.add(block, piece, may_hold, found);
        if !self.too_long {
            found(Found::Record(&self.carry, self.may_hold));
        }
        self.carry.clear();
        (self.may_hold, self.too_long) = (None, false);
    }

    /// Takes the next piece, which that block holds there.
    pub(super) fn add(
        &mut self,
        block: &[u8],
        piece: Range<usize>,
        may_hold: Option<Span>,
        found: &mut impl FnMut(Found<'_>),
    ) {
        if self.too_long {
            return;
        }
        if self.carry.len() + piece.len() > self.limit {
            (self.carry, self.too_long) = (Vec::new(), true);
            return found(Found::TooLong);
        }
        if let Some(span) = may_hold {
            self.may_hold = Some(behind(span, piece.start, self.carry.len()).after(self.may_hold));
        }
        self.carry.extend_from_slice(&block[piece]);
    }
}

/// Where a span of a block is in a record that has so many bytes before the piece that begins there.
fn behind(span: Span, begin: usize, before: usize) -> Span {
    let [begin, end] = [span.begin, span.end].map(|place| before + place.saturating_sub(begin));
    Span { begin, end }
}
