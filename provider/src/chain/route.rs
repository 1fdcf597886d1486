//! The way of an event from the hub to the guard's region, checked against AWS's hop budget.
//!
//! AWS lets an event make one same-region hop and one cross-region hop between buses, and drops it silently
//! after that, noticed only by a dead-letter queue: `THIRD_ACCOUNT_HOP_DETECTED`,
//! `THIRD_REGION_HOP_DETECTED` (EventBridge user guide, "Using dead-letter queues").

use std::{fmt, str::FromStr};

use super::Location;

/// How events reach a member account's region that is not the hub's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Topology {
    /// Through a bus in the member account and the hub's region.
    #[default]
    Relay,
    /// From the hub's bus at once.
    Direct,
}

impl Topology {
    /// Its name in Terraform.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Topology::Relay => "relay",
            Topology::Direct => "direct",
        }
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not a topology.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a topology; it is \"relay\" or \"direct\"")]
pub(crate) struct UnknownTopology(pub(crate) String);

impl FromStr for Topology {
    type Err = UnknownTopology;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "relay" => Ok(Topology::Relay),
            "direct" => Ok(Topology::Direct),
            _ => Err(UnknownTopology(name.to_owned())),
        }
    }
}

/// The buses that an event passes, the hub's first. The last one holds the user's rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// At least one; no two neighbours are the same.
    pub(crate) buses: Vec<Location>,
}

/// A route that AWS would not let an event take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RouteError {
    /// More hops than AWS lets an event make.
    #[error(
        "events can't take the way {way}: AWS lets an event make one hop between buses within a region and one between regions, this way has {same_region} and {cross_region}, so AWS would drop it silently"
    )]
    Budget { way: String, same_region: usize, cross_region: usize },
    /// Buses that can't send to each other.
    #[error(
        "events can't come from {hub}, where the trail's bucket is, to {edge}: in the partition {partition} EventBridge sends none from region to region. Set `region` to {}: users are the same in all regions, and the trail sees what they do in each",
        .hub.region
    )]
    Region { hub: Location, edge: Location, partition: &'static str },
    /// Regions of two partitions.
    #[error(
        "events can't come from {hub}, where the trail's bucket is, to {edge}: that region is in another partition, whose accounts are of another organization; guard its users with the credentials of that organization"
    )]
    Partition { hub: Location, edge: Location },
}

impl Route {
    /// The route to `edge`, by the route table of the design.
    ///
    /// # Errors
    /// If the regions can't reach each other. If the route would break the hop budget: no pair of hub and edge does,
    /// but the check stands between this table and an AWS that says nothing.
    pub(crate) fn new(hub: &Location, edge: &Location, topology: Topology) -> Result<Self, RouteError> {
        let mut buses = vec![hub.clone()];
        let foreign_account = edge.account != hub.account;
        let foreign_region = edge.region != hub.region;
        if hub.partition() != edge.partition() {
            return Err(RouteError::Partition { hub: hub.clone(), edge: edge.clone() });
        }
        if foreign_region && !hub.partition().crosses_regions() {
            let partition = hub.partition().name();
            return Err(RouteError::Region { hub: hub.clone(), edge: edge.clone(), partition });
        }
        if foreign_account && foreign_region && topology == Topology::Relay {
            buses.push(Location::new(&edge.account, &hub.region));
        }
        if foreign_account || foreign_region {
            buses.push(edge.clone());
        }
        Self::checked(buses)
    }

    fn checked(buses: Vec<Location>) -> Result<Self, RouteError> {
        let hops = || buses.iter().zip(buses.iter().skip(1));
        let same_region = hops().filter(|(from, to)| from.region == to.region).count();
        let cross_region = hops().filter(|(from, to)| from.region != to.region).count();
        if same_region > 1 || cross_region > 1 {
            let way = buses.iter().map(Location::to_string).collect::<Vec<_>>().join(" -> ");
            return Err(RouteError::Budget { way, same_region, cross_region });
        }
        Ok(Self { buses })
    }

    /// The hops, in the order in which an event makes them.
    pub(crate) fn hops(&self) -> impl Iterator<Item = (&Location, &Location)> {
        self.buses.iter().zip(self.buses.iter().skip(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub() -> Location {
        Location::new("111111111111", "us-east-1")
    }

    fn way(account: &str, region: &str, topology: Topology) -> Vec<String> {
        let edge = Location::new(account, region);
        let route = Route::new(&hub(), &edge, topology).expect("within the hop budget");
        route.buses.iter().map(Location::to_string).collect()
    }

    #[test]
    fn a_member_in_another_region_is_reached_through_its_relay() {
        let expected = ["111111111111/us-east-1", "222222222222/us-east-1", "222222222222/eu-west-1"];
        assert_eq!(way("222222222222", "eu-west-1", Topology::Relay), expected);
    }

    #[test]
    fn a_member_in_another_region_can_be_reached_directly() {
        let expected = ["111111111111/us-east-1", "222222222222/eu-west-1"];
        assert_eq!(way("222222222222", "eu-west-1", Topology::Direct), expected);
    }

    #[test]
    fn a_member_in_the_hubs_region_has_its_rule_on_the_relay() {
        for topology in [Topology::Relay, Topology::Direct] {
            let expected = ["111111111111/us-east-1", "222222222222/us-east-1"];
            assert_eq!(way("222222222222", "us-east-1", topology), expected);
        }
    }

    #[test]
    fn the_hubs_own_account_needs_no_relay() {
        for topology in [Topology::Relay, Topology::Direct] {
            let expected = ["111111111111/us-east-1", "111111111111/eu-west-1"];
            assert_eq!(way("111111111111", "eu-west-1", topology), expected);
        }
    }

    #[test]
    fn a_user_at_the_hub_has_its_rule_on_the_hub_bus() {
        assert_eq!(way("111111111111", "us-east-1", Topology::Relay), ["111111111111/us-east-1"]);
    }

    #[test]
    fn in_china_and_govcloud_events_stay_in_their_region() {
        for (home, away) in [("cn-north-1", "cn-northwest-1"), ("us-gov-west-1", "us-gov-east-1")] {
            let hub = Location::new("111111111111", home);
            let of = |region| Location::new("222222222222", region);
            assert!(Route::new(&hub, &of(home), Topology::Relay).is_ok());
            let refused = Route::new(&hub, &of(away), Topology::Direct).expect_err("another region");
            assert!(refused.to_string().contains(&format!("Set `region` to {home}")), "{refused}");
        }
    }

    #[test]
    fn events_never_leave_their_partition() {
        let edge = Location::new("222222222222", "cn-north-1");
        let refused = Route::new(&hub(), &edge, Topology::Relay).expect_err("another partition");
        assert!(refused.to_string().contains("another partition"), "{refused}");
    }

    #[test]
    fn a_second_hop_of_a_kind_is_refused() {
        let (a, b, c) =
            (hub(), Location::new("222222222222", "us-east-1"), Location::new("333333333333", "us-east-1"));
        let refused = Route::checked(vec![a.clone(), b, c]).expect_err("two same-region hops");
        assert!(refused.to_string().contains("has 2 and 0"), "{refused}");
        let (b, c) = (Location::new("111111111111", "eu-west-1"), Location::new("111111111111", "eu-west-2"));
        assert!(Route::checked(vec![a, b, c]).is_err());
    }
}
