//! The objects of a chain: where each is, who needs it, and what it is called.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::Value;

use super::arns::{
    alarm_arn, arn, bucket_arn, bus_arn, function_arn, parameter_arn, queue_arn, role_arn, rule_arn,
};
use super::{Location, SharedTags, Spec};

/// The part of the chain that an object stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The management account, in the region of the trail's bucket.
    Hub,
    /// A member account, in the hub's region.
    Relay,
    /// The user's account, in the guard's region.
    Edge,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Hub => "hub",
            Place::Relay => "relay",
            Place::Edge => "edge",
        })
    }
}

/// Who needs an object: found by listing the rules of a bus, never by counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// The guard alone.
    Own,
    /// Whoever has a rule on the bus there.
    Rules(Location),
    /// The guards whose users' rules are on the bus there.
    Users(Location),
    /// The guards whose events go from the one bus to the other.
    Hop(Location, Location),
}

/// One object, wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object {
    /// The part of the chain.
    pub(crate) place: Place,
    /// Its account and region; for what is global in an account, the region that it serves.
    pub(crate) at: Location,
    /// Who needs it.
    pub(crate) need: Need,
    /// The guard's own tags; none on what is shared.
    pub(crate) tags: BTreeMap<String, String>,
    /// The default tags of what is shared; none on what is the guard's own.
    pub(crate) shared_tags: SharedTags,
    /// Keys of the guard's tags that go.
    pub(crate) former_tags: BTreeSet<String>,
    /// What it must be.
    pub(crate) spec: Spec,
}

impl Object {
    /// Whether other guards may need it as well.
    pub(crate) fn shared(&self) -> bool {
        self.need != Need::Own
    }

    /// Why something of this object's name is not ours, for messages.
    pub(crate) fn unmarked(&self, hub_mark: &str) -> String {
        match &self.spec {
            Spec::BucketNotification(entry) => format!("it doesn't lead to {}", entry.function_arn),
            _ => format!(
                "it doesn't carry the tag guard:hub = {hub_mark} (if it is and has lost the tag, tag it again)"
            ),
        }
    }

    /// The kind's name in `chain` and in messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.spec {
            Spec::Queue(_) => "queue",
            Spec::LogGroup(_) => "log_group",
            Spec::Role(_) => "role",
            Spec::Bus(_) => "event_bus",
            Spec::BusPermission(_) => "event_bus_permission",
            Spec::Function(_) => "function",
            Spec::AsyncSettings(_) => "async_settings",
            Spec::FunctionPermission(_) => "function_permission",
            Spec::BucketNotification(_) => "bucket_notification",
            Spec::Subscription(_) => "subscription",
            Spec::Rule(_) => "rule",
            Spec::Target(_) => "target",
            Spec::Alarm(_) => "alarm",
            Spec::Watch(_) => "watch",
        }
    }

    /// The object's name within its account, region and kind.
    pub(crate) fn name(&self) -> String {
        let sid = |statement: &Value| statement["Sid"].as_str().unwrap_or_default().to_owned();
        match &self.spec {
            Spec::Queue(queue) => queue.name.clone(),
            Spec::LogGroup(group) => group.name.clone(),
            Spec::Role(role) => role.name.clone(),
            Spec::Bus(bus) => bus.name.clone(),
            Spec::BusPermission(permission) => sid(&permission.statement),
            Spec::Function(function) => function.name.clone(),
            Spec::AsyncSettings(settings) => settings.function.clone(),
            Spec::FunctionPermission(permission) => permission.sid.clone(),
            Spec::BucketNotification(entry) => entry.id.clone(),
            Spec::Subscription(it) => it.topic_arn.rsplit(':').next().unwrap_or_default().to_owned(),
            Spec::Rule(rule) => rule.name.clone(),
            Spec::Target(target) => target.id.to_owned(),
            Spec::Alarm(alarm) => alarm.name.clone(),
            Spec::Watch(watch) => watch.name.clone(),
        }
    }

    /// The object's ARN; for a part of something, the ARN of that.
    pub(crate) fn arn(&self) -> String {
        let at = &self.at;
        match &self.spec {
            Spec::Queue(queue) => queue_arn(at, &queue.name),
            Spec::LogGroup(group) => arn("logs", at, &format!("log-group:{}", group.name)),
            Spec::Role(role) => role_arn(at, &role.name),
            Spec::Bus(bus) => bus_arn(at, &bus.name),
            Spec::BusPermission(permission) => bus_arn(at, &permission.bus),
            Spec::Function(function) => function_arn(at, &function.name),
            Spec::AsyncSettings(settings) => function_arn(at, &settings.function),
            Spec::FunctionPermission(permission) => function_arn(at, &permission.function),
            Spec::BucketNotification(entry) => bucket_arn(at, &entry.bucket),
            Spec::Subscription(it) => it.topic_arn.clone(),
            Spec::Rule(rule) => rule_arn(at, &rule.bus, &rule.name),
            Spec::Target(target) => rule_arn(at, &target.bus, &target.rule),
            Spec::Alarm(alarm) => alarm_arn(at, &alarm.name),
            Spec::Watch(watch) => parameter_arn(at, &watch.name),
        }
    }
}

/// What, which and where: how messages name an object.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind().replace('_', " ");
        match &self.spec {
            Spec::BucketNotification(entry) => {
                write!(f, "{kind} {} of bucket {} in {}", entry.id, entry.bucket, self.at)
            }
            Spec::Subscription(it) => write!(f, "{kind} of {} in {}", it.topic_arn, self.at),
            Spec::Target(target) => write!(f, "{kind} {} of rule {} in {}", target.id, target.rule, self.at),
            Spec::BusPermission(permission) => {
                write!(f, "{kind} {} of bus {} in {}", self.name(), permission.bus, self.at)
            }
            Spec::FunctionPermission(permission) => {
                write!(f, "{kind} {} of function {} in {}", permission.sid, permission.function, self.at)
            }
            _ => write!(f, "{kind} {} in {}", self.name(), self.at),
        }
    }
}
