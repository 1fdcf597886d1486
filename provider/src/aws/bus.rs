//! Event buses.

use aws_sdk_eventbridge::types::Tag;

use crate::chain::Bus;

use super::answers::Tags;
use super::error::{Called, absent};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, Site, mark, rule};

pub(super) const ABSENT: &[&str] = &["ResourceNotFoundException"];

/// Tags of a bus or a rule; `None` if it is not there.
pub(super) async fn tags(site: &Site, arn: &str) -> Result<Option<Tags>, Error> {
    let answer = site.events.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = absent(answer.called("events:ListTagsForResource", &site.at), ABSENT)?;
    let pairs = |tags: Vec<Tag>| tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    Ok(answer.map(|answer| pairs(answer.tags.unwrap_or_default())))
}

/// Tags as EventBridge takes them.
pub(super) fn sdk_tags(tags: Tags) -> Vec<Tag> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build().expect("key and value are set");
    tags.into_iter().map(tag).collect()
}

pub(super) async fn observe(context: &Context<'_>, want: &Bus) -> Result<Observed, Error> {
    // A bus whose rules can be listed is there.
    if rule::listed(context.site, &want.name).await?.is_none() {
        return Ok(Observed::Absent);
    }
    let arn = context.object.arn();
    let asked = || tags(context.site, &arn);
    Ok(match super::tags::of(context.site, context.mark, context.object, asked).await? {
        None => Observed::Absent,
        Some(tags) if mark::is_ours(&tags, context.mark) => Observed::ours(Vec::new()),
        Some(_) => Observed::Foreign,
    })
}

pub(super) async fn put(context: &Context<'_>, want: &Bus, exists: bool) -> Result<(), Error> {
    if exists {
        return Ok(());
    }
    let tags = sdk_tags(mark::tags(context.mark, &context.object.tags));
    let made = context.site.events.create_event_bus().name(&want.name).set_tags(Some(tags)).send().await;
    made.called("events:CreateEventBus", &context.site.at)?;
    context.site.new_buses().insert(want.name.clone());
    Ok(())
}

/// A bus can be deleted only without rules (EventBridge, DeleteEventBus); that makes its deletion the moment
/// from which on nobody can join, so a refusal is not waited out but told.
pub(super) async fn remove(context: &Context<'_>, want: &Bus) -> Result<(), Error> {
    let again = |error: &Error| error.is(&["ConcurrentModificationException"]);
    let call = || async {
        let gone = context.site.events.delete_event_bus().name(&want.name).send().await;
        absent(gone.called("events:DeleteEventBus", &context.site.at), ABSENT)
    };
    context.site.new_buses().remove(&want.name);
    retry(PROPAGATION, again, call).await?;
    Ok(())
}
