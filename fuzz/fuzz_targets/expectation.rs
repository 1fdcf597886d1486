//! Fuzzes [`guard_fuzz::EXPECTATION`].
#![no_main]

libfuzzer_sys::fuzz_target!(init: guard_fuzz::start(), |input: &[u8]| {
    (guard_fuzz::EXPECTATION.check)(input);
});

libfuzzer_sys::fuzz_mutator!(|input: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if guard_fuzz::change_case(&mut input[..size], seed) {
        return size;
    }
    libfuzzer_sys::fuzzer_mutate(input, size, max_size)
});
