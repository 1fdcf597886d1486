//! The functions that `bootstrap` holds: the filter reads CloudTrail's files and puts suspicious records on the
//! hub bus, the responder denies a user everything.
//!
//! Both tell alarms on guard itself ([`notify`]) and replay their dead-letter queues ([`replay`]). They are libraries
//! first: their cores know no AWS client, only the traits [`filter::ObjectSource`], [`filter::EventSink`],
//! [`filter::WatchSource`], [`responder::Services`], [`notify::Publisher`] and [`replay::Queue`]. Without the feature
//! `aws` there is nothing else, and nothing of the AWS SDK is built.

pub mod alarm;
mod arn;
#[cfg(feature = "aws")]
pub mod clients;
pub mod environment;
pub mod filter;
pub mod lazy;
pub mod log;
pub mod notify;
pub mod preview;
pub mod replay;
pub mod responder;
mod text;

/// What `--version` and the first log line say.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What AWS, or the way to it, answered instead of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// AWS's code, or a word for what happened on the way.
    pub code: String,
    /// What AWS says.
    pub message: String,
}
