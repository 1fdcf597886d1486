//! How AWS is reached: what the provider block, the environment and the shared files say, in that order, made
//! into the SDK's configuration.

mod endpoints;
mod environment;
mod error;
mod files;
mod http;
mod load;
mod permitted;
mod proxies;
mod retries;
mod settings;
#[cfg(test)]
mod told;
mod trust;

pub(crate) use endpoints::Endpoints;
pub(super) use endpoints::{Sts, at};
pub(crate) use environment::Environment;
pub(super) use error::Origin;
pub(crate) use error::SettingError;
pub(super) use files::expanded;
pub(super) use load::load;
pub(crate) use permitted::Permitted;
pub(crate) use proxies::{Proxies, proxy_url};
pub(crate) use settings::Settings;
#[cfg(test)]
pub(super) use told::Listener;
