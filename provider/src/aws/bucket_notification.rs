//! How the trail's bucket tells of new files: our entry in its notification, or its switch for EventBridge.
//!
//! PutBucketNotificationConfiguration replaces everything and has no condition, so whatever others wrote is
//! sent back as it was read, and the result is read again and compared.

use std::{sync::Arc, time::Duration};

use aws_sdk_s3::{
    operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput,
    types::{
        Event, EventBridgeConfiguration, FilterRule, FilterRuleName, LambdaFunctionConfiguration,
        NotificationConfiguration, NotificationConfigurationFilter, S3KeyFilter,
    },
};

use tokio::time::{Instant, sleep};

use crate::chain::{BucketNotification, Delivery};
use crate::halt::halted;

use super::error::{Called, absent};
use super::function_permission::{source, withdraw};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, Site, clock_speed, destination, subscription, trail_rule};

const ABSENT: &[&str] = &["NoSuchBucket"];

/// The bucket's whole notification; `None` if there is no such bucket.
async fn read(site: &Site, bucket: &str) -> Result<Option<NotificationConfiguration>, Error> {
    let found = site.s3.get_bucket_notification_configuration().bucket(bucket).send().await;
    let found = absent(found.called("s3:GetBucketNotification", &site.at), ABSENT)?;
    let whole = |have: GetBucketNotificationConfigurationOutput| {
        NotificationConfiguration::builder()
            .set_topic_configurations(have.topic_configurations)
            .set_queue_configurations(have.queue_configurations)
            .set_lambda_function_configurations(have.lambda_function_configurations)
            .set_event_bridge_configuration(have.event_bridge_configuration)
            .build()
    };
    Ok(found.map(whole))
}

/// The bucket's whole notification, as it was last read.
pub(super) async fn listed(
    site: &Site,
    bucket: &str,
) -> Result<Arc<Option<NotificationConfiguration>>, Error> {
    site.seen.notifications.about(bucket).get(|| read(site, bucket)).await
}

fn entry(want: &BucketNotification) -> LambdaFunctionConfiguration {
    let rule = |name, value: &str| FilterRule::builder().name(name).value(value).build();
    let key = S3KeyFilter::builder()
        .filter_rules(rule(FilterRuleName::Prefix, &want.prefix))
        .filter_rules(rule(FilterRuleName::Suffix, want.suffix));
    LambdaFunctionConfiguration::builder()
        .id(&want.id)
        .lambda_function_arn(&want.function_arn)
        .events(Event::S3ObjectCreated)
        .filter(NotificationConfigurationFilter::builder().key(key.build()).build())
        .build()
        .expect("function and events are set")
}

/// Prefix and suffix of a filter. S3 writes the names of the rules back in another case.
pub(super) fn affixes(filter: Option<&NotificationConfigurationFilter>) -> (String, String) {
    let rules = filter.and_then(|filter| filter.key()).map(|key| key.filter_rules()).unwrap_or_default();
    let value = |wanted: &str| {
        let named =
            |rule: &&FilterRule| rule.name().is_some_and(|name| name.as_str().eq_ignore_ascii_case(wanted));
        rules.iter().find(named).and_then(|rule| rule.value()).unwrap_or_default().to_owned()
    };
    (value("prefix"), value("suffix"))
}

fn is_wanted(have: &LambdaFunctionConfiguration, want: &BucketNotification) -> bool {
    have.lambda_function_arn() == want.function_arn
        && have.events() == [Event::S3ObjectCreated]
        && affixes(have.filter()) == (want.prefix.clone(), want.suffix.to_owned())
}

/// Our entry, whatever it tells of.
fn ours<'a>(
    have: &'a NotificationConfiguration,
    want: &BucketNotification,
) -> Option<&'a LambdaFunctionConfiguration> {
    have.lambda_function_configurations().iter().find(|entry| entry.id() == Some(&want.id))
}

fn has_own(have: &NotificationConfiguration, want: &BucketNotification) -> bool {
    ours(have, want).is_some_and(|entry| entry.lambda_function_arn() == want.function_arn)
}

fn is_switched_on(have: &NotificationConfiguration) -> bool {
    have.event_bridge_configuration().is_some()
}

