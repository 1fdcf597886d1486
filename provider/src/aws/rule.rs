//! Rules. A rule's description is the record that makes it ours; its tags repeat the mark for people.

use std::sync::Arc;

use aws_sdk_eventbridge::types::{Rule as SdkRule, RuleState};
use guard_contract::{Response, Tripped, incident};
use serde_json::Value;

use crate::chain::{Record, Rule, Topology, rule_arn};

use super::answers::Tags;
use super::bus::{ABSENT, retag, sdk_tags, tags};
use super::error::{Called, absent, present};
use super::retry::{PROPAGATION, busy, retry};
use super::{Context, Error, Observed, Site, mark, target};

fn belongs(description: Option<&str>, hub: &str) -> bool {
    description.and_then(Record::parse).is_some_and(|(_, mark)| mark == hub)
}

/// All rules of a bus; `None` if there is no such bus.
pub(super) async fn listed(site: &Site, bus: &str) -> Result<Arc<Option<Vec<SdkRule>>>, Error> {
    site.seen.rules.about(bus).get(|| list(site, bus)).await
}

/// All rules of a bus as they are now.
pub(super) async fn listed_now(site: &Site, bus: &str) -> Result<Arc<Option<Vec<SdkRule>>>, Error> {
    site.seen.rules.about(bus).fresh(|| list(site, bus)).await
}

async fn list(site: &Site, bus: &str) -> Result<Option<Vec<SdkRule>>, Error> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let request = site.events.list_rules().event_bus_name(bus).set_next_token(next);
        let answer = absent(request.send().await.called("events:ListRules", &site.at), ABSENT)?;
        let Some(answer) = answer else { return Ok(None) };
        all.extend(present(answer.rules, "Rules", "events:ListRules", &site.at)?);
        next = answer.next_token;
        if next.is_none() {
            return Ok(Some(all));
        }
    }
}

/// One rule of a bus.
async fn find(site: &Site, bus: &str, name: &str) -> Result<Option<SdkRule>, Error> {
    let all = listed(site, bus).await?;
    Ok(all.iter().flatten().find(|rule| rule.name() == Some(name)).cloned())
}

pub(super) async fn observe(context: &Context<'_>, want: &Rule) -> Result<Observed, Error> {
    let Some(have) = find(context.site, &want.bus, &want.name).await? else {
        return Ok(Observed::Absent);
    };
    let arn = context.object.arn();
    let asked = || tags(context.site, &arn);
    let tags = super::tags::of(context.site, context.mark, context.object, asked).await?.unwrap_or_default();
    if !belongs(have.description(), context.mark) && !mark::is_ours(&tags, context.mark) {
        return Ok(Observed::Foreign);
    }
    let mut drift = differences(&have, want);
    drift.extend(mark::drift(&tags, context));
    Ok(Observed::ours(drift))
}

/// How a rule differs, but for its tags.
fn differences(have: &SdkRule, want: &Rule) -> Vec<String> {
    let mut drift = Vec::new();
    if have.state() != Some(&RuleState::Enabled) {
        drift.push("it is disabled".to_owned());
    }
    let json = |text: Option<&str>| text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    if json(have.event_pattern()) != json(Some(&want.pattern)) {
        drift.push("its event pattern differs".to_owned());
    }
    if have.description() != Some(want.description.as_str()) {
        drift.push(match have.description().and_then(Record::parse) {
            Some((Record::User { former: Some(former), .. }, _)) => {
                format!("what only topology {former} needs is not removed yet")
            }
            _ => "its record differs".to_owned(),
        });
    }
    drift
}

pub(super) async fn put(context: &Context<'_>, want: &Rule, exists: bool) -> Result<(), Error> {
    let have = if exists { find(context.site, &want.bus, &want.name).await? } else { None };
    if have.is_none_or(|have| !differences(&have, want).is_empty()) {
        retry(PROPAGATION, busy, || async {
            let events = &context.site.events;
            let request = events.put_rule().event_bus_name(&want.bus).name(&want.name);
            let request = request.state(RuleState::Enabled).event_pattern(&want.pattern);
            let request = request.description(&want.description);
            // PutRule ignores the tags of a rule that is there already.
            let request =
                if exists { request } else { request.set_tags(Some(sdk_tags(mark::tags(context)))) };
            request.send().await.called("events:PutRule", &context.site.at)
        })
        .await?;
    }
    if exists { retag(context).await } else { Ok(()) }
}

/// A rule can be deleted only without targets (EventBridge, DeleteRule). Ours has one, of that id; others
/// that somebody gave it go with it.
pub(super) async fn remove(context: &Context<'_>, want: &Rule) -> Result<(), Error> {
    remove_named(context.site, &want.bus, &want.name, want.target).await
}

