//! What each object of a chain must be, by kind.

use guard_contract::Handler;
use serde_json::Value;

use super::{Delivery, policies};

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

impl Role {
    /// Its trust policy: the one service.
    pub(crate) fn trust(&self) -> Value {
        policies::trust(self.service)
    }
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
}

impl Function {
    /// The name of its role.
    pub(crate) fn role(&self) -> &str {
        self.role_arn.rsplit('/').next().unwrap_or(&self.role_arn)
    }
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
    /// May end in `*`; none for everything that the service calls for.
    pub(crate) source_arn: Option<String>,
    /// Only where the ARN doesn't hold it (buckets), or AWS asks for it (an account's own alarms): EventBridge doesn't
    /// say for which account it calls, so a rule's call would be refused.
    pub(crate) source_account: Option<String>,
    /// What the `Sid`s begin with, an account's id behind it, of the statements for single accounts that 0.1.0 wrote
    /// and this one replaces.
    pub(crate) replaces: Option<String>,
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
