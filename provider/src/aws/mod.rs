//! AWS: the only code that knows the SDK. One file per kind of object, each of which says how to observe,
//! put and remove it and which IAM actions that takes; [`kinds`] is their list.

mod access;
mod alarm;
mod answers;
mod async_settings;
mod bucket_notification;
mod bus;
mod bus_permission;
mod clients;
#[cfg(test)]
mod clients_tests;
mod credentials;
mod error;
mod function;
mod function_permission;
mod identities;
mod kinds;
mod log_group;
mod mark;
mod members;
#[cfg(test)]
mod permissions_tests;
mod policy;
mod queue;
mod quota;
mod reach;
mod release;
mod retry;
mod role;
mod rule;
mod site;
mod tags;
mod target;
mod topic;
mod trail;
mod user;
mod watch;
mod web_identity;

pub(crate) use access::AccessError;
pub(crate) use alarm::remove_alarms;
pub(crate) use clients::Accounts;
pub(crate) use credentials::{Role, Session};
pub(crate) use error::Error;
pub(crate) use kinds::{Context, Observed, observe, put, remove};
pub(crate) use mark::BUILDER as BUILDER_TAG;
pub(crate) use members::{list_members, list_members_now};
pub(crate) use reach::{Endpoints, Environment, Permitted, Proxies, Settings, proxy_url};
pub(crate) use release::{deny_again, undo};
pub(crate) use retry::jittered;
pub(crate) use role::{has_policy, put_policy};
pub(crate) use rule::{builder_of, end_incident, read_tripped, read_user_rule, read_user_tags};
pub(crate) use site::Site;
pub(crate) use topic::read_topic;
pub(crate) use trail::{Trail, TrailError, check_notification, find_trail};
pub(crate) use user::{User, read_user};
pub(crate) use watch::read_watch;
pub(crate) use web_identity::{Token, WebIdentity};
