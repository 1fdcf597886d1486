//! Skims JSON: where a value ends, and whether one of the filter's words may be in it, without parsing.
//!
//! Reading order: [`Skim`] is the state and the loop, `portable` looks at 64 bytes with what every CPU has (SSE2,
//! NEON), `avx2` with what most have, `avx512` with what some have. The loop is one text for all, and the tests hold them
//! against each other.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
mod skim;

pub use skim::{Reached, Skim, WORDS};
