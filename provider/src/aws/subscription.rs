//! The filter's subscription to the topic that the trail tells of its files. The topic is somebody else's.

use std::{collections::HashMap, sync::Arc};

use crate::chain::Subscription;

use super::error::{Called, absent};
use super::{Context, Error, Observed, Site};

/// The account's own subscriptions to a topic, by what they tell. Listed by their owner, which the topic needn't let.
async fn listed(site: &Site, topic: &str) -> Result<Arc<HashMap<String, String>>, Error> {
    site.seen.subscriptions.about(topic).get(|| list(site, topic)).await
}

async fn list(site: &Site, topic: &str) -> Result<HashMap<String, String>, Error> {
    let (mut all, mut next) = (HashMap::new(), None);
    loop {
        let answer = site.sns.list_subscriptions().set_next_token(next).send().await;
        let answer = answer.called("sns:ListSubscriptions", &site.at)?;
        let of_topic = answer.subscriptions().iter().filter(|one| one.topic_arn() == Some(topic));
        all.extend(
            of_topic.filter_map(|one| Some((one.endpoint()?.to_owned(), one.subscription_arn()?.to_owned()))),
        );
        next = answer.next_token;
        if next.is_none() {
            return Ok(all);
        }
    }
}

pub(super) async fn observe(context: &Context<'_>, want: &Subscription) -> Result<Observed, Error> {
    let there = listed(context.site, &want.topic_arn).await?.contains_key(&want.function_arn);
    Ok(if there { Observed::ours(Vec::new()) } else { Observed::Absent })
}

pub(super) async fn put(context: &Context<'_>, want: &Subscription) -> Result<(), Error> {
    let request = context.site.sns.subscribe().topic_arn(&want.topic_arn).protocol("lambda");
    let made = request.endpoint(&want.function_arn).send().await;
    made.called("sns:Subscribe", &context.site.at)?;
    Ok(())
}

pub(super) async fn remove(context: &Context<'_>, want: &Subscription) -> Result<(), Error> {
    end(context.site, &want.topic_arn, &want.function_arn).await
}

/// Ends the subscription of a function to a topic, if there is one.
pub(super) async fn end(site: &Site, topic: &str, function_arn: &str) -> Result<(), Error> {
    let Some(arn) = list(site, topic).await?.remove(function_arn) else { return Ok(()) };
    let gone = site.sns.unsubscribe().subscription_arn(arn).send().await;
    absent(gone.called("sns:Unsubscribe", &site.at), &["NotFound", "NotFoundException"])?;
    Ok(())
}
