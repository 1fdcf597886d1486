//! Acceptance tests: the real terraform, the real provider, the real functions, on the local AWS.
//!
//! Each test has a local AWS of its own, so they run side by side. `GUARD_BACKEND=moto` runs them on the second
//! emulator; what it can't do, and why, is `world::NOT_ON_MOTO`. After every step a plan has nothing to change,
//! after every destroy nothing is left in any account or region.

mod artifact;
mod attacks;
mod blocks;
mod changes;
mod control_tower;
mod delivery;
mod diagram;
mod docs;
mod drift;
mod encrypted;
mod foreign;
mod import;
mod interruption;
mod moving;
mod null_arguments;
mod one_guard;
mod organization;
mod partitions;
mod permissions;
mod preflight;
mod probes;
mod provider_block;
mod reading;
mod response;
mod routes;
mod sandbox;
mod scale;
mod sharing;
mod state;
mod tags;
mod unreachable;
