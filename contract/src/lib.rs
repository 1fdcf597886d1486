//! What the provider and the functions must agree on, said once.
//!
//! The provider writes rules and functions; the filter writes events; the responder reads both. Each fact
//! that two of them need (a name, a field, a signal, a setting) lives here and nowhere else.

mod deny;
mod event;
mod function;
mod rule;
mod signal;

pub use deny::{DENY_POLICY_ARN, INLINE_DENY_DOCUMENT, INLINE_DENY_NAME};
pub use event::{DETAIL_TYPE, MARK_FIELD, MARK_VERSION, Mark, SOURCE};
pub use function::{BUS_VARIABLE, Handler, METRICS_NAMESPACE, metric};
pub use rule::{PatternError, UserPattern, forward_pattern};
pub use signal::{Signal, UnknownSignal};
