//! Sixty-four bytes with vectors of sixteen: SSE2 and NEON, which every x86-64 and every arm64 has.

use wide::u8x16;

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

/// For each bit whether an odd number of bits is set up to it: between two quotes it is.
#[inline]
pub(crate) fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}
