//! The chain, pure: a guard and its hub go in, the list of objects wanted comes out.
//!
//! Nothing here knows AWS's SDK or Terraform, so the whole chain can be read, printed and tested alone.
//! [`expand`] is the way in.

mod arns;
mod delivery;
mod expand;
#[cfg(test)]
mod golden;
mod guard;
#[cfg(test)]
mod guide_tests;
mod health;
mod hub;
#[cfg(test)]
mod latency_tests;
mod leads;
mod listed;
mod membership;
mod names;
mod object;
mod own;
mod places;
mod policies;
mod record;
mod route;
mod spec;
mod stage;
mod tags;
mod topic;

pub(crate) use arns::{bucket_arn, iam_arn, rule_arn};
pub(crate) use delivery::{DEFAULT_BUS, Delivery, FILTER, UnknownDelivery};
pub(crate) use expand::{ChainError, expand, own_rule};
#[cfg(test)]
pub(crate) use golden::{example_chain, guard as example_guard};
pub(crate) use guard::{Guard, Location};
pub(crate) use hub::Hub;
pub(crate) use leads::{End, Lead, Way};
pub(crate) use listed::{Forged, ListedRule};
pub(crate) use membership::{BusMembers, UserMember, is_needed};
pub(crate) use names::Names;
pub(crate) use object::{Need, Object, Place};
pub(crate) use record::Record;
pub(crate) use route::{Route, RouteError, Topology};
pub(crate) use spec::{
    ALARM_PERIOD_SECONDS, ALARM_PERIODS, Alarm, AsyncSettings, BucketNotification, Bus, BusPermission,
    Function, FunctionPermission, LogGroup, Metric, Queue, Role, Rule, Spec, Statistic, Subscription, Target,
    WatchParameter,
};
pub(crate) use tags::{SharedTags, TAGS_LIMIT, TagError, Tagging, Tags, check_tag};
pub(crate) use topic::{Publisher, topic_location};

/// Version of the shape of what we build; every object carries it in its mark.
pub(crate) const SCHEMA: u32 = 1;
