//! The fuzz targets' checks: our code against a plain reference.
//!
//! A target is a program in `fuzz_targets/`, which libFuzzer feeds; `cargo xtask fuzz` builds and runs them. The
//! tests of this crate give each target the inputs of its corpus, so that every check is made without libFuzzer too.

mod case;
mod expectation;
mod identity;
mod notices;
mod outline;
pub mod reference;
mod scanner;
mod signals;
mod target;
#[cfg(feature = "ways")]
mod way;

pub use case::change_case;
pub use target::{EXPECTATION, IDENTITY, NOTICES, OUTLINE, SCANNER, SIGNALS, TARGETS, Target};
#[cfg(feature = "ways")]
pub use way::{VARIABLE, start};
