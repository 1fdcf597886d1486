//! Listing the rules of a bus: who is there.

use guard_contract::UserPattern;

use crate::chain::{BusMembers, Record, UserMember};

use super::bus::ABSENT;
use super::error::{Called, absent};
use super::{Error, Site};

/// Lists a bus; no bus has no members. Rules without a record of this hub are foreign.
///
/// # Errors
/// If AWS refuses: what can't be listed may still be needed.
pub(crate) async fn list_members(site: &Site, bus: &str, hub_mark: &str) -> Result<BusMembers, Error> {
    let mut members = BusMembers::default();
    let mut next = None;
    loop {
        let request = site.events.list_rules().event_bus_name(bus).set_next_token(next);
        let answer = absent(request.send().await.called("events:ListRules", &site.at), ABSENT)?;
        let Some(answer) = answer else { return Ok(members) };
        for rule in answer.rules() {
            let name = rule.name().unwrap_or_default().to_owned();
            let record = rule.description().and_then(Record::parse).filter(|(_, hub)| hub == hub_mark);
            match record {
                Some((Record::Forward { to }, _)) => members.forwards.push(to),
                Some((Record::User { user_arn, topology }, _)) => {
                    let pattern = UserPattern::parse(rule.event_pattern().unwrap_or_default()).ok();
                    let from_arn = user_arn.rsplit('/').next().unwrap_or_default().to_owned();
                    let (user, signals) = pattern.map_or((from_arn, Vec::new()), |p| (p.user, p.signals));
                    members.users.push(UserMember { rule: name, user, user_arn, topology, signals });
                }
                None => members.foreign.push(name),
            }
        }
        next = answer.next_token;
        if next.is_none() {
            return Ok(members);
        }
    }
}
