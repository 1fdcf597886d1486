//! Our entry in the notification of the trail's bucket.
//!
//! PutBucketNotificationConfiguration replaces everything and has no condition, so whatever others wrote is
//! sent back as it was read, and the result is read again and compared.

use std::sync::Arc;

use aws_sdk_s3::{
    operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput,
    types::{
        Event, FilterRule, FilterRuleName, LambdaFunctionConfiguration, NotificationConfiguration,
        NotificationConfigurationFilter, S3KeyFilter,
    },
};

use crate::chain::BucketNotification;

use super::error::{Called, absent};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, Site};

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

fn without_ours(have: &NotificationConfiguration, id: &str) -> NotificationConfiguration {
    let mut others = have.clone();
    if let Some(functions) = &mut others.lambda_function_configurations {
        functions.retain(|entry| entry.id() != Some(id));
    }
    if others.lambda_function_configurations().is_empty() {
        others.lambda_function_configurations = None;
    }
    others
}

pub(super) async fn observe(context: &Context<'_>, want: &BucketNotification) -> Result<Observed, Error> {
    let found = listed(context.site, &want.bucket).await?;
    let Some(have) = &*found else {
        return Ok(Observed::Absent);
    };
    let ours = have.lambda_function_configurations().iter().find(|entry| entry.id() == Some(&want.id));
    Ok(match ours {
        None => Observed::Absent,
        Some(entry) if is_wanted(entry, want) => Observed::ours(Vec::new()),
        Some(entry) if entry.lambda_function_arn() != want.function_arn => Observed::Foreign,
        Some(_) => Observed::ours(vec!["its events or its filter differ".to_owned()]),
    })
}

pub(super) async fn put(context: &Context<'_>, want: &BucketNotification) -> Result<(), Error> {
    replace(context, want, Some(entry(want))).await
}

pub(super) async fn remove(context: &Context<'_>, want: &BucketNotification) -> Result<(), Error> {
    replace(context, want, None).await
}

/// Reads, changes only our entry, writes, reads again; once more if somebody else wrote in between.
async fn replace(
    context: &Context<'_>,
    want: &BucketNotification,
    ours: Option<LambdaFunctionConfiguration>,
) -> Result<(), Error> {
    let site = context.site;
    // S3 asks whether it may invoke the function, whose permission may be seconds old.
    let not_yet =
        |error: &Error| error.message == OVERWRITTEN || error.says("InvalidArgument", "Unable to validate");
    retry(PROPAGATION, not_yet, || async {
        let Some(have) = read(site, &want.bucket).await? else {
            let gone = format!("bucket {} is gone", want.bucket);
            return if ours.is_none() {
                Ok(())
            } else {
                Err(Error::answer("s3:GetBucketNotification", &site.at, gone))
            };
        };
        let others = without_ours(&have, &want.id);
        if ours.is_none() && have == others {
            return Ok(());
        }
        let mut next = others.clone();
        next.lambda_function_configurations.get_or_insert_default().extend(ours.clone());
        if next.lambda_function_configurations().is_empty() {
            next.lambda_function_configurations = None;
        }
        let request = site.s3.put_bucket_notification_configuration().bucket(&want.bucket);
        let request = request.notification_configuration(next);
        request.send().await.called("s3:PutBucketNotification", &site.at)?;
        let now = match read(site, &want.bucket).await {
            Ok(now) => now.unwrap_or_else(|| others.clone()),
            Err(error) => {
                // It is written; whether somebody has overwritten it the next plan tells.
                tracing::warn!(%error, "the bucket's notification could not be read again");
                return Ok(());
            }
        };
        let present = now.lambda_function_configurations().iter().any(|entry| is_wanted(entry, want));
        if present == ours.is_some() {
            Ok(())
        } else {
            Err(Error::answer("s3:PutBucketNotification", &site.at, OVERWRITTEN))
        }
    })
    .await
}

const OVERWRITTEN: &str = "the bucket's notification was changed by somebody else at the same moment";
