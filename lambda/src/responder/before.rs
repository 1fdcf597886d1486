//! Records from long before the guard was built: people are notified once, and nobody is denied.

use std::collections::BTreeMap;

use guard_contract::incident::BEFORE_TAG;
use time::Duration;
use tokio::time::Instant;

use super::{
    BEFORE_DENY, Case, Contained, Guard, Handled, Outcome, Responder, ResponderError, Services,
    notice::Claim, record::written,
};
use crate::{
    notify::Message,
    text::{VALUE, clean, subject},
};

/// How often it is noted that old records come.
const NOTED: Duration = Duration::minutes(5);

impl<S: Services> Responder<S> {
    /// Reports a record from before its guard: each to the log, the first to the guard's topics.
    pub(super) async fn report_old(&self, case: &Case, guard: &Guard) -> Result<Handled, ResponderError> {
        let services = &self.services;
        let stream = format!("incidents/{}/{}/before", guard.rule, guard.life);
        let claim = Claim::stake(services, stream.clone(), Instant::now() + BEFORE_DENY).await;
        self.log(case, Outcome::BeforeGuard, Outcome::BeforeGuard.level(), Some(&stream));
        let mut failures = Vec::new();
        let now = (self.settings.clock)();
        if guard.before_at.is_none_or(|at| at + NOTED < now) {
            let tags = BTreeMap::from([(BEFORE_TAG.to_owned(), written(now))]);
            if let Err(refusal) = services.tag(&guard.arn, &tags).await {
                failures.push(format!("that old records came is not recorded: {refusal}"));
            }
        }
        if claim != Claim::Others {
            let message = message(case, guard, &stream);
            for topic in &guard.topics {
                if let Err(refusal) = services.publish(topic, &message).await {
                    failures.push(format!("{topic} was not told: {refusal}"));
                }
            }
        }
        let contained = Contained { outcome: Outcome::BeforeGuard, failure: None };
        self.ended(case, contained, &failures).map(Handled::User)
    }
}

fn message(case: &Case, guard: &Guard, stream: &str) -> Message {
    let user = clean(&case.user, VALUE);
    let account = &case.account;
    let time = clean(case.trigger.event_time.as_deref().unwrap_or("?"), VALUE);
    let event = clean(case.trigger.event_id.as_deref().unwrap_or("?"), VALUE);
    let body = format!(
        "CloudTrail's records of IAM user {user} of account {account} were delivered that are from before its guard \
         was built. They would have tripped it. They are reported once, and not acted on: a bucket whose files are \
         restored, copied or encrypted anew delivers old records once more.\n\n\
         The first:\n\
         Time:     {time}\n\
         Event:    {event}\n\n\
         If nobody has done anything to the bucket, or the key may have leaked then, look at the record in the trail \
         and deny the user by hand.\n"
    );
    Message {
        subject: subject(&format!("guard: old records, not acted on: {user} of {account}")),
        body,
        group: guard.rule.clone(),
        once: stream.to_owned(),
    }
}
