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
