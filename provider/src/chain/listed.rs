//! What a listed rule tells, as far as it can be believed.
//!
//! Who administrates a member account writes into that account's rules what it likes, and what they tell ends up in
//! policies and decides what stays. So a rule is one of ours only if all that it tells is what guard itself would have
//! written there: its name follows from account and user, the user is one of exactly that account, and the pattern
//! names the same.

use guard_contract::{UserArn, UserArnError, UserPattern};

use super::{BusMembers, Hub, Location, Record, UserMember, own_rule};

/// A rule as a listing has it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ListedRule<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its description.
    pub(crate) description: &'a str,
    /// Its event pattern.
    pub(crate) pattern: &'a str,
}

/// A rule with a record of ours that guard has not written so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Forged {
    /// The rule's name.
    pub(crate) rule: String,
    /// What is wrong about it.
    pub(crate) why: NotOurs,
}

/// Why a rule with a record of ours is foreign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotOurs {
    /// The ARN.
    #[error("the user in its description is none of this account: {0}")]
    User(#[from] UserArnError),
    /// Not the name that follows from it.
    #[error("guard gives the rule of what its description names another name")]
    Name,
    /// The pattern.
    #[error("its event pattern names another user, account or hub than its description")]
    Pattern,
    /// A relay forwards within its own account, and only the hub's bus to others.
    #[error("it forwards to another account")]
    Account,
}

impl BusMembers {
    /// Who is on the bus there, by all its rules.
    pub(crate) fn listed<'a>(
        rules: impl IntoIterator<Item = ListedRule<'a>>,
        bus: &Location,
        hub: &Hub,
    ) -> Self {
        let mut members = Self::default();
        for rule in rules {
            let record = Record::parse(rule.description).filter(|(_, mark)| *mark == hub.mark());
            let told = match record {
                Some((Record::Forward { to }, _)) => {
                    forward(&rule, to, bus, hub).map(|to| members.forwards.push(to))
                }
                Some((record @ Record::User { .. }, _)) => {
                    user(&rule, record, bus, hub).map(|user| members.users.extend(user))
                }
                None => {
                    members.foreign.push(rule.name.to_owned());
                    continue;
                }
            };
            if let Err(why) = told {
                members.foreign.push(rule.name.to_owned());
                members.forged.push(Forged { rule: rule.name.to_owned(), why });
            }
        }
        members
    }
}

fn forward(rule: &ListedRule<'_>, to: Location, bus: &Location, hub: &Hub) -> Result<Location, NotOurs> {
    if rule.name != hub.names.forward_rule(&to) {
        return Err(NotOurs::Name);
    }
    if *bus != hub.location && bus.account != to.account {
        return Err(NotOurs::Account);
    }
    Ok(to)
}

fn user(
    rule: &ListedRule<'_>,
    record: Record,
    bus: &Location,
    hub: &Hub,
) -> Result<Option<UserMember>, NotOurs> {
    let Record::User { user_arn, topology, former, response } = record else { return Ok(None) };
    let user_arn = UserArn::parse(&user_arn, &bus.account)?;
    if rule.name != own_rule(hub, bus, user_arn.name()) {
        return Err(NotOurs::Name);
    }
    // A newer version's signals are no reason not to know the user.
    let (account, user) = UserPattern::whose(rule.pattern).map_err(|_| NotOurs::Pattern)?;
    let pattern = UserPattern::parse(rule.pattern).ok();
    let is_of_hub = pattern.as_ref().is_none_or(|pattern| pattern.hub_account == hub.location.account);
    if account != bus.account || user != user_arn.name() || !is_of_hub {
        return Err(NotOurs::Pattern);
    }
    let signals = pattern.map(|pattern| pattern.signals).unwrap_or_default();
    let rule = rule.name.to_owned();
    Ok(Some(UserMember { rule, user, user_arn, topology, former, signals, response }))
}

#[cfg(test)]
#[path = "listed_tests.rs"]
mod tests;