pub(super) async fn observe(context: &Context<'_>, want: &BucketNotification) -> Result<Observed, Error> {
    let found = listed(context.site, &want.bucket).await?;
    let Some(have) = &*found else {
        return Ok(Observed::Absent);
    };
    let mut drift = Former::of(context, want, have).await?.said(want);
    match want.delivery {
        Delivery::Notification => match ours(have, want) {
            None if drift.is_empty() => return Ok(Observed::Absent),
            None => drift.push("there is no entry".to_owned()),
            Some(entry) if is_wanted(entry, want) => {}
            Some(entry) if entry.lambda_function_arn() != want.function_arn => return Ok(Observed::Foreign),
            Some(_) => drift.push("its events or its filter differ".to_owned()),
        },
        Delivery::EventBridge if is_switched_on(have) => {}
        Delivery::EventBridge if drift.is_empty() => return Ok(Observed::Absent),
        Delivery::EventBridge => drift.push("it doesn't tell EventBridge".to_owned()),
        Delivery::Sns => {}
    }
    Ok(Observed::ours(drift))
}

/// What tells the filter in another way than is wanted, because another was wanted before.
struct Former {
    /// Our entry.
    entry: bool,
    /// Our rule on the default bus.
    rule: bool,
    /// The trail's topic.
    topic: Option<String>,
}

impl Former {
    async fn of(
        context: &Context<'_>,
        want: &BucketNotification,
        have: &NotificationConfiguration,
    ) -> Result<Self, Error> {
        let by_rule = want.delivery != Delivery::EventBridge && is_switched_on(have);
        let by_topic = want.delivery != Delivery::Sns;
        Ok(Self {
            entry: want.delivery != Delivery::Notification && has_own(have, want),
            rule: by_rule && trail_rule::find(context, &want.rule).await?.is_some(),
            topic: if by_topic {
                source(context.site, &want.function, &want.topic_leave).await?
            } else {
                None
            },
        })
    }

    fn is_none(&self) -> bool {
        !self.entry && !self.rule && self.topic.is_none()
    }

    fn said(&self, want: &BucketNotification) -> Vec<String> {
        let entry = self.entry.then(|| format!("its entry {} tells the filter of the same files", want.id));
        let rule =
            self.rule.then(|| format!("rule {} of the default bus tells the filter of them", want.rule));
        let topic = self.topic.as_ref().map(|topic| format!("topic {topic} tells the filter of them"));
        entry.into_iter().chain(rule).chain(topic).collect()
    }
}

/// Makes the filter hear of new files in the way that is wanted, and then in no other: S3 takes its time to begin, and
/// what is told twice is only read twice. `exists` says whether anything was seen before.
pub(super) async fn put(context: &Context<'_>, want: &BucketNotification, exists: bool) -> Result<(), Error> {
    let (first, alone) = match want.delivery {
        Delivery::Notification => (Aim::Entry, Aim::EntryAlone),
        Delivery::EventBridge => (Aim::Switch, Aim::SwitchAlone),
        Delivery::Sns => (Aim::Stay, Aim::Nothing),
    };
    let before = change(context, want, first).await?;
    let Some(before) = before.filter(|_| exists) else { return Ok(()) };
    let former = Former::of(context, want, &before).await?;
    if former.is_none() {
        return Ok(());
    }
    if want.delivery != Delivery::Sns {
        effect(context).await?;
    }
    change(context, want, alone).await?;
    if former.rule {
        trail_rule::remove(context, &want.rule).await?;
    }
    if let Some(topic) = former.topic {
        subscription::end(context.site, &topic, &want.function_arn).await?;
    }
    for leave in &want.other_leaves {
        withdraw(context.site, &want.function, leave).await?;
    }
    Ok(())
}

/// Whatever tells the filter goes; the switch is turned off if it was guard that turned it on.
pub(super) async fn remove(context: &Context<'_>, want: &BucketNotification) -> Result<(), Error> {
    let before = change(context, want, Aim::Nothing).await?;
    let was_on = before.is_some_and(|before| is_switched_on(&before));
    // Where the switch is wanted, its rule is an object of its own.
    if was_on
        && want.delivery != Delivery::EventBridge
        && trail_rule::find(context, &want.rule).await?.is_some()
    {
        trail_rule::remove(context, &want.rule).await?;
    }
    Ok(())
}

/// Who is to tell the filter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// Our entry, and EventBridge still if it does.
    Entry,
    /// Our entry and not EventBridge.
    EntryAlone,
    /// EventBridge, and our entry still if it does.
    Switch,
    /// EventBridge and not our entry.
    SwitchAlone,
    /// Whoever does now.
    Stay,
    /// Nobody by the bucket.
    Nothing,
}

/// What of a bucket's notification is ours to decide.
#[derive(Clone, Copy)]
struct Parts {
    /// Whether our entry is there.
    entry: bool,
    /// Whether EventBridge is told of everything; `None` leaves it as it is.
    switch: Option<bool>,
}