/// The same of a rule by name, with the id of the target that it should have.
pub(super) async fn remove_named(site: &Site, bus: &str, name: &str, target: &str) -> Result<(), Error> {
    target::remove_ids(site, bus, name, vec![target.to_owned()]).await?;
    let gone = retry(PROPAGATION, busy, || delete(site, bus, name)).await;
    let Err(error) = gone else { return Ok(()) };
    if !error.says("ValidationException", "targets") {
        return Err(error);
    }
    // The target may be seen a moment longer, or there are others.
    let again = |error: &Error| busy(error) || error.says("ValidationException", "targets");
    retry(PROPAGATION, again, || async {
        let ids = target::ids(site, bus, name).await?;
        if !ids.is_empty() {
            target::remove_ids(site, bus, name, ids).await?;
        }
        delete(site, bus, name).await
    })
    .await
}

async fn delete(site: &Site, bus: &str, name: &str) -> Result<(), Error> {
    let gone = site.events.delete_rule().event_bus_name(bus).name(name).send().await;
    absent(gone.called("events:DeleteRule", &site.at), ABSENT)?;
    Ok(())
}

/// A user's rule as it stands in AWS: what an import needs to know.
#[derive(Clone, Debug)]
pub(crate) struct UserRule {
    /// The user's ARN with its path.
    pub(crate) user_arn: String,
    /// How its events come.
    pub(crate) topology: Topology,
    /// How they came before, while not all of that way is removed yet.
    pub(crate) former: Option<Topology>,
    /// What trips it.
    pub(crate) signals: Vec<guard_contract::Signal>,
    /// How it responds.
    pub(crate) response: Response,
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
    let Some(rule) = find(site, bus, name).await? else {
        return Ok(None);
    };
    let record = rule.description().and_then(Record::parse);
    let Some((Record::User { user_arn, topology, former, response }, mark)) = record else {
        return Ok(None);
    };
    if mark != hub {
        return Ok(None);
    }
    let pattern = guard_contract::UserPattern::parse(rule.event_pattern().unwrap_or_default());
    let signals = pattern.map(|pattern| pattern.signals).unwrap_or_default();
    Ok(Some(UserRule { user_arn, topology, former, signals, response }))
}

/// The tags of the rule that is a guard's record without those that are guard's or AWS's, and the topics that the
/// guard tells.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn read_user_tags(site: &Site, bus: &str, name: &str) -> Result<(Tags, Vec<String>), Error> {
    let mut tags = tags(site, &rule_arn(&site.at, bus, name)).await?.unwrap_or_default();
    let topics = incident::topics(&tags);
    tags.retain(|key, _| !key.starts_with(mark::RESERVED) && !key.starts_with("aws:"));
    Ok((tags, topics))
}

/// How a guard has tripped, as its rule's tags tell; `None` if it hasn't. If `suspected`, the rule itself is asked:
/// the listing of all tags may lag behind.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn read_tripped(
    site: &Site,
    bus: &str,
    name: &str,
    hub: &str,
    suspected: bool,
) -> Result<Option<Tripped>, Error> {
    let arn = rule_arn(&site.at, bus, name);
    let listed = super::tags::listed(site, hub).await;
    if !suspected && listed.get(&arn).and_then(Tripped::from_tags).is_none() {
        return Ok(None);
    }
    Ok(tags(site, &arn).await?.as_ref().and_then(Tripped::from_tags))
}

/// Takes the tags off a guard's rule that tell how it has tripped.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn end_incident(site: &Site, bus: &str, name: &str) -> Result<(), Error> {
    let arn = rule_arn(&site.at, bus, name);
    let keys = tags(site, &arn).await?.unwrap_or_default().into_keys();
    let keys: Vec<String> = keys.filter(|key| Tripped::is_tag(key)).collect();
    if keys.is_empty() {
        return Ok(());
    }
    retry(PROPAGATION, busy, || async {
        let request = site.events.untag_resource().resource_arn(&arn).set_tag_keys(Some(keys.clone()));
        absent(request.send().await.called("events:UntagResource", &site.at), ABSENT)
    })
    .await?;
    Ok(())
}

/// Who has built the guard whose rule it is, as the rule's tag tells right now; `None` if nothing does.
/// `expected`, if that is the answer, needs no question of its own: the tags of all rules tell it.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn builder_of(
    site: &Site,
    bus: &str,
    name: &str,
    hub: &str,
    expected: Option<&str>,
) -> Result<Option<String>, Error> {
    let arn = rule_arn(&site.at, bus, name);
    if expected.is_some() {
        let all = super::tags::of_built_rules(site, hub).await;
        let listed = all.get(&arn).and_then(|tags| tags.get(mark::BUILDER));
        if listed.map(String::as_str) == expected {
            return Ok(listed.cloned());
        }
    }
    let tags = tags(site, &arn).await?;
    Ok(tags.and_then(|mut tags| tags.remove(mark::BUILDER)))
}
