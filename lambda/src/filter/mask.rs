//! Sixty-four bytes of JSON at a glance: where quotes, backslashes and brackets are, a bit for each byte.

use wide::u8x16;

/// Bytes that are looked at together.
pub(super) const WIDTH: usize = 64;
/// Bytes of a vector: what SSE2 and NEON have, which every x86-64 and every arm64 has.
const LANES: usize = 16;

/// The lowest bit is the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Masks {
    /// `"`.
    pub(super) quotes: u64,
    /// `\`.
    pub(super) backslashes: u64,
    /// `[`, `]`, `{`, `}`, and a few bytes that JSON has in strings only (`Y`, `_`, `y`, DEL).
    pub(super) brackets: u64,
}

/// The bits in which brackets differ from each other.
const DIFFERENT: u8 = 0x26;
/// What a bracket is with all of them set.
const BRACKET: u8 = 0x7f;

/// The masks of 64 bytes.
#[inline]
pub(super) fn masks(bytes: &[u8; WIDTH]) -> Masks {
    let mut masks = Masks { quotes: 0, backslashes: 0, brackets: 0 };
    let (parts, _) = bytes.as_chunks::<LANES>();
    for (at, part) in (0..).step_by(LANES).zip(parts) {
        let part = u8x16::new(*part);
        let equal = |part: u8x16, byte| u64::from(part.simd_eq(u8x16::splat(byte)).to_bitmask()) << at;
        masks.quotes |= equal(part, b'"');
        masks.backslashes |= equal(part, b'\\');
        masks.brackets |= equal(part | u8x16::splat(DIFFERENT), BRACKET);
    }
    masks
}

/// For each bit whether an odd number of bits is set up to it: between two quotes it is.
#[inline]
pub(super) fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_seen() {
        let mut random = fastrand::Rng::with_seed(7);
        for round in 0..10_000 {
            let mut bytes = [0; WIDTH];
            for byte in &mut bytes {
                *byte =
                    if round % 2 == 0 { random.u8(..) } else { b"\"\\[]{}a:,Yy_\x7f"[random.usize(..13)] };
            }
            let seen = masks(&bytes);
            for (i, byte) in bytes.iter().enumerate() {
                let bit = |mask: u64| mask >> i & 1 == 1;
                assert_eq!(bit(seen.quotes), *byte == b'"');
                assert_eq!(bit(seen.backslashes), *byte == b'\\');
                assert_eq!(bit(seen.brackets), b"[]{}Yy_\x7f".contains(byte));
            }
        }
    }

    #[test]
    fn parity_is_set_between_quotes() {
        assert_eq!(parity(0b0100_0010), 0b0011_1110);
        assert_eq!(parity(0b1000), !0b0111);
        assert_eq!(parity(0), 0);
    }
}
