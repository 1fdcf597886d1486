//! Alarms on the chain itself: what could not be delivered, handled or read must not stay unseen.
//!
//! They lead to one of our functions, which tells the guards' topics as it tells of incidents. In the hub's region
//! that is the filter, also for the relays of other accounts (CloudWatch, "Invoke a Lambda function from an alarm":
//! the function may be in another account); elsewhere it is the responder that stands there.

use guard_contract::{Handler, HealthAlarm, METRICS_NAMESPACE, metric};

use super::arns::function_arn;
use super::{Alarm, Hub, Location, Metric, Statistic};

/// Whether it is the filter that tells of a place's alarms.
pub(super) fn is_told_by_hub(at: &Location, hub: &Hub) -> bool {
    at.region == hub.location.region
}

/// Something in a place's dead-letter queue.
pub(super) fn dead_letters(at: &Location, hub: &Hub) -> Alarm {
    let metric = Metric {
        namespace: "AWS/SQS",
        name: "ApproximateNumberOfMessagesVisible",
        statistic: Statistic::Maximum,
        dimensions: vec![("QueueName", hub.names.queue())],
    };
    alarm(HealthAlarm::DeadLetters, metric, at, hub)
}

/// Failed invocations of a function.
pub(super) fn errors(handler: Handler, at: &Location, hub: &Hub) -> Alarm {
    let metric = Metric {
        namespace: "AWS/Lambda",
        name: "Errors",
        statistic: Statistic::Sum,
        dimensions: vec![("FunctionName", hub.names.function(handler))],
    };
    alarm(HealthAlarm::Errors(handler), metric, at, hub)
}

/// Watches that the filter could not read.
pub(super) fn unreadable_watches(hub: &Hub) -> Alarm {
    let metric = Metric {
        namespace: METRICS_NAMESPACE,
        name: metric::WATCHES_UNREADABLE,
        statistic: Statistic::Sum,
        dimensions: vec![("FunctionName", hub.names.function(Handler::Filter))],
    };
    alarm(HealthAlarm::UnreadableWatches, metric, &hub.location, hub)
}

fn alarm(which: HealthAlarm, metric: Metric, at: &Location, hub: &Hub) -> Alarm {
    let names = &hub.names;
    let (name, description) = (names.health_alarm(which), names.health_description(which, at));
    let function_arn = if is_told_by_hub(at, hub) {
        function_arn(&hub.location, &names.function(Handler::Filter))
    } else {
        function_arn(at, &names.function(Handler::Responder))
    };
    Alarm { name, family: names.all(), description, metric, function_arn }
}
