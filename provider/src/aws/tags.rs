//! The tags of all objects of an account and region that carry our mark: one listing answers for all.
//!
//! The listing follows changes with a delay (Resource Groups Tagging API), so it is believed only where it
//! shows what is wanted; otherwise the object itself is asked.

use std::{collections::HashMap, future::Future, sync::Arc};

use aws_sdk_resourcegroupstagging::{
    operation::get_resources::builders::GetResourcesFluentBuilder,
    types::{ResourceTagMapping, TagFilter},
};

use crate::chain::Object;

use super::answers::Tags;
use super::error::Called;
use super::{Error, Site, mark};

/// The most that a page holds (GetResources, `ResourcesPerPage`).
const PAGE: i32 = 100;

/// The tags of an object if it is wanted so, with the mark of that hub; else what `ask` answers.
pub(super) async fn of<F>(
    site: &Site,
    hub: &str,
    object: &Object,
    ask: impl FnOnce() -> F,
) -> Result<Option<Tags>, Error>
where
    F: Future<Output = Result<Option<Tags>, Error>>,
{
    let listed = listed(site, hub).await;
    if let Some(tags) = listed.get(&object.arn()) {
        let (set, surplus) = mark::difference(tags, hub, object);
        if set.is_empty() && surplus.is_empty() {
            return Ok(Some(tags.clone()));
        }
    }
    ask().await
}

/// The tags of all rules that tell who built their guards, by ARN, as they are listed now. One listing serves
/// all who ask at the same time.
pub(super) async fn of_built_rules(site: &Site, hub: &str) -> Arc<HashMap<String, Tags>> {
    let signed = TagFilter::builder().key(mark::BUILDER).build();
    let request = || marked(site, hub).tag_filters(signed).resource_type_filters("events:rule");
    let all = site.seen.built.about(hub).fresh(|| async { Ok(list(site, request()).await) }).await;
    all.unwrap_or_default()
}

/// The tags of everything that carries the mark of that hub, by ARN, as it was listed last.
pub(super) async fn listed(site: &Site, hub: &str) -> Arc<HashMap<String, Tags>> {
    let all = site.seen.tags.about(hub).get(|| async { Ok(list(site, marked(site, hub)).await) }).await;
    all.unwrap_or_default()
}

fn marked(site: &Site, hub: &str) -> GetResourcesFluentBuilder {
    let filter = TagFilter::builder().key(mark::HUB).values(hub).build();
    site.tagging.get_resources().tag_filters(filter).resources_per_page(PAGE)
}

/// What is listed; nothing where AWS refuses to list: then each object is asked.
async fn list(site: &Site, request: GetResourcesFluentBuilder) -> HashMap<String, Tags> {
    let mut all = HashMap::new();
    let mut next: Option<String> = None;
    loop {
        let request = request.clone();
        let answer = request.set_pagination_token(next).send().await;
        match answer.called("tag:GetResources", &site.at) {
            Ok(answer) => {
                all.extend(answer.resource_tag_mapping_list().iter().filter_map(entry));
                next = answer.pagination_token.filter(|token| !token.is_empty());
            }
            Err(error) => {
                tracing::debug!(%error, "asking each object for its tags instead");
                return all;
            }
        }
        if next.is_none() {
            return all;
        }
    }
}

fn entry(found: &ResourceTagMapping) -> Option<(String, Tags)> {
    let tags = found.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
    Some((found.resource_arn()?.to_owned(), tags.collect()))
}
