//! Listing the rules of a bus: who is there.

use aws_sdk_eventbridge::types::Rule;
use guard_contract::UserPattern;

use crate::chain::{BusMembers, Record, UserMember};

use super::{Error, Site, rule};

/// Who is on a bus, as it was last read; `None` if there is no bus. Rules without a record of this hub are
/// foreign.
///
/// # Errors
/// If AWS refuses: what can't be listed may still be needed.
pub(crate) async fn list_members(site: &Site, bus: &str, hub: &str) -> Result<Option<BusMembers>, Error> {
    Ok(rule::listed(site, bus).await?.as_ref().as_ref().map(|rules| members(rules, hub)))
}

/// Who is on a bus now.
///
/// # Errors
/// As [`list_members`].
pub(crate) async fn list_members_now(site: &Site, bus: &str, hub: &str) -> Result<Option<BusMembers>, Error> {
    Ok(rule::listed_now(site, bus).await?.as_ref().as_ref().map(|rules| members(rules, hub)))
}

fn members(rules: &[Rule], hub: &str) -> BusMembers {
    let mut members = BusMembers::default();
    for rule in rules {
        let name = rule.name().unwrap_or_default().to_owned();
        match rule.description().and_then(Record::parse).filter(|(_, mark)| mark == hub) {
            Some((Record::Forward { to }, _)) => members.forwards.push(to),
            Some((Record::User { user_arn, topology, former, response }, _)) => {
                let pattern = UserPattern::parse(rule.event_pattern().unwrap_or_default()).ok();
                let from_arn = user_arn.rsplit('/').next().unwrap_or_default().to_owned();
                let (user, signals) = pattern.map_or((from_arn, Vec::new()), |p| (p.user, p.signals));
                members.users.push(UserMember {
                    rule: name,
                    user,
                    user_arn,
                    topology,
                    former,
                    signals,
                    response,
                });
            }
            None => members.foreign.push(name),
        }
    }
    members
}
