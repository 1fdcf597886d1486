//! Sixty-four bytes with vectors of sixteen: SSE2 and NEON, which every x86-64 and every arm64 has.

use wide::u8x16;

use crate::outline::FIRST_PRINTED;
use crate::pass::Marks;
use crate::skim::{CASE, CLOSE, Look, OPEN, Rare, WIDTH, WINDOW};

const LANES: usize = 16;

/// The masks of the window's first 64 bytes.
#[inline]
pub(crate) fn look(window: &[u8; WINDOW]) -> Look {
    let window = window.first_chunk().expect("a window begins with the bytes that are looked at");
    Look {
        quotes: equal(window, b'"'),
        opens: cased(window, OPEN),
        closes: cased(window, CLOSE),
        is_rare: true,
    }
}

/// It does not look for words: without a shuffle, that costs as much as the search that it would save.
#[inline]
pub(crate) fn rare(window: &[u8; WINDOW]) -> Rare {
    let window = window.first_chunk().expect("a window begins with the bytes that are looked at");
    Rare { backslashes: equal(window, b'\\'), words: u64::MAX }
}

/// What the outline asks for.
#[inline]
pub(crate) fn marks(window: &[u8; WIDTH]) -> Marks {
    let backslashes = equal(window, b'\\');
    let controls = mask(window, |part| part.min(u8x16::splat(FIRST_PRINTED - 1)).simd_eq(part));
    Marks {
        quotes: equal(window, b'"'),
        opens: cased(window, OPEN),
        closes: cased(window, CLOSE),
        colons: equal(window, b':'),
        commas: equal(window, b','),
        spaces: equal(window, b' '),
        newlines: equal(window, b'\n'),
        backslashes,
        controls,
        is_rare: controls | backslashes != 0,
    }
}

/// Where that byte is.
#[inline]
fn equal(window: &[u8; WIDTH], byte: u8) -> u64 {
    mask(window, |part| part.simd_eq(u8x16::splat(byte)))
}

/// Where it is but for the bit [`CASE`], which it has.
#[inline]
fn cased(window: &[u8; WIDTH], byte: u8) -> u64 {
    mask(window, |part| (part | u8x16::splat(CASE)).simd_eq(u8x16::splat(byte)))
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
