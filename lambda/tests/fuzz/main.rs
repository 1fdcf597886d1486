//! Fuzzing on stable Rust: inputs grown from seeds, our code against the plain reference.
//!
//! Every execution is a function of two numbers, so a failure is the same again: `GUARD_FUZZ` is how many executions
//! a target has (20,000 unless told), `GUARD_FUZZ_SEED` which ones (0), `GUARD_FUZZ_AT` runs a single one. The input
//! of a failure is printed and written to `target/fuzz/`.
//!
//! The full run is ten million a target. Only the code under test is optimized for it, so that the SDK is not built
//! again:
//!
//! ```text
//! GUARD_FUZZ=10000000 cargo test --workspace --test fuzz \
//!   --config 'profile.dev.package.guard-lambda.opt-level=3' \
//!   --config 'profile.dev.package.guard-contract.opt-level=3' \
//!   --config 'profile.dev.package.guard-skim.opt-level=3' \
//!   --config 'profile.dev.package.aho-corasick.opt-level=3' \
//!   --config 'profile.dev.package.serde_json.opt-level=3'
//! ```

mod expectation;
mod harness;
mod identity;
mod mutate;
mod notices;
mod outline;
#[path = "../reference/mod.rs"]
mod reference;
mod scanner;
mod signals;
mod words;
