//! Skims JSON without parsing: where a value ends, whether one of the filter's words may be in it, and what the
//! members of an object are.
//!
//! Reading order: [`Skim`] is a state and a loop, [`members`] another with its `containers`. `portable`
//! looks at 64 bytes with what every CPU has (SSE2, NEON), `avx2` with what most have, `avx512` with what some have;
//! `cpu` chooses, and with the feature `ways` a thread may. The loops are one text for all, and the tests hold them
//! against each other.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod bits;
mod containers;
mod cpu;
mod outline;
mod pass;
mod portable;
mod scalar;
mod skim;

#[cfg(any(test, feature = "ways"))]
pub use cpu::ways::{Unavailable, Way};
pub use outline::{Member, members};
pub use skim::{Reached, Skim, Span, WORDS};
