//! Taking away what nobody needs any more: own first, then list, then shared, leaf to root.
//!
//! Of a place's shared objects the bus goes first. AWS refuses to delete a bus that has a rule, so either
//! nobody has joined and from then on nobody can, or somebody has and everything stays.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::aws::jittered;
use crate::chain::{BusMembers, Guard, Hub, Location, Object, Route, Spec, Topology, expand, is_needed};

use super::removal::Removal;
use super::{Engine, Error};

/// How often a bus is listed anew that AWS says has rules and whose listing has none: a deleted rule may be
/// seen a moment longer.
const LISTINGS: u32 = 8;

/// What a removal came to.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    /// What stays on purpose, and why.
    pub(crate) kept: Vec<String>,
    /// Why it ended early; everything that was not reached is still there.
    pub(crate) error: Option<Error>,
}

impl Removed {
    /// Both, one after the other.
    pub(crate) fn and(mut self, later: Self) -> Self {
        self.kept.extend(later.kept);
        Self { error: self.error.or(later.error), ..self }
    }
}

impl Engine {
    /// Removes a guard, and what it was the last to need, on the former way of its events as well;
    /// `checked` says that the plan has just seen that nothing in its chain is foreign, and its record.
    pub(crate) async fn remove(&self, guard: &Guard, hub: &Hub, checked: bool) -> Removed {
        let mut removal = Removal { hub, checked, kept: Vec::new() };
        let error = self.remove_all(guard, &mut removal).await.err();
        Removed { kept: removal.kept, error }
    }

    /// Removes what only the former way of a guard's events needed.
    pub(super) async fn prune(&self, guard: &Guard, former: Topology, hub: &Hub) -> Removed {
        let before = Guard { topology: former, former: None, ..guard.clone() };
        let mut removal = Removal { hub, checked: false, kept: Vec::new() };
        let error = self.remove_unneeded(&before, &mut removal).await.err();
        Removed { kept: removal.kept, error }
    }

    /// Takes our entry out of a bucket that the trail has left, whoever else has not yet followed it: nothing new
    /// comes there.
    pub(crate) async fn leave_bucket(&self, guard: &Guard, hub: &Hub) -> Removed {
        match expand(guard, hub, std::slice::from_ref(&guard.user_arn)) {
            Ok(objects) => {
                let entry = |object: &Object| matches!(object.spec, Spec::BucketNotification(_));
                self.remove_objects(objects.into_iter().filter(entry).collect(), hub).await
            }
            Err(error) => Removed { kept: Vec::new(), error: Some(error.into()) },
        }
    }

    /// Removes objects that don't stand on each other.
    pub(super) async fn remove_objects(&self, objects: Vec<Object>, hub: &Hub) -> Removed {
        let mut removal = Removal { hub, checked: false, kept: Vec::new() };
        let error = self.remove_side_by_side(objects, &mut removal).await.err();
        Removed { kept: removal.kept, error }
    }

    async fn remove_all(&self, guard: &Guard, removal: &mut Removal<'_>) -> Result<(), Error> {
        let former = match guard.former {
            None if !removal.checked => self.former_way(guard, removal.hub).await?,
            former => former,
        };
        let users = std::slice::from_ref(&guard.user_arn);
        let objects = expand(guard, removal.hub, users)?;
        for object in objects.iter().rev().filter(|object| !object.shared()) {
            // A rule takes its targets with it.
            if !matches!(object.spec, Spec::Target(_)) {
                self.remove_one(object, removal).await?;
            }
        }
        self.remove_unneeded(guard, removal).await?;
        match former {
            Some(topology) => self.remove_unneeded(&Guard { topology, ..guard.clone() }, removal).await,
            None => Ok(()),
        }
    }

    async fn remove_unneeded(&self, guard: &Guard, removal: &mut Removal<'_>) -> Result<(), Error> {
        let hub = removal.hub;
        let route = Route::new(&hub.location, &guard.edge, guard.topology)?;
        let users = std::slice::from_ref(&guard.user_arn);
        let objects = expand(guard, hub, users)?;
        let since = Instant::now();
        for (index, bus) in route.buses.iter().enumerate().rev() {
            let _lock = self.common.locks.lock(bus).await;
            let (members, unneeded) = self.give_up_bus(bus, guard, &objects, removal).await?;
            if *bus == guard.edge && !members.users.is_empty() {
                self.settle_locked_users(guard, hub, since).await?;
            }
            if unneeded.is_empty() {
                // Who needs this bus needs the way to it.
                break;
            }
            if let Some(from) = index.checked_sub(1).and_then(|before| route.buses.get(before)) {
                let _lock = self.common.locks.lock(from).await;
                let hop = unneeded.iter().filter(|object| object.at == *from && *from != *bus).cloned();
                self.remove_side_by_side(hop.collect(), removal).await?;
            }
            let here = unneeded.into_iter().filter(|object| object.at == *bus);
            self.remove_side_by_side(here.collect(), removal).await?;
        }
        Ok(())
    }

    /// Deletes a bus that nobody is on. Returns who is on it, and what else nobody needs.
    ///
    /// Who has emptied the edge is likely the last one on the way to it too: there AWS, which keeps a bus that has
    /// rules, is asked before the listing.
    async fn give_up_bus(
        &self,
        bus: &Location,
        guard: &Guard,
        objects: &[Object],
        removal: &mut Removal<'_>,
    ) -> Result<(BusMembers, Vec<Object>), Error> {
        let mut listing = 0;
        let mut members = if *bus == guard.edge || self.is_awaited(bus) {
            self.members_and_joining(removal.hub, bus).await?
        } else {
            BusMembers::default()
        };
        loop {
            // Whoever removes its former way doesn't need it.
            for member in members.users.iter_mut().filter(|member| member.user_arn.as_str() == guard.user_arn)
            {
                member.former = None;
            }
            let mut unneeded: Vec<Object> = objects
                .iter()
                .filter(|object| object.need.bus() == Some(bus))
                .filter(|object| !is_needed(&object.need, &members, removal.hub))
                .cloned()
                .collect();
            let found = unneeded.iter().position(|object| matches!(object.spec, Spec::Bus(_)));
            let Some(object) = found.map(|index| unneeded.remove(index)) else {
                return Ok((members, unneeded));
            };
            if !members.foreign.is_empty() {
                let foreign = members.foreign.join(", ");
                removal.kept.push(format!(
                    "{object} stays, because rules that are not guard's are on it in {bus}: {foreign}"
                ));
                return Ok((members, unneeded));
            }
            match self.remove_one(&object, removal).await {
                Ok(()) => {
                    // A bus takes its policy with it.
                    unneeded
                        .retain(|other| !matches!(other.spec, Spec::BusPermission(_)) || other.at != *bus);
                    return Ok((members, unneeded));
                }
                Err(Error::Object { source, .. })
                    if source.says("ValidationException", "rule") && listing < LISTINGS =>
                {
                    // Somebody is on it, or AWS doesn't yet agree with itself: the listing tells.
                    if listing > 0 {
                        sleep(jittered(Duration::from_millis(100 << listing.min(4)))).await;
                    }
                    listing += 1;
                    members = self.members_and_joining(removal.hub, bus).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }
}
