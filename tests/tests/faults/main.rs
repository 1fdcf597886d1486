//! What the worst day does to an apply: errors that last, lost connections, a killed provider, Ctrl-C.
//!
//! A sample is tried, the same for the same `GUARD_SEED`; `cargo xtask test --faults full` tries everything.
//! moto knows no faults, so all of this is left out there.

mod empty;
mod matrix;
mod point;
mod quota;
mod rivals;
mod storm;
mod truth;
