//! Terraform: the only code that knows tf-provider.
//!
//! [`GuardProvider`] is configured once; [`guard_iam_user`] is its one resource, [`data`] has its data sources.

mod block;
mod config;
mod data;
mod diagnostics;
mod guard_iam_user;
mod panics;
mod provider;
mod schema;
mod state;
mod timeouts;
mod validate;

pub(crate) use provider::GuardProvider;
