//! The provider's process: what Terraform's plugin protocol expects of it and tf-provider doesn't do.

mod cookie;
mod logs;
mod panics;
mod signals;
mod stop;

pub(crate) use cookie::{Started, started};
pub(crate) use logs::{install as install_logs, refused as logs_refused};
pub(crate) use panics::install as install_panics;
pub(crate) use signals::survive as survive_signals;
pub(crate) use stop::linger;
