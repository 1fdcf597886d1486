//! ARNs of what we name.

use super::{DEFAULT_BUS, Location};

/// ARN of a service's object.
pub(super) fn arn(service: &str, at: &Location, what: &str) -> String {
    format!("arn:{}:{service}:{}:{}:{what}", at.partition().name(), at.region, at.account)
}

/// ARN of a queue.
pub(super) fn queue_arn(at: &Location, name: &str) -> String {
    arn("sqs", at, name)
}

/// ARN of a bus.
pub(super) fn bus_arn(at: &Location, name: &str) -> String {
    arn("events", at, &format!("event-bus/{name}"))
}

/// ARN of a rule; `*` may stand for its end. The default bus is not in the ARNs of its rules.
pub(crate) fn rule_arn(at: &Location, bus: &str, name: &str) -> String {
    match bus {
        DEFAULT_BUS => arn("events", at, &format!("rule/{name}")),
        _ => arn("events", at, &format!("rule/{bus}/{name}")),
    }
}

/// ARN of an alarm; `*` may stand for its end.
pub(super) fn alarm_arn(at: &Location, name: &str) -> String {
    arn("cloudwatch", at, &format!("alarm:{name}"))
}

/// ARN of a function.
pub(super) fn function_arn(at: &Location, name: &str) -> String {
    arn("lambda", at, &format!("function:{name}"))
}

/// ARN of what is in an account's IAM, which knows no regions.
pub(crate) fn iam_arn(at: &Location, what: &str) -> String {
    format!("arn:{}:iam::{}:{what}", at.partition().name(), at.account)
}

/// ARN of a role.
pub(super) fn role_arn(at: &Location, name: &str) -> String {
    iam_arn(at, &format!("role/{name}"))
}

/// ARN of a bucket in the partition of a place.
pub(crate) fn bucket_arn(at: &Location, name: &str) -> String {
    format!("arn:{}:s3:::{name}", at.partition().name())
}

/// ARN of an SSM parameter, whose name begins with `/`; `*` may stand for its end.
pub(super) fn parameter_arn(at: &Location, name: &str) -> String {
    arn("ssm", at, &format!("parameter{name}"))
}
