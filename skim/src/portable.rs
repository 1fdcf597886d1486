//! Sixty-four bytes with vectors of sixteen: SSE2 and NEON, which every x86-64 and every arm64 has.

use wide::u8x16;

use crate::outline::{FIRST_PRINTED, Marks};
use crate::skim::{CASE, CLOSE, Look, OPEN, WIDTH, WINDOW};

const LANES: usize = 16;

/// The masks of the window's first 64 bytes. It does not look for words: without a shuffle, that costs as much as
/// the search that it would save.
#[inline]
pub(crate) fn look(window: &[u8; WINDOW]) -> Look {
    let mut look = Look { quotes: 0, backslashes: 0, opens: 0, closes: 0, may_hold: true };
    let (parts, _) = window[..WIDTH].as_chunks::<LANES>();
    for (at, part) in (0..).step_by(LANES).zip(parts) {
        let part = u8x16::new(*part);
        let equal = |part: u8x16, byte| u64::from(part.simd_eq(u8x16::splat(byte)).to_bitmask()) << at;
        look.quotes |= equal(part, b'"');
        look.backslashes |= equal(part, b'\\');
        look.opens |= equal(part | u8x16::splat(CASE), OPEN);
        look.closes |= equal(part | u8x16::splat(CASE), CLOSE);
    }
    look
}

/// What the outline asks for.
#[inline]
pub(crate) fn marks(window: &[u8; WIDTH]) -> Marks {
    let equal = |byte| mask(window, |part| part.simd_eq(u8x16::splat(byte)));
    let cased = |byte| mask(window, |part| (part | u8x16::splat(CASE)).simd_eq(u8x16::splat(byte)));
    Marks {
        quotes: equal(b'"'),
        backslashes: equal(b'\\'),
        opens: cased(OPEN),
        closes: cased(CLOSE),
        colons: equal(b':'),
        commas: equal(b','),
        spaces: equal(b' '),
        controls: mask(window, |part| part.min(u8x16::splat(FIRST_PRINTED - 1)).simd_eq(part)),
    }
}

/// A bit for each byte that fits.
#[inline]
fn mask(window: &[u8; WIDTH], fits: impl Fn(u8x16) -> u8x16) -> u64 {
    let parts = window.as_chunks::<LANES>().0.iter().zip((0..).step_by(LANES));
    parts.fold(0, |mask, (part, at)| mask | u64::from(fits(u8x16::new(*part)).to_bitmask()) << at)
}

/// For each bit whether an odd number of bits is set up to it: between two quotes it is.
#[inline]
pub(crate) fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
