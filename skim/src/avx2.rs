//! Sixty-four bytes with vectors of thirty-two, and a search for words that costs next to nothing beside it.
#![allow(unsafe_code, reason = "loads of 32 bytes")]

use std::arch::x86_64::{
    __m128i, __m256i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_set1_epi8, _mm_setr_epi8,
    _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8, _mm256_loadu_si256,
    _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_testz_si256,
};

use crate::outline::{self, FIRST_PRINTED, Found, Places};
use crate::pass::Marks;
use crate::skim::{CASE, CLOSE, Ended, Look, OPEN, Rare, Reached, Skim, WIDTH, WINDOW, WORDS};

/// Which letters of a word are compared, by their low halves only: over real records these three tell its first
/// quote from all others but one in twenty thousand.
pub(crate) const PROBES: [usize; 3] = [3, 5, 7];
/// How many of them are compared everywhere: the third saves one look in a hundred.
pub(crate) const FEW: usize = 2;
const LANES: usize = 32;

/// [`rare`] takes the bytes of a table for signed: the highest bit would count as no word.
const _: () = assert!(WORDS.len() < 8, "a table has a bit for each word, and none for an eighth");

/// For each low half of a letter, the words (a bit for each) that have such a letter in that place.
pub(crate) const TABLES: [[i8; 16]; 3] = {
    let mut tables = [[0; 16]; 3];
    let mut word = 0;
    while word < WORDS.len() {
        let mut probe = 0;
        while probe < PROBES.len() {
            let letter = WORDS[word].as_bytes()[PROBES[probe]];
            tables[probe][(letter & 15) as usize] |= 1 << word;
            probe += 1;
        }
        word += 1;
    }
    tables
};

/// Reads on as [`Skim::read_with`] does.
#[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
pub(crate) fn read(skim: &mut Skim, block: &[u8], i: usize, ended: &mut Ended) -> Reached {
    skim.read_with(block, i, ended, |window| look(window), |window| rare(window), |bits| parity(bits))
}

/// Finds as [`outline::find_with`] does.
#[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
pub(crate) fn find(json: &[u8], places: &mut Places) -> Option<Found> {
    outline::find_with(json, places, |window| marks(window), |bits| parity(bits))
}

#[target_feature(enable = "avx2")]
#[inline]
fn marks(window: &[u8; WIDTH]) -> Marks {
    let halves = [load(window, 0), load(window, LANES)];
    let cased = halves.map(|half| _mm256_or_si256(half, _mm256_set1_epi8(CASE.cast_signed())));
    let of = |halves: [__m256i; 2], byte| mask(halves.map(|half| equal(half, byte)));
    let backslashes = halves.map(|half| equal(half, b'\\'));
    let last = _mm256_set1_epi8((FIRST_PRINTED - 1).cast_signed());
    let controls = halves.map(|half| _mm256_cmpeq_epi8(_mm256_min_epu8(half, last), half));
    Marks {
        quotes: of(halves, b'"'),
        opens: of(cased, OPEN),
        closes: of(cased, CLOSE),
        colons: of(halves, b':'),
        commas: of(halves, b','),
        spaces: of(halves, b' '),
        newlines: of(halves, b'\n'),
        backslashes: mask(backslashes),
        controls: mask(controls),
        is_rare: has_any([0, 1].map(|half| _mm256_or_si256(controls[half], backslashes[half]))),
    }
}

/// A bit for each byte of both.
#[target_feature(enable = "avx2")]
#[inline]
fn mask(halves: [__m256i; 2]) -> u64 {
    let [low, high] = halves.map(|half| u64::from(_mm256_movemask_epi8(half).cast_unsigned()));
    low | high << LANES
}

#[target_feature(enable = "avx2")]
#[inline]
fn look(window: &[u8; WINDOW]) -> Look {
    let halves = [load(window, 0), load(window, LANES)];
    let cased = halves.map(|half| _mm256_or_si256(half, _mm256_set1_epi8(CASE.cast_signed())));
    let of = |halves: [__m256i; 2], byte| mask(halves.map(|half| equal(half, byte)));
    let rare = [0, LANES].map(|at| _mm256_or_si256(words(window, at, FEW), equal(load(window, at), b'\\')));
    Look {
        quotes: of(halves, b'"'),
        opens: of(cased, OPEN),
        closes: of(cased, CLOSE),
        is_rare: has_any(rare),
    }
}

#[target_feature(enable = "avx2")]
#[inline]
fn rare(window: &[u8; WINDOW]) -> Rare {
    let words = [0, LANES].map(|at| words(window, at, PROBES.len()));
    let words = mask(words.map(|half| _mm256_cmpgt_epi8(half, _mm256_setzero_si256())));
    let backslashes = mask([0, LANES].map(|at| equal(load(window, at), b'\\')));
    let before_u = mask([0, LANES].map(|at| equal(load(window, at + 1), b'u')));
    Rare { backslashes, words: words | backslashes & before_u }
}

/// Where words may begin among 32 bytes from there on, as far as so many letters tell.
#[target_feature(enable = "avx2")]
#[inline]
fn words(window: &[u8; WINDOW], at: usize, probes: usize) -> __m256i {
    let mut words = equal(load(window, at), b'"');
    for (probe, table) in PROBES.iter().zip(&TABLES).take(probes) {
        // The word begins behind its quote. A byte beyond ASCII has no place in the table, and counts as none.
        words = _mm256_and_si256(words, _mm256_shuffle_epi8(broadcast(table), load(window, at + 1 + probe)));
    }
    words
}

/// Whether any bit of both is set.
#[target_feature(enable = "avx2")]
#[inline]
fn has_any([low, high]: [__m256i; 2]) -> bool {
    let any = _mm256_or_si256(low, high);
    _mm256_testz_si256(any, any) == 0
}

#[target_feature(enable = "avx2")]
#[inline]
fn equal(bytes: __m256i, byte: u8) -> __m256i {
    _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte.cast_signed()))
}

/// A table in both halves of a vector, each of which is shuffled by itself.
#[target_feature(enable = "avx2")]
#[inline]
fn broadcast(table: &[i8; 16]) -> __m256i {
    _mm256_broadcastsi128_si256(lanes(table))
}

/// A table as a vector.
#[target_feature(enable = "sse2")]
#[inline]
pub(crate) fn lanes(t: &[i8; 16]) -> __m128i {
    _mm_setr_epi8(
        t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11], t[12], t[13], t[14], t[15],
    )
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(window: &[u8], at: usize) -> __m256i {
    let bytes = &window[at..at + LANES];
    // SAFETY: the slice has the 32 bytes that are read, and the instruction asks for no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

/// [`crate::portable::parity`] in one multiplication without carries.
#[target_feature(enable = "pclmulqdq")]
#[inline]
pub(crate) fn parity(bits: u64) -> u64 {
    let product = _mm_clmulepi64_si128::<0>(_mm_set_epi64x(0, bits.cast_signed()), _mm_set1_epi8(-1));
    _mm_cvtsi128_si64(product).cast_unsigned()
}
