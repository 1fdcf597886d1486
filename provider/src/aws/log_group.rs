//! The functions' log groups: made by us, so that they have a retention and go with the chain.

use crate::chain::LogGroup;

use super::answers::Tags;
use super::error::{Called, absent, present};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, mark};

const ABSENT: &[&str] = &["ResourceNotFoundException"];

/// The group's retention in days, if it has one; `None` if it is not there.
async fn retention(context: &Context<'_>, want: &LogGroup) -> Result<Option<Option<i32>>, Error> {
    let request = context.site.logs.describe_log_groups().log_group_name_prefix(&want.name);
    let found = request.send().await.called("logs:DescribeLogGroups", &context.site.at)?;
    let found = present(found.log_groups, "logGroups", "logs:DescribeLogGroups", &context.site.at)?;
    let mut named = found.into_iter().filter(|group| group.log_group_name() == Some(&want.name));
    Ok(named.next().map(|group| group.retention_in_days))
}

async fn tags(context: &Context<'_>) -> Result<Option<Tags>, Error> {
    let tags = context.site.logs.list_tags_for_resource().resource_arn(context.object.arn()).send().await;
    let tags = absent(tags.called("logs:ListTagsForResource", &context.site.at), ABSENT)?;
    let Some(answer) = tags else { return Ok(None) };
    let tags = present(answer.tags, "tags", "logs:ListTagsForResource", &context.site.at)?;
    Ok(Some(tags.into_iter().collect()))
}

pub(super) async fn observe(context: &Context<'_>, want: &LogGroup) -> Result<Observed, Error> {
    let answer = context.site.seen.log_groups.about(&want.name);
    let Some(kept) = *answer.get(|| retention(context, want)).await? else {
        return Ok(Observed::Absent);
    };
    let tags = match super::tags::of(context.site, context.mark, context.object, || tags(context)).await? {
        None => return Ok(Observed::Absent),
        Some(tags) if !mark::is_ours(&tags, context.mark) => return Ok(Observed::Foreign),
        Some(tags) => tags,
    };
    let mut drift: Vec<String> = mark::lack(&tags, context).into_iter().collect();
    if kept != Some(want.retention_days) {
        drift.push(match kept {
            Some(days) => format!("it keeps logs for {days} days, not {}", want.retention_days),
            None => format!("it keeps logs for ever, not {} days", want.retention_days),
        });
    }
    Ok(Observed::ours(drift))
}

pub(super) async fn put(context: &Context<'_>, want: &LogGroup, exists: bool) -> Result<(), Error> {
    let (logs, at) = (&context.site.logs, &context.site.at);
    if !exists {
        let tags = mark::tags(context).into_iter().collect();
        let made = logs.create_log_group().log_group_name(&want.name).set_tags(Some(tags)).send().await;
        made.called("logs:CreateLogGroup", at)?;
    }
    let unseen = |error: &Error| error.is(ABSENT);
    retry(PROPAGATION, unseen, || async {
        let request = logs.put_retention_policy().log_group_name(&want.name);
        request.retention_in_days(want.retention_days).send().await.called("logs:PutRetentionPolicy", at)
    })
    .await?;
    if exists { retag(context).await } else { Ok(()) }
}

async fn retag(context: &Context<'_>) -> Result<(), Error> {
    if context.object.shared_tags.now.is_empty() {
        return Ok(());
    }
    let lacking = mark::lacking(&tags(context).await?.unwrap_or_default(), context.object);
    if !lacking.is_empty() {
        let request = context.site.logs.tag_resource().resource_arn(context.object.arn());
        let request = request.set_tags(Some(lacking.into_iter().collect()));
        request.send().await.called("logs:TagResource", &context.site.at)?;
    }
    Ok(())
}

pub(super) async fn remove(context: &Context<'_>, want: &LogGroup) -> Result<(), Error> {
    let gone = context.site.logs.delete_log_group().log_group_name(&want.name).send().await;
    absent(gone.called("logs:DeleteLogGroup", &context.site.at), ABSENT)?;
    Ok(())
}
