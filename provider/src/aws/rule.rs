//! Rules. A rule's description is the record that makes it ours; its tags repeat the mark for people.

use std::collections::BTreeMap;

use aws_sdk_eventbridge::types::RuleState;
use serde_json::Value;

use crate::chain::{Record, Rule, Topology, rule_arn};

use super::bus::{ABSENT, sdk_tags, tags};
use super::error::{Called, absent};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, Site, mark};

fn belongs(description: Option<&str>, hub: &str) -> bool {
    description.and_then(Record::parse).is_some_and(|(_, mark)| mark == hub)
}

pub(super) async fn observe(context: &Context<'_>, want: &Rule) -> Result<Observed, Error> {
    let request = context.site.events.describe_rule().event_bus_name(&want.bus).name(&want.name);
    let found = request.send().await.called("events:DescribeRule", &context.site.at);
    let Some(have) = absent(found, ABSENT)? else {
        return Ok(Observed::Absent);
    };
    if !belongs(have.description(), context.mark) {
        return Ok(Observed::Foreign);
    }
    let mut drift = Vec::new();
    if have.state() != Some(&RuleState::Enabled) {
        drift.push("it is disabled".to_owned());
    }
    let json = |text: Option<&str>| text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    if json(have.event_pattern()) != json(Some(&want.pattern)) {
        drift.push("its event pattern differs".to_owned());
    }
    if have.description() != Some(want.description.as_str()) {
        drift.push("its record differs".to_owned());
    }
    if !context.object.shared() {
        let have = tags(context.site, &context.object.arn()).await?.unwrap_or_default();
        let (set, surplus) = mark::difference(&have, &context.object.tags);
        if !set.is_empty() || !surplus.is_empty() {
            drift.push("its tags differ".to_owned());
        }
    }
    Ok(Observed::ours(drift))
}

pub(super) async fn put(context: &Context<'_>, want: &Rule, exists: bool) -> Result<(), Error> {
    let (events, at) = (&context.site.events, &context.site.at);
    let wanted = mark::tags(context.mark, &context.object.tags);
    let busy = |error: &Error| error.is(&["ConcurrentModificationException"]);
    retry(PROPAGATION, busy, || async {
        let request = events.put_rule().event_bus_name(&want.bus).name(&want.name).state(RuleState::Enabled);
        let request = request.event_pattern(&want.pattern).description(&want.description);
        // PutRule ignores the tags of a rule that is there already.
        let request = if exists { request } else { request.set_tags(Some(sdk_tags(wanted.clone()))) };
        request.send().await.called("events:PutRule", at)
    })
    .await?;
    if exists {
        let arn = context.object.arn();
        let have = tags(context.site, &arn).await?.unwrap_or_default();
        let (set, surplus) = mark::difference(&have, &wanted);
        if !set.is_empty() {
            let request = events.tag_resource().resource_arn(&arn).set_tags(Some(sdk_tags(set)));
            request.send().await.called("events:TagResource", at)?;
        }
        if !surplus.is_empty() && !context.object.shared() {
            let request = events.untag_resource().resource_arn(&arn).set_tag_keys(Some(surplus));
            request.send().await.called("events:UntagResource", at)?;
        }
    }
    Ok(())
}

/// A rule can be deleted only without targets (EventBridge, DeleteRule); the rule is ours, so all go.
pub(super) async fn remove(context: &Context<'_>, want: &Rule) -> Result<(), Error> {
    let (events, at) = (&context.site.events, &context.site.at);
    let request = events.list_targets_by_rule().event_bus_name(&want.bus).rule(&want.name);
    let found = request.send().await.called("events:ListTargetsByRule", at);
    let Some(found) = absent(found, ABSENT)? else {
        return Ok(());
    };
    let ids: Vec<String> = found.targets().iter().map(|target| target.id().to_owned()).collect();
    if !ids.is_empty() {
        super::target::remove_ids(context.site, &want.bus, &want.name, ids).await?;
    }
    let again = |error: &Error| {
        error.is(&["ConcurrentModificationException"]) || error.says("ValidationException", "targets")
    };
    retry(PROPAGATION, again, || async {
        let gone = events.delete_rule().event_bus_name(&want.bus).name(&want.name).send().await;
        absent(gone.called("events:DeleteRule", at), ABSENT)
    })
    .await?;
    Ok(())
}

/// A user's rule as it stands in AWS: what an import needs to know.
#[derive(Clone, Debug)]
pub(crate) struct UserRule {
    /// The user's ARN with its path.
    pub(crate) user_arn: String,
    /// How its events come.
    pub(crate) topology: Topology,
    /// What trips it.
    pub(crate) signals: Vec<guard_contract::Signal>,
    /// The guard's own tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// Reads the rule that is a guard's record; `None` if it is not there or not ours.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn read_user_rule(
    site: &Site,
    bus: &str,
    name: &str,
    hub: &str,
) -> Result<Option<UserRule>, Error> {
    let found = site.events.describe_rule().event_bus_name(bus).name(name).send().await;
    let Some(rule) = absent(found.called("events:DescribeRule", &site.at), ABSENT)? else {
        return Ok(None);
    };
    let Some((Record::User { user_arn, topology }, mark)) = rule.description().and_then(Record::parse) else {
        return Ok(None);
    };
    if mark != hub {
        return Ok(None);
    }
    let pattern = guard_contract::UserPattern::parse(rule.event_pattern().unwrap_or_default());
    let signals = pattern.map(|pattern| pattern.signals).unwrap_or_default();
    let arn = rule.arn().map_or_else(|| rule_arn(&site.at, bus, name), str::to_owned);
    let mut tags = tags(site, &arn).await?.unwrap_or_default();
    tags.retain(|key, _| !key.starts_with(mark::RESERVED) && !key.starts_with("aws:"));
    Ok(Some(UserRule { user_arn, topology, signals, tags }))
}
