//! The functions' log groups: made by us, so that they have a retention and go with the chain.

use std::collections::BTreeMap;

use crate::chain::LogGroup;

use super::error::{Called, absent};
use super::{Context, Error, Observed, mark};

const ABSENT: &[&str] = &["ResourceNotFoundException"];

pub(super) async fn observe(context: &Context<'_>, want: &LogGroup) -> Result<Observed, Error> {
    let (logs, at) = (&context.site.logs, &context.site.at);
    let found = logs.describe_log_groups().log_group_name_prefix(&want.name).send().await;
    let found = found.called("logs:DescribeLogGroups", at)?.log_groups.unwrap_or_default();
    let named = |group: &aws_sdk_cloudwatchlogs::types::LogGroup| group.log_group_name() == Some(&want.name);
    let Some(group) = found.into_iter().find(named) else {
        return Ok(Observed::Absent);
    };
    let tags = logs.list_tags_for_resource().resource_arn(context.object.arn()).send().await;
    let Some(tags) = absent(tags.called("logs:ListTagsForResource", at), ABSENT)? else {
        return Ok(Observed::Absent);
    };
    let tags: BTreeMap<String, String> = tags.tags.unwrap_or_default().into_iter().collect();
    if !mark::is_ours(&tags, context.mark) {
        return Ok(Observed::Foreign);
    }
    let mut drift = Vec::new();
    if group.retention_in_days != Some(want.retention_days) {
        drift.push(match group.retention_in_days {
            Some(days) => format!("it keeps logs for {days} days, not {}", want.retention_days),
            None => format!("it keeps logs for ever, not {} days", want.retention_days),
        });
    }
    Ok(Observed::ours(drift))
}

pub(super) async fn put(context: &Context<'_>, want: &LogGroup) -> Result<(), Error> {
    let (logs, at) = (&context.site.logs, &context.site.at);
    let tags = mark::tags(context.mark, &context.object.tags).into_iter().collect();
    let made = logs.create_log_group().log_group_name(&want.name).set_tags(Some(tags)).send().await;
    absent(made.called("logs:CreateLogGroup", at), &["ResourceAlreadyExistsException"])?;
    let request =
        logs.put_retention_policy().log_group_name(&want.name).retention_in_days(want.retention_days);
    request.send().await.called("logs:PutRetentionPolicy", at)?;
    Ok(())
}

pub(super) async fn remove(context: &Context<'_>, want: &LogGroup) -> Result<(), Error> {
    let gone = context.site.logs.delete_log_group().log_group_name(&want.name).send().await;
    absent(gone.called("logs:DeleteLogGroup", &context.site.at), ABSENT)?;
    Ok(())
}