/// What that means for a notification. Where the switch is to be turned on, this is noted first.
async fn parts(
    context: &Context<'_>,
    want: &BucketNotification,
    aim: Aim,
    have: &NotificationConfiguration,
) -> Result<Parts, Error> {
    let on = is_switched_on(have);
    let switch = match aim {
        Aim::Entry | Aim::Stay => None,
        Aim::EntryAlone | Aim::Nothing if on => {
            let rule = trail_rule::find(context, &want.rule).await?;
            rule.is_some_and(|rule| rule.has_switched_on).then_some(false)
        }
        Aim::EntryAlone | Aim::Nothing => None,
        Aim::Switch | Aim::SwitchAlone => {
            if !on {
                trail_rule::note_switch(context, &want.rule).await?;
            }
            Some(true)
        }
    };
    let entry = match aim {
        Aim::Entry | Aim::EntryAlone => true,
        Aim::Switch | Aim::Stay => has_own(have, want),
        Aim::SwitchAlone | Aim::Nothing => false,
    };
    Ok(Parts { entry, switch })
}

impl Parts {
    /// The notification with our parts so, and everything else as it is.
    fn within(
        self,
        have: &NotificationConfiguration,
        want: &BucketNotification,
    ) -> NotificationConfiguration {
        let mut next = have.clone();
        let functions = next.lambda_function_configurations.get_or_insert_default();
        functions.retain(|entry| entry.id() != Some(&want.id));
        functions.extend(self.entry.then(|| entry(want)));
        if functions.is_empty() {
            next.lambda_function_configurations = None;
        }
        match self.switch {
            Some(true) => {
                next.event_bridge_configuration = Some(EventBridgeConfiguration::builder().build());
            }
            Some(false) => next.event_bridge_configuration = None,
            None => {}
        }
        next
    }

    fn are_in(self, have: &NotificationConfiguration, want: &BucketNotification) -> bool {
        let present = have.lambda_function_configurations().iter().any(|entry| is_wanted(entry, want));
        present == self.entry && self.switch.is_none_or(|switch| switch == is_switched_on(have))
    }
}

/// Reads, changes only what is ours, writes, reads again; once more if somebody else wrote in between. Answers what
/// was there before; nothing if the bucket is gone.
async fn change(
    context: &Context<'_>,
    want: &BucketNotification,
    aim: Aim,
) -> Result<Option<NotificationConfiguration>, Error> {
    let site = context.site;
    // S3 asks whether it may invoke the function, whose permission may be seconds old.
    let not_yet =
        |error: &Error| error.message == OVERWRITTEN || error.says("InvalidArgument", "Unable to validate");
    retry(PROPAGATION, not_yet, || async {
        let gone = || {
            let message = format!("bucket {} is gone", want.bucket);
            Error::answer("s3:GetBucketNotification", &site.at, message)
        };
        let Some(have) = read(site, &want.bucket).await? else {
            return if matches!(aim, Aim::Nothing | Aim::Stay) { Ok(None) } else { Err(gone()) };
        };
        let parts = parts(context, want, aim, &have).await?;
        let next = parts.within(&have, want);
        if next == have {
            return Ok(Some(have));
        }
        let request = site.s3.put_bucket_notification_configuration().bucket(&want.bucket);
        let request = request.notification_configuration(next);
        // What only takes our entry away must not depend on where others' entries lead.
        let only_removes = matches!(aim, Aim::Nothing | Aim::SwitchAlone);
        let request = request.set_skip_destination_validation(only_removes.then_some(true));
        let written = request.send().await;
        let foreign =
            written.as_ref().err().and_then(|error| destination::foreign(error, &want.function_arn));
        written.called("s3:PutBucketNotification", &site.at).map_err(|error| match foreign {
            Some(foreign) => Error { message: foreign, ..error },
            None => error,
        })?;
        // What was written must be seen to be there.
        let now = read(site, &want.bucket).await?.ok_or_else(gone)?;
        if parts.are_in(&now, want) {
            Ok(Some(have))
        } else {
            Err(Error::answer("s3:PutBucketNotification", &site.at, OVERWRITTEN))
        }
    })
    .await
}

const OVERWRITTEN: &str = "the bucket's notification was changed by somebody else at the same moment";

/// How long S3 may take until it tells in the new way ("around five minutes": S3 user guide, "Enabling Amazon
/// EventBridge").
const EFFECT: Duration = Duration::from_secs(300);

/// Waits for that, as the files of these minutes would be lost with the old way.
async fn effect(context: &Context<'_>) -> Result<(), Error> {
    let effect = clock_speed::scaled(EFFECT);
    tracing::info!(seconds = effect.as_secs(), "waiting until S3 tells of new files in the new way");
    let end = Instant::now() + effect;
    while Instant::now() < end {
        if let Some(halt) = halted() {
            let message = format!("the next apply ends the old way of telling of new files, as {halt}");
            return Err(Error::answer("s3:PutBucketNotification", &context.site.at, message));
        }
        sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}
