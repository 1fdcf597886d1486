//! Event buses.

use aws_sdk_eventbridge::types::Tag;

use crate::chain::Bus;

use super::answers::Tags;
use super::error::{Called, absent, present};
use super::retry::{PROPAGATION, busy, retry};
use super::{Context, Error, Observed, Site, mark, rule};

pub(super) const ABSENT: &[&str] = &["ResourceNotFoundException"];

/// Tags of a bus or a rule; `None` if it is not there.
pub(super) async fn tags(site: &Site, arn: &str) -> Result<Option<Tags>, Error> {
    let answer = site.events.list_tags_for_resource().resource_arn(arn).send().await;
    let answer = absent(answer.called("events:ListTagsForResource", &site.at), ABSENT)?;
    let pairs = |tags: Vec<Tag>| tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
    let Some(answer) = answer else { return Ok(None) };
    Ok(Some(pairs(present(answer.tags, "Tags", "events:ListTagsForResource", &site.at)?)))
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
        Some(tags) if mark::is_ours(&tags, context.mark) => {
            Observed::ours(mark::lack(&tags, context).into_iter().collect())
        }
        Some(_) => Observed::Foreign,
    })
}

pub(super) async fn put(context: &Context<'_>, want: &Bus, exists: bool) -> Result<(), Error> {
    if exists {
        return retag(context).await;
    }
    let tags = sdk_tags(mark::tags(context));
    retry(PROPAGATION, busy, || async {
        let request = context.site.events.create_event_bus().name(&want.name);
        let made = request.set_tags(Some(tags.clone())).send().await;
        made.called("events:CreateEventBus", &context.site.at)
    })
    .await?;
    context.site.new_buses().insert(want.name.clone());
    Ok(())
}

/// Sets and removes tags of a bus or a rule that is there.
pub(super) async fn retag(context: &Context<'_>) -> Result<(), Error> {
    let (events, at, arn) = (&context.site.events, &context.site.at, context.object.arn());
    let have = tags(context.site, &arn).await?.unwrap_or_default();
    let (set, surplus) = mark::difference(&have, context.mark, context.object);
    if !set.is_empty() {
        retry(PROPAGATION, busy, || async {
            let request = events.tag_resource().resource_arn(&arn).set_tags(Some(sdk_tags(set.clone())));
            request.send().await.called("events:TagResource", at)
        })
        .await?;
    }
    if !surplus.is_empty() {
        retry(PROPAGATION, busy, || async {
            let request = events.untag_resource().resource_arn(&arn).set_tag_keys(Some(surplus.clone()));
            request.send().await.called("events:UntagResource", at)
        })
        .await?;
    }
    Ok(())
}

/// A bus can be deleted only without rules (EventBridge, DeleteEventBus); that makes its deletion the moment
/// from which on nobody can join, so that it has rules is not waited out but told. Only where the listing has none does
/// EventBridge still see one that was deleted (hashicorp/aws#22131), and that passes.
pub(super) async fn remove(context: &Context<'_>, want: &Bus) -> Result<(), Error> {
    let (site, at) = (context.site, &context.site.at);
    let call = || async {
        let gone = site.events.delete_event_bus().name(&want.name).send().await;
        let gone = absent(gone.called("events:DeleteEventBus", at), ABSENT);
        match gone {
            Err(error) if error.says("ValidationException", "has rules") => {
                let rules = rule::listed_now(site, &want.name).await?;
                let rules = rules.as_ref().as_ref().is_some_and(|rules| !rules.is_empty());
                Err(if rules { error } else { Error::answer("events:DeleteEventBus", at, STILL_SEEN) })
            }
            gone => gone.map(drop),
        }
    };
    site.new_buses().remove(&want.name);
    retry(PROPAGATION, |error| busy(error) || error.message == STILL_SEEN, call).await
}

const STILL_SEEN: &str = "EventBridge says that the bus has rules, and lists none";
