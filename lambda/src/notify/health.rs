//! Alarms on guard itself: events that could not be delivered, functions that fail, watches that can't be read.

use guard_contract::{Handler, Partition};
use serde_json::json;

use super::{Message, Publisher};
use crate::{
    alarm::Alarm,
    arn,
    log::{self, Level},
    text::{VALUE, clean, subject},
};

/// The longest description of an alarm (CloudWatch, PutMetricAlarm: 1,024 characters), and the longest reason
/// (CloudWatch, MetricAlarm: 1,023).
const DESCRIPTION: usize = 1024;

/// Topics that were not told; all others were.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("alarm {alarm} was not told to {}", .failures.join("; "))]
pub struct HealthError {
    /// The alarm's ARN.
    pub alarm: String,
    /// Topic and reason of each.
    pub failures: Vec<String>,
}

/// Tells topics of an alarm, if it is in alarm; `function` is the ARN of the function that was called. Whether
/// there was anything to tell.
///
/// # Errors
/// If a topic was not told.
pub async fn health(
    publisher: &impl Publisher,
    alarm: &Alarm,
    topics: &[String],
    function: &str,
    handler: Handler,
) -> Result<bool, HealthError> {
    let details = json!({"alarm": alarm.arn, "state": alarm.state, "topics": topics.len()});
    if alarm.state != "ALARM" {
        log::write(Level::Info, "nothing to do: the alarm is not in alarm", &details);
        return Ok(false);
    }
    log::write(Level::Warn, "guard itself needs a look", &details);
    let message = message(alarm, function, handler);
    let mut failures = Vec::new();
    for topic in topics {
        if let Err(refusal) = publisher.publish(topic, &message).await {
            failures.push(format!("{topic}: {refusal}"));
        }
    }
    if failures.is_empty() { Ok(true) } else { Err(HealthError { alarm: alarm.arn.clone(), failures }) }
}

fn message(alarm: &Alarm, function: &str, handler: Handler) -> Message {
    let (account, region) = (arn::account_of(&alarm.arn), arn::region_of(&alarm.arn));
    let (account, region) = (account.unwrap_or("?"), region.unwrap_or("?"));
    let name = clean(if alarm.name.is_empty() { &alarm.arn } else { &alarm.name }, VALUE);
    let function = arn::function_name(function).unwrap_or(handler.name());
    // An alarm on a function does not say where its failures are kept.
    let queue = match alarm.queue() {
        Some(queue) => {
            let suffix = Partition::of_region(region).dns_suffix();
            format!("https://sqs.{region}.{suffix}/{account}/{queue}")
        }
        None => "<the queue's URL>".to_owned(),
    };
    let body = format!(
        "guard itself needs a look: a signal of a leaked key may be late or lost until somebody has had it.\n\
         \n\
         Alarm:    {name}\n\
         Account:  {account}\n\
         Region:   {region}\n\
         Since:    {since}\n\
         About:    {description}\n\
         Reason:   {reason}\n\
         \n\
         What to do: look at the function's log (log group /aws/lambda/{function}) and at the messages in the \
         queue. Once the cause is gone, replay them:\n\
         \n\
         aws lambda invoke --region {region} --function-name {function} \
         --cli-binary-format raw-in-base64-out --payload '{{\"replay\":{{\"queue\":\"{queue}\"}}}}' /dev/stdout\n",
        since = clean(&alarm.since, VALUE),
        description = clean(&alarm.description, DESCRIPTION),
        reason = clean(&alarm.reason, DESCRIPTION),
    );
    Message {
        subject: subject(&format!("guard needs a look in {account} {region}: {name}")),
        body,
        group: alarm.arn.clone(),
        once: format!("{} {}", alarm.arn, alarm.since),
    }
}

#[cfg(test)]
#[path = "health_tests.rs"]
mod tests;
