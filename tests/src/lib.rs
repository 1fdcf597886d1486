//! What the acceptance tests and the demo are made of: the local AWS and its client, terraform and CloudTrail
//! files. Everything here runs the real programs; nothing stands in for the provider or the functions.

mod error;

pub mod aws;
pub mod chain;
pub mod cloud;
pub mod effort;
pub mod operators;
pub mod paths;
pub mod probes;
pub mod records;
pub mod sandbox;
pub mod script;
pub mod skip;
pub mod terraform;
pub mod world;

pub use error::{Error, Result};
pub use skip::skip;
