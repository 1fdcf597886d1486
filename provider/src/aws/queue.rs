//! Dead-letter queues.

use std::collections::HashMap;

use aws_sdk_sqs::{operation::get_queue_attributes::GetQueueAttributesOutput, types::QueueAttributeName};

use crate::chain::{Location, Queue};

use super::answers::Tags;
use super::error::{Called, absent, present};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, mark, policy};

/// Fourteen days, the longest that SQS keeps a message (SetQueueAttributes, `MessageRetentionPeriod`).
const RETENTION_SECONDS: &str = "1209600";

const ABSENT: &[&str] = &["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"];

/// SQS reads account and name out of a queue's URL, so it needn't be asked for (SQS, "Queue and message
/// identifiers").
fn url(context: &Context<'_>, want: &Queue) -> String {
    let at @ Location { account, region } = &context.site.at;
    let host = format!("https://sqs.{region}.{}", at.partition().dns_suffix());
    let endpoint = context.site.endpoint.as_deref().unwrap_or(&host);
    format!("{}/{account}/{}", endpoint.trim_end_matches('/'), want.name)
}

async fn tags(context: &Context<'_>, url: &str) -> Result<Option<Tags>, Error> {
    let tags = context.site.sqs.list_queue_tags().queue_url(url).send().await;
    let tags = absent(tags.called("sqs:ListQueueTags", &context.site.at), ABSENT)?;
    Ok(tags.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
}

pub(super) async fn observe(context: &Context<'_>, want: &Queue) -> Result<Observed, Error> {
    let url = url(context, want);
    let answer = context.site.seen.queues.about(&want.name);
    let found = answer.get(|| attributes(context, &url)).await?;
    let Some(attributes) = &*found else {
        return Ok(Observed::Absent);
    };
    let tags = super::tags::of(context.site, context.mark, context.object, || tags(context, &url));
    let tags = match tags.await? {
        None => return Ok(Observed::Absent),
        Some(tags) if !mark::is_ours(&tags, context.mark) => return Ok(Observed::Foreign),
        Some(tags) => tags,
    };
    let mut drift: Vec<String> = mark::lack(&tags, context).into_iter().collect();
    let policy = attributes.get(&QueueAttributeName::Policy).map(String::as_str);
    for want in &want.statements {
        let sid = want["Sid"].as_str().unwrap_or_default();
        if !policy::find(policy, sid).is_some_and(|statement| policy::same(&statement, want)) {
            drift.push(format!("its policy lacks our statement {sid}"));
        }
    }
    if attributes
        .get(&QueueAttributeName::MessageRetentionPeriod)
        .is_some_and(|kept| kept != RETENTION_SECONDS)
    {
        drift.push("it doesn't keep messages for 14 days".to_owned());
    }
    Ok(Observed::ours(drift))
}

/// A queue's attributes; `None` if it is not there.
async fn attributes(
    context: &Context<'_>,
    url: &str,
) -> Result<Option<HashMap<QueueAttributeName, String>>, Error> {
    let request = context.site.sqs.get_queue_attributes().queue_url(url);
    let answer = request.attribute_names(QueueAttributeName::All).send().await;
    let answer = absent(answer.called("sqs:GetQueueAttributes", &context.site.at), ABSENT)?;
    let of = |answer: GetQueueAttributesOutput| {
        present(answer.attributes, "Attributes", "sqs:GetQueueAttributes", &context.site.at)
    };
    answer.map(of).transpose()
}

pub(super) async fn put(context: &Context<'_>, want: &Queue, exists: bool) -> Result<(), Error> {
    let (sqs, at) = (&context.site.sqs, &context.site.at);
    let url = url(context, want);
    if exists && let Some(attributes) = attributes(context, &url).await? {
        let policy = attributes.get(&QueueAttributeName::Policy).map(String::as_str);
        let request = sqs.set_queue_attributes().queue_url(&url);
        let request = request.attributes(QueueAttributeName::Policy, all(policy, want));
        let request = request.attributes(QueueAttributeName::MessageRetentionPeriod, RETENTION_SECONDS);
        request.send().await.called("sqs:SetQueueAttributes", at)?;
        return retag(context, &url).await;
    }
    // A name is free again 60 seconds after its queue was deleted (SQS, DeleteQueue).
    let recently =
        |error: &Error| error.code.as_deref().is_some_and(|code| code.ends_with("QueueDeletedRecently"));
    retry(PROPAGATION, recently, || async {
        let request = sqs.create_queue().queue_name(&want.name);
        let request = request.attributes(QueueAttributeName::Policy, all(None, want));
        let request = request.attributes(QueueAttributeName::MessageRetentionPeriod, RETENTION_SECONDS);
        let tags = mark::tags(context).into_iter().collect();
        request.set_tags(Some(tags)).send().await.called("sqs:CreateQueue", at)
    })
    .await?;
    Ok(())
}

async fn retag(context: &Context<'_>, url: &str) -> Result<(), Error> {
    if context.object.shared_tags.now.is_empty() {
        return Ok(());
    }
    let lacking = mark::lacking(&tags(context, url).await?.unwrap_or_default(), context.object);
    if !lacking.is_empty() {
        let request = context.site.sqs.tag_queue().queue_url(url);
        let request = request.set_tags(Some(lacking.into_iter().collect()));
        request.send().await.called("sqs:TagQueue", &context.site.at)?;
    }
    Ok(())
}

/// A queue's policy with our statements in it.
fn all(policy: Option<&str>, want: &Queue) -> String {
    let with = |policy: String, ours| policy::merged(Some(&policy), ours);
    want.statements.iter().fold(policy.unwrap_or_default().to_owned(), with)
}

pub(super) async fn remove(context: &Context<'_>, want: &Queue) -> Result<(), Error> {
    let gone = context.site.sqs.delete_queue().queue_url(url(context, want)).send().await;
    absent(gone.called("sqs:DeleteQueue", &context.site.at), ABSENT)?;
    Ok(())
}
