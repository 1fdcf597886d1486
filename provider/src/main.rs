//! The provider's process.
mod artifact;
mod aws;
mod chain;
fn main() {}
