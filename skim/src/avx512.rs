//! Sixty-four bytes with one vector, where the CPU has such: what [`crate::avx2`] does in half the steps.
#![allow(unsafe_code, reason = "loads of 64 bytes")]

use std::arch::x86_64::{
    __m512i, _mm512_and_si512, _mm512_broadcast_i32x4, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask,
    _mm512_loadu_si512, _mm512_mask_test_epi8_mask, _mm512_or_si512, _mm512_set1_epi8, _mm512_shuffle_epi8,
};

use crate::avx2::{FEW, PROBES, TABLES, lanes, parity};
use crate::outline::{self, FIRST_PRINTED, Found, Places};
use crate::pass::Marks;
use crate::skim::{CASE, CLOSE, Ended, Look, OPEN, Rare, Reached, Skim, WIDTH, WINDOW};

/// Reads on as [`Skim::read_with`] does.
#[target_feature(enable = "avx512bw,pclmulqdq,popcnt,bmi1")]
pub(crate) fn read(skim: &mut Skim, block: &[u8], i: usize, ended: &mut Ended) -> Reached {
    skim.read_with(block, i, ended, |window| look(window), |window| rare(window), |bits| parity(bits))
}

/// Finds as [`outline::find_with`] does.
#[target_feature(enable = "avx512bw,pclmulqdq,popcnt,bmi1")]
pub(crate) fn find(json: &[u8], places: &mut Places) -> Option<Found> {
    outline::find_with(json, places, |window| marks(window), |bits| parity(bits))
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn marks(window: &[u8; WIDTH]) -> Marks {
    let bytes = load(window, 0);
    let cased = _mm512_or_si512(bytes, _mm512_set1_epi8(CASE.cast_signed()));
    let backslashes = equal(bytes, b'\\');
    let controls = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(FIRST_PRINTED.cast_signed()));
    Marks {
        quotes: equal(bytes, b'"'),
        opens: equal(cased, OPEN),
        closes: equal(cased, CLOSE),
        colons: equal(bytes, b':'),
        commas: equal(bytes, b','),
        spaces: equal(bytes, b' '),
        newlines: equal(bytes, b'\n'),
        backslashes,
        controls,
        is_rare: controls | backslashes != 0,
    }
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn look(window: &[u8; WINDOW]) -> Look {
    let bytes = load(window, 0);
    let cased = _mm512_or_si512(bytes, _mm512_set1_epi8(CASE.cast_signed()));
    let quotes = equal(bytes, b'"');
    Look {
        quotes,
        opens: equal(cased, OPEN),
        closes: equal(cased, CLOSE),
        is_rare: words(window, quotes, FEW) | equal(bytes, b'\\') != 0,
    }
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn rare(window: &[u8; WINDOW]) -> Rare {
    let bytes = load(window, 0);
    let words = words(window, equal(bytes, b'"'), PROBES.len());
    let (backslashes, before_u) = (equal(bytes, b'\\'), equal(load(window, 1), b'u'));
    Rare { backslashes, words: words | backslashes & before_u }
}

/// The quotes at which words may begin, as far as so many letters tell.
#[target_feature(enable = "avx512bw")]
#[inline]
fn words(window: &[u8; WINDOW], quotes: u64, probes: usize) -> u64 {
    let mut words = _mm512_set1_epi8(-1);
    for (probe, table) in PROBES.iter().zip(&TABLES).take(probes) {
        // The word begins behind its quote. A byte beyond ASCII has no place in the table, and counts as none.
        let table = _mm512_broadcast_i32x4(lanes(table));
        words = _mm512_and_si512(words, _mm512_shuffle_epi8(table, load(window, 1 + probe)));
    }
    _mm512_mask_test_epi8_mask(quotes, words, words)
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn equal(bytes: __m512i, byte: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte.cast_signed()))
}

#[target_feature(enable = "avx512bw")]
#[inline]
fn load(window: &[u8], at: usize) -> __m512i {
    let bytes = &window[at..at + WIDTH];
    // SAFETY: the slice has the 64 bytes that are read, and the instruction asks for no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}
