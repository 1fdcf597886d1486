//! Listing the rules of a bus: who is there.

use aws_sdk_eventbridge::types::Rule;

use crate::chain::{BusMembers, Hub, ListedRule};

use super::{Error, Site, rule};

/// Who is on the hub's bus there, as it was last read; `None` if there is no bus. Rules that no guard of this hub wrote
/// are foreign.
///
/// # Errors
/// If AWS refuses: what can't be listed may still be needed.
pub(crate) async fn list_members(site: &Site, hub: &Hub) -> Result<Option<BusMembers>, Error> {
    let rules = rule::listed(site, &hub.names.bus()).await?;
    Ok(rules.as_ref().as_ref().map(|rules| members(site, rules, hub)))
}

/// Who is on the hub's bus there now.
///
/// # Errors
/// As [`list_members`].
pub(crate) async fn list_members_now(site: &Site, hub: &Hub) -> Result<Option<BusMembers>, Error> {
    let rules = rule::listed_now(site, &hub.names.bus()).await?;
    Ok(rules.as_ref().as_ref().map(|rules| members(site, rules, hub)))
}

fn members(site: &Site, rules: &[Rule], hub: &Hub) -> BusMembers {
    let listed = rules.iter().map(|rule| ListedRule {
        name: rule.name().unwrap_or_default(),
        description: rule.description().unwrap_or_default(),
        pattern: rule.event_pattern().unwrap_or_default(),
    });
    BusMembers::listed(listed, &site.at, hub)
}
