//! AWS: the only code that knows the SDK. One file per kind of object, each of which says how to observe,
//! put and remove it and which IAM actions that takes; [`kinds`] is their list.

mod alarm;
mod answers;
mod async_settings;
mod bucket_notification;
mod bus;
mod bus_permission;
mod clients;
mod credentials;
mod error;
mod function;
mod function_permission;
mod identities;
mod kinds;
mod log_group;
mod mark;
mod members;
mod policy;
mod queue;
mod quota;
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

pub(crate) use clients::{AccessError, Accounts, Settings};
pub(crate) use credentials::Role as AssumeRole;
pub(crate) use error::Error;
pub(crate) use kinds::{Context, Observed, observe, put, remove};
pub(crate) use mark::{BUILDER as BUILDER_TAG, RESERVED as RESERVED_TAGS};
pub(crate) use members::{list_members, list_members_now};
pub(crate) use release::{deny_again, undo};
pub(crate) use retry::jittered;
pub(crate) use role::{has_policy, put_policy};
pub(crate) use rule::{builder_of, end_incident, read_tripped, read_user_rule, read_user_tags};
pub(crate) use site::Site;
pub(crate) use topic::read_topic;
pub(crate) use trail::{Trail, TrailError, check_notification, find_trail};
pub(crate) use user::{User, read_user};
pub(crate) use watch::read_watch;
