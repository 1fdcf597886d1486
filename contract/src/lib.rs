//! What the provider and the functions must agree on, said once.
//!
//! The provider writes rules and functions; the filter writes events; the responder reads both. Each fact
//! that two of them need (a name, a field, a signal, a setting) lives here and nowhere else.

pub mod denial;
mod deny;
mod event;
pub mod expected;
mod function;
pub mod health;
pub mod incident;
pub mod names;
mod partition;
mod rule;
mod settings;
mod signal;
mod told;
mod user_arn;
mod watch;

pub use deny::{DENY_POLICY, INLINE_DENY_DOCUMENT, INLINE_DENY_NAME, deny_policy_arn};
pub use event::{DETAIL_TYPE, MARK_FIELD, MARK_VERSION, Mark, SOURCE};
pub use function::{Handler, METRICS_NAMESPACE, metric};
pub use health::HealthAlarm;
pub use incident::{Step, Tripped};
pub use names::user_rule;
pub use partition::Partition;
pub use rule::{PatternError, UserPattern, forward_pattern};
pub use settings::{AHEAD, Mode, Rearmed, Response};
pub use signal::{Signal, Signals, UnknownSignal};
pub use told::{TRIPPED_DETAIL_TYPE, TRIPPED_SOURCE};
pub use user_arn::{UserArn, UserArnError, is_user_name};
pub use watch::{WATCH_LENGTH, WATCH_VERSION, WATCHES_AGE, Watch, WatchError};
