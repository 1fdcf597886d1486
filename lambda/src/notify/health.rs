//! Alarms on guard itself: events that could not be delivered, functions that fail, watches that can't be read.

use serde_json::json;

use super::{Message, OwnAlarm, Publisher};
use crate::{
    alarm::Alarm,
    log::{self, Level},
    text::subject,
};

/// Topics that were not told; all others were.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("alarm {alarm} was not told to {}", .failures.join("; "))]
pub struct HealthError {
    /// The alarm's ARN.
    pub alarm: String,
    /// Topic and reason of each.
    pub failures: Vec<String>,
}

/// Tells topics of an alarm of guard's own, if it is in alarm. Whether there was anything to tell.
///
/// # Errors
/// If a topic was not told.
pub async fn health(
    publisher: &impl Publisher,
    alarm: &Alarm,
    own: &OwnAlarm,
    topics: &[String],
) -> Result<bool, HealthError> {
    let details = json!({"alarm": alarm.arn, "state": alarm.state, "topics": topics.len()});
    if alarm.state != "ALARM" {
        log::write(Level::Info, "nothing to do: the alarm is not in alarm", &details);
        return Ok(false);
    }
    log::write(Level::Warn, "guard itself needs a look", &details);
    let message = message(alarm, own);
    let mut failures = Vec::new();
    for topic in topics {
        if let Err(refusal) = publisher.publish(topic, &message).await {
            failures.push(format!("{topic}: {refusal}"));
        }
    }
    if failures.is_empty() { Ok(true) } else { Err(HealthError { alarm: alarm.arn.clone(), failures }) }
}

/// Everything in it is guard's own, but for the moment, which is checked: who may set an alarm chooses its reason and
/// description as well, and commands are there to be pasted.
fn message(alarm: &Alarm, own: &OwnAlarm) -> Message {
    let (account, region) = (&own.account, &own.region);
    let (name, function, queue) = (own.name(), own.function(), own.queue());
    let body = format!(
        "guard itself needs a look: a signal of a leaked key may be late or lost until somebody has had it.\n\
         \n\
         Alarm:    {name}\n\
         Account:  {account}\n\
         Region:   {region}\n\
         Since:    {since}\n\
         About:    {description}\n\
         \n\
         What to do: look at the function's log (log group /aws/lambda/{function}) and at the messages in the \
         queue. Once the cause is gone, replay them:\n\
         \n\
         aws lambda invoke --region {region} --function-name {function} \
         --cli-binary-format raw-in-base64-out --payload '{{\"replay\":{{\"queue\":\"{queue}\"}}}}' /dev/stdout\n",
        since = moment(&alarm.since),
        description = own.description(),
    );
    Message {
        subject: subject(&format!("guard needs a look in {account} {region}: {name}")),
        body,
        group: alarm.arn.clone(),
        once: format!("{} {}", alarm.arn, alarm.since),
    }
}

/// A moment as CloudWatch writes it; of anything else nothing.
fn moment(text: &str) -> &str {
    let is_of_moment = |byte: u8| byte.is_ascii_digit() || b"T:.+-Z".contains(&byte);
    if text.len() <= 32 && text.bytes().all(is_of_moment) { text } else { "?" }
}

#[cfg(test)]
#[path = "health_tests.rs"]
mod tests;
