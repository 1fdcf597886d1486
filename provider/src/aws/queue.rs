//! Dead-letter queues.

use std::collections::BTreeMap;

use aws_sdk_sqs::types::QueueAttributeName;

use crate::chain::Queue;

use super::error::{Called, absent};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, mark, policy};

/// Fourteen days, the longest that SQS keeps a message (SetQueueAttributes, `MessageRetentionPeriod`).
const RETENTION_SECONDS: &str = "1209600";

const ABSENT: &[&str] = &["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"];

async fn url(context: &Context<'_>, want: &Queue) -> Result<Option<String>, Error> {
    let found = context.site.sqs.get_queue_url().queue_name(&want.name).send().await;
    let found = absent(found.called("sqs:GetQueueUrl", &context.site.at), ABSENT)?;
    Ok(found.and_then(|answer| answer.queue_url))
}

pub(super) async fn observe(context: &Context<'_>, want: &Queue) -> Result<Observed, Error> {
    let Some(url) = url(context, want).await? else {
        return Ok(Observed::Absent);
    };
    let (sqs, at) = (&context.site.sqs, &context.site.at);
    let tags = sqs.list_queue_tags().queue_url(&url).send().await;
    let Some(tags) = absent(tags.called("sqs:ListQueueTags", at), ABSENT)? else {
        return Ok(Observed::Absent);
    };
    let tags: BTreeMap<String, String> = tags.tags.unwrap_or_default().into_iter().collect();
    if !mark::is_ours(&tags, context.mark) {
        return Ok(Observed::Foreign);
    }
    let attributes = attributes(context, &url).await?;
    let mut drift = Vec::new();
    let sid = want.statement["Sid"].as_str().unwrap_or_default();
    let policy = attributes.get(&QueueAttributeName::Policy).map(String::as_str);
    if !policy::find(policy, sid).is_some_and(|statement| policy::same(&statement, &want.statement)) {
        drift.push("its policy doesn't let our rules in".to_owned());
    }
    if attributes
        .get(&QueueAttributeName::MessageRetentionPeriod)
        .is_some_and(|kept| kept != RETENTION_SECONDS)
    {
        drift.push("it doesn't keep messages for 14 days".to_owned());
    }
    Ok(Observed::ours(drift))
}

async fn attributes(
    context: &Context<'_>,
    url: &str,
) -> Result<std::collections::HashMap<QueueAttributeName, String>, Error> {
    let request = context.site.sqs.get_queue_attributes().queue_url(url);
    let request = request.attribute_names(QueueAttributeName::All);
    let answer = request.send().await.called("sqs:GetQueueAttributes", &context.site.at)?;
    Ok(answer.attributes.unwrap_or_default())
}

pub(super) async fn put(context: &Context<'_>, want: &Queue, exists: bool) -> Result<(), Error> {
    let (sqs, at) = (&context.site.sqs, &context.site.at);
    if exists && let Some(url) = url(context, want).await? {
        let attributes = attributes(context, &url).await?;
        let policy = attributes.get(&QueueAttributeName::Policy).map(String::as_str);
        let request = sqs.set_queue_attributes().queue_url(&url);
        let request = request.attributes(QueueAttributeName::Policy, policy::merged(policy, &want.statement));
        let request = request.attributes(QueueAttributeName::MessageRetentionPeriod, RETENTION_SECONDS);
        request.send().await.called("sqs:SetQueueAttributes", at)?;
        return Ok(());
    }
    // A name is free again 60 seconds after its queue was deleted (SQS, DeleteQueue).
    let recently =
        |error: &Error| error.code.as_deref().is_some_and(|code| code.ends_with("QueueDeletedRecently"));
    retry(PROPAGATION, recently, || async {
        let request = sqs.create_queue().queue_name(&want.name);
        let request = request.attributes(QueueAttributeName::Policy, policy::merged(None, &want.statement));
        let request = request.attributes(QueueAttributeName::MessageRetentionPeriod, RETENTION_SECONDS);
        let tags = mark::tags(context.mark, &context.object.tags).into_iter().collect();
        request.set_tags(Some(tags)).send().await.called("sqs:CreateQueue", at)
    })
    .await?;
    Ok(())
}

pub(super) async fn remove(context: &Context<'_>, want: &Queue) -> Result<(), Error> {
    let Some(url) = url(context, want).await? else {
        return Ok(());
    };
    let gone = context.site.sqs.delete_queue().queue_url(url).send().await;
    absent(gone.called("sqs:DeleteQueue", &context.site.at), ABSENT)?;
    Ok(())
}
