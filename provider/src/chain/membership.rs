//! Who still needs a shared object: the rules on a bus are its members.

use guard_contract::{Response, Signal, UserArn};

use super::{Forged, Hub, Location, Need, Route, Topology};

/// What stands on a bus, by listing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BusMembers {
    /// The guards whose users' rules are on it.
    pub(crate) users: Vec<UserMember>,
    /// The buses that rules of ours on it forward to.
    pub(crate) forwards: Vec<Location>,
    /// Names of rules that are not ours.
    pub(crate) foreign: Vec<String>,
    /// Those of the foreign ones that pretend to be ours.
    pub(crate) forged: Vec<Forged>,
}

/// A guard, as its rule tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserMember {
    /// The rule's name.
    pub(crate) rule: String,
    /// The user's name.
    pub(crate) user: String,
    /// The user's ARN with its path.
    pub(crate) user_arn: UserArn,
    /// How its events come.
    pub(crate) topology: Topology,
    /// How they came before, while not all of that way is removed yet.
    pub(crate) former: Option<Topology>,
    /// What trips it.
    pub(crate) signals: Vec<Signal>,
    /// How it responds.
    pub(crate) response: Response,
}

impl UserMember {
    fn topologies(&self) -> impl Iterator<Item = Topology> {
        [self.topology].into_iter().chain(self.former)
    }
}

impl Need {
    /// The bus whose members decide; `None` for what only the guard itself needs.
    pub(crate) fn bus(&self) -> Option<&Location> {
        match self {
            Need::Own => None,
            Need::Rules(bus) | Need::Users(bus) | Need::Hop(_, bus) => Some(bus),
        }
    }
}

/// Whether somebody on its bus ([`Need::bus`]) still needs an object.
pub(crate) fn is_needed(need: &Need, members: &BusMembers, hub: &Hub) -> bool {
    match need {
        Need::Own => false,
        Need::Rules(_) => !members.users.is_empty() || !members.forwards.is_empty(),
        Need::Users(_) => !members.users.is_empty(),
        // A bus that forwards is a relay: its events come from the hub. A user's events come by its route.
        Need::Hop(from, to) => {
            let relayed = *from == hub.location && !members.forwards.is_empty();
            relayed
                || members.users.iter().flat_map(UserMember::topologies).any(|topology| {
                    Route::new(&hub.location, to, topology)
                        .is_ok_and(|route| route.hops().any(|hop| hop == (from, to)))
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::golden::hub;

    fn with(topology: Topology) -> BusMembers {
        let edge = Location::new("222222222222", "eu-west-1");
        let user_arn = Guard::plain_user_arn(&edge, "a");
        let user_arn = UserArn::parse(&user_arn, &edge.account).expect("an ARN");
        let (rule, user) = ("r".into(), "a".into());
        let (former, signals, response) = (None, vec![], Response::default());
        let member = UserMember { rule, user, user_arn, topology, former, signals, response };
        BusMembers { users: vec![member], ..BusMembers::default() }
    }

    use crate::chain::Guard;

    #[test]
    fn a_hop_is_needed_by_those_whose_route_takes_it() {
        let (relay, edge) =
            (Location::new("222222222222", "us-east-1"), Location::new("222222222222", "eu-west-1"));
        let relayed = Need::Hop(relay.clone(), edge.clone());
        let direct = Need::Hop(hub().location, edge);
        assert!(is_needed(&relayed, &with(Topology::Relay), &hub()));
        assert!(!is_needed(&relayed, &with(Topology::Direct), &hub()));
        assert!(is_needed(&direct, &with(Topology::Direct), &hub()));
        assert!(!is_needed(&direct, &with(Topology::Relay), &hub()));
        let mut changing = with(Topology::Direct);
        changing.users[0].former = Some(Topology::Relay);
        assert!(is_needed(&direct, &changing, &hub()) && is_needed(&relayed, &changing, &hub()));
    }

    #[test]
    fn a_relay_is_fed_while_it_forwards_or_holds_users() {
        let relay = Location::new("222222222222", "us-east-1");
        let feed = Need::Hop(hub().location, relay.clone());
        let forwarding = BusMembers {
            forwards: vec![Location::new("222222222222", "eu-west-1")],
            ..BusMembers::default()
        };
        assert!(is_needed(&feed, &forwarding, &hub()));
        assert!(is_needed(&feed, &with(Topology::Direct), &hub()));
        assert!(!is_needed(&feed, &BusMembers::default(), &hub()));
    }

    #[test]
    fn a_foreign_rule_needs_nothing_of_ours() {
        let members = BusMembers { foreign: vec!["theirs".into()], ..BusMembers::default() };
        let bus = Location::new("222222222222", "us-east-1");
        assert!(!is_needed(&Need::Rules(bus.clone()), &members, &hub()));
        assert!(!is_needed(&Need::Users(bus), &members, &hub()));
    }
}
