//! Bits of a look.

/// All bits if that one is set, or none.
pub(crate) fn all_if(bit: u64) -> u64 {
    0_u64.wrapping_sub(bit)
}

/// All bits if the last one is set.
#[inline(always)]
pub(crate) fn all_as_last(bits: u64) -> u64 {
    (bits.cast_signed() >> (u64::BITS - 1)).cast_unsigned()
}

/// The places of the bits that are set.
pub(crate) fn bits(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (bits != 0).then(|| {
            let place = bits.trailing_zeros() as usize;
            bits &= bits - 1;
            place
        })
    })
}

/// The backslashes that take the meaning of the byte behind them, and the bytes whose meaning is taken: by these, or,
/// of the first, by the byte before it.
///
/// Of a row of backslashes the first takes, the third and so on; the others are taken themselves.
pub(crate) fn escapes(backslashes: u64, first_is_taken: bool) -> (u64, u64) {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let first = u64::from(first_is_taken);
    let rows = backslashes & !first;
    let begins = rows & !(rows << 1);
    // The sum carries away each row that begins at an even place, and leaves the others.
    let odd = rows & rows.wrapping_add(begins & EVEN);
    let escapes = (rows & !odd & EVEN) | (odd & !EVEN);
    (escapes, escapes << 1 | first)
}
