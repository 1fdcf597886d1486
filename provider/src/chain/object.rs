//! The objects of a chain: what each must be, where, and who needs it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use guard_contract::Handler;
use serde_json::Value;

use super::arns::{
    alarm_arn, arn, bucket_arn, bus_arn, function_arn, parameter_arn, queue_arn, role_arn, rule_arn,
};
use super::{Delivery, Location, SharedTags};

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

/// What an object must be, by kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Spec {
    /// An SQS queue for what could not be delivered or handled.
    Queue(Queue),
    /// The log group of a function.
    LogGroup(LogGroup),
    /// A role with its policy.
    Role(Role),
    /// An event bus.
    Bus(Bus),
    /// Our statement in a bus's policy.
    BusPermission(BusPermission),
    /// A function with our artifact.
    Function(Function),
    /// A function's settings for asynchronous invocation.
    AsyncSettings(AsyncSettings),
    /// Our statement in a function's policy.
    FunctionPermission(FunctionPermission),
    /// How the bucket tells the filter of new files.
    BucketNotification(BucketNotification),
    /// The filter's subscription to the trail's topic.
    Subscription(Subscription),
    /// A rule on one of our buses.
    Rule(Rule),
    /// A rule's target.
    Target(Target),
    /// An alarm on a user's rule, or on the chain itself.
    Alarm(Alarm),
    /// What the filter must know of a guard: an SSM parameter.
    Watch(WatchParameter),
}

/// See [`Spec::Queue`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Queue {
    pub(crate) name: String,
    /// Our statements in its policy, told by their `Sid`s.
    pub(crate) statements: Vec<Value>,
}

/// See [`Spec::LogGroup`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogGroup {
    pub(crate) name: String,
    pub(crate) retention_days: i32,
}

/// See [`Spec::Role`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) description: String,
    /// The service that assumes it, such as `events.amazonaws.com`.
    pub(crate) service: &'static str,
    /// Its only policy, inline, of the role's own name.
    pub(crate) policy: Value,
}

/// See [`Spec::Bus`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bus {
    pub(crate) name: String,
}

/// See [`Spec::BusPermission`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BusPermission {
    pub(crate) bus: String,
    /// The statement, told by its `Sid`.
    pub(crate) statement: Value,
}

/// See [`Spec::Function`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) handler: Handler,
    pub(crate) role_arn: String,
    pub(crate) memory_mb: i32,
    pub(crate) timeout_seconds: i32,
    pub(crate) environment: BTreeMap<String, String>,
}

/// See [`Spec::AsyncSettings`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AsyncSettings {
    pub(crate) function: String,
    pub(crate) queue_arn: String,
}

/// See [`Spec::FunctionPermission`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FunctionPermission {
    pub(crate) function: String,
    pub(crate) sid: String,
    pub(crate) principal: &'static str,
    /// May end in `*`.
    pub(crate) source_arn: String,
    /// Only where the ARN doesn't hold it (buckets), or AWS asks for it (alarms): EventBridge doesn't say
    /// for which account it calls, so a rule's call would be refused.
    pub(crate) source_account: Option<String>,
}

/// See [`Spec::BucketNotification`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BucketNotification {
    /// By our entry, or by its switch for EventBridge; or not at all, but by the trail's topic.
    pub(crate) delivery: Delivery,
    pub(crate) bucket: String,
    /// The entry's id.
    pub(crate) id: String,
    /// The filter.
    pub(crate) function: String,
    pub(crate) function_arn: String,
    pub(crate) prefix: String,
    pub(crate) suffix: &'static str,
    /// The rule on the default bus, which is there if it is the switch, or was.
    pub(crate) rule: String,
    /// The statements in the filter's policy that other ways need.
    pub(crate) other_leaves: Vec<String>,
    /// The one that the trail's topic needs.
    pub(crate) topic_leave: String,
}

/// See [`Spec::Subscription`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Subscription {
    /// The trail's topic.
    pub(crate) topic_arn: String,
    /// The filter.
    pub(crate) function_arn: String,
}

/// See [`Spec::Rule`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rule {
    pub(crate) bus: String,
    pub(crate) name: String,
    pub(crate) pattern: String,
    /// The record of whom the rule is for ([`super::Record`]).
    pub(crate) description: String,
    /// The id of its one target.
    pub(crate) target: &'static str,
}

/// See [`Spec::Target`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) bus: String,
    pub(crate) rule: String,
    pub(crate) id: &'static str,
    pub(crate) arn: String,
    /// Needed where the target is a bus, in the rule's account.
    pub(crate) role_arn: Option<String>,
    pub(crate) dead_letters_arn: String,
}

/// See [`Spec::Alarm`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alarm {
    pub(crate) name: String,
    /// What the names of all our alarms begin with.
    pub(crate) family: String,
    /// For people, but on a user's rule: there it is a record ([`super::Record`]).
    pub(crate) description: String,
    pub(crate) metric: Metric,
    pub(crate) function_arn: String,
}

/// How much of a metric an alarm looks at, at once. All that is watched are one-minute metrics.
pub(crate) const ALARM_PERIOD_SECONDS: i32 = 60;
/// After how many such periods it goes off.
pub(crate) const ALARM_PERIODS: i32 = 1;

/// What an alarm watches: it is in alarm while the metric is at least 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Metric {
    pub(crate) namespace: &'static str,
    pub(crate) name: &'static str,
    pub(crate) statistic: Statistic,
    pub(crate) dimensions: Vec<(&'static str, String)>,
}

/// What of a minute's values counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Statistic {
    /// For what is counted.
    Sum,
    /// For what is measured.
    Maximum,
}

/// See [`Spec::Watch`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WatchParameter {
    /// With its path.
    pub(crate) name: String,
    /// [`guard_contract::Watch`] as JSON.
    pub(crate) value: String,
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

/// When an object is built: what it stands on comes before it, what is in one stage doesn't stand on each
/// other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Buses, on which everything else stands.
    Buses,
    /// Rules: they keep their bus from being deleted, and do nothing yet.
    Rules,
    /// What functions and targets need.
    Grounds,
    /// Functions, once their roles are there.
    Functions,
    /// What belongs to a function; Lambda refuses changes side by side, or loses them.
    Settings,
    /// What sets the chain going.
    Triggers,
    /// What lets events come to a trigger.
    Source,
}

impl Stage {
    /// Whether the objects of this stage are put one by one.
    pub(crate) fn one_by_one(self) -> bool {
        self == Self::Settings
    }
}

impl Object {
    /// When it is built.
    pub(crate) fn stage(&self) -> Stage {
        match &self.spec {
            Spec::Bus(_) => Stage::Buses,
            Spec::Rule(_) => Stage::Rules,
            Spec::Queue(_) | Spec::LogGroup(_) | Spec::Role(_) | Spec::BusPermission(_) | Spec::Watch(_) => {
                Stage::Grounds
            }
            Spec::Function(_) => Stage::Functions,
            Spec::AsyncSettings(_) | Spec::FunctionPermission(_) => Stage::Settings,
            Spec::BucketNotification(it) if it.delivery != Delivery::Notification => Stage::Source,
            Spec::Target(_) | Spec::Subscription(_) | Spec::BucketNotification(_) | Spec::Alarm(_) => {
                Stage::Triggers
            }
        }
    }
}

impl Role {
    /// Its trust policy: the one service.
    pub(crate) fn trust(&self) -> Value {
        super::policies::trust(self.service)
    }
}
