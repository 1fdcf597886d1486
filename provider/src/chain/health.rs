//! Alarms on the chain itself: what could not be delivered, handled or read must not stay unseen.
//!
//! They lead to one of our functions, which tells the guards' topics as it tells of incidents. In the hub's region
//! that is the filter, also for the relays of other accounts (CloudWatch, "Invoke a Lambda function from an alarm":
//! the function may be in another account); elsewhere it is the responder that stands there.

use guard_contract::{Handler, METRICS_NAMESPACE, metric};

use super::arns::function_arn;
use super::{Alarm, Hub, Location, Metric, Statistic};

/// Whether it is the filter that tells of a place's alarms.
pub(super) fn is_told_by_hub(at: &Location, hub: &Hub) -> bool {
    at.region == hub.location.region
}

/// Something in a place's dead-letter queue.
pub(super) fn dead_letters(at: &Location, hub: &Hub) -> Alarm {
    let queue = hub.names.queue();
    let description = format!(
        "guard: something could not be delivered or handled and waits in queue {queue} in {at} for 14 days. Read it, mend the cause and replay it (guide: It tripped: now what)"
    );
    let metric = Metric {
        namespace: "AWS/SQS",
        name: "ApproximateNumberOfMessagesVisible",
        statistic: Statistic::Maximum,
        dimensions: vec![("QueueName", queue.clone())],
    };
    alarm(queue, description, metric, at, hub)
}

/// Failed invocations of a function.
pub(super) fn errors(handler: Handler, at: &Location, hub: &Hub) -> Alarm {
    let function = hub.names.function(handler);
    let description = format!(
        "guard: function {function} in {at} failed. It is tried twice more; what then still fails is in the dead-letter queue. Its log group says why"
    );
    let metric = Metric {
        namespace: "AWS/Lambda",
        name: "Errors",
        statistic: Statistic::Sum,
        dimensions: vec![("FunctionName", function.clone())],
    };
    alarm(format!("{function}-errors"), description, metric, at, hub)
}

/// Watches that the filter could not read.
pub(super) fn unreadable_watches(hub: &Hub) -> Alarm {
    let (function, at) = (hub.names.function(Handler::Filter), &hub.location);
    let description = format!(
        "guard: function {function} in {at} can't read what a guard expects, so that guard trips by its other signals only. Its log group names the parameter; terraform apply repairs it"
    );
    let metric = Metric {
        namespace: METRICS_NAMESPACE,
        name: metric::WATCHES_UNREADABLE,
        statistic: Statistic::Sum,
        dimensions: vec![("FunctionName", function.clone())],
    };
    alarm(format!("{function}-watches"), description, metric, at, hub)
}

fn alarm(name: String, description: String, metric: Metric, at: &Location, hub: &Hub) -> Alarm {
    let names = &hub.names;
    let function_arn = if is_told_by_hub(at, hub) {
        function_arn(&hub.location, &names.function(Handler::Filter))
    } else {
        function_arn(at, &names.function(Handler::Responder))
    };
    Alarm { name, family: names.all(), description, metric, function_arn }
}
