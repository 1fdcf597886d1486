//! The rule that picks the trail's files on the default bus, seen from the bucket whose switch it needs.

use crate::chain::{DEFAULT_BUS, FILTER, rule_arn};

use super::bus::{sdk_tags, tags};
use super::error::Called;
use super::retry::{PROPAGATION, busy, retry};
use super::{Context, Error, mark, rule};

/// The tag of the rule that says that guard has turned the bucket's switch on.
const SWITCH: &str = "guard:switched-on";

/// The rule as it stands.
pub(super) struct TrailRule {
    /// Whether it was guard that turned the bucket's switch on for it.
    pub(super) has_switched_on: bool,
}

/// The rule of that name, if it is there and ours.
pub(super) async fn find(context: &Context<'_>, name: &str) -> Result<Option<TrailRule>, Error> {
    let rules = rule::listed(context.site, DEFAULT_BUS).await?;
    if !rules.iter().flatten().any(|rule| rule.name() == Some(name)) {
        return Ok(None);
    }
    let tags = tags(context.site, &rule_arn(&context.site.at, DEFAULT_BUS, name)).await?;
    let ours = tags.filter(|tags| mark::is_ours(tags, context.mark));
    Ok(ours.map(|tags| TrailRule { has_switched_on: tags.contains_key(SWITCH) }))
}

/// Notes at the rule that guard turns the bucket's switch on.
pub(super) async fn note_switch(context: &Context<'_>, name: &str) -> Result<(), Error> {
    let arn = rule_arn(&context.site.at, DEFAULT_BUS, name);
    let note = sdk_tags([(SWITCH.to_owned(), "true".to_owned())].into());
    retry(PROPAGATION, busy, || async {
        let request = context.site.events.tag_resource().resource_arn(&arn).set_tags(Some(note.clone()));
        request.send().await.called("events:TagResource", &context.site.at)
    })
    .await?;
    Ok(())
}

/// Removes the rule.
pub(super) async fn remove(context: &Context<'_>, name: &str) -> Result<(), Error> {
    rule::remove_named(context.site, DEFAULT_BUS, name, FILTER).await
}
