//! Repairing or changing a guard that is there.
//!
//! When its events are to come another way, both ways stand until the new one is complete, and the guard's
//! record tells of the former one until that is gone: a run that is cut off in between leaves nothing that
//! the next doesn't find.

use guard_contract::{Rearmed, Response};

use crate::chain::{BusMembers, Guard, Hub, Object, Route, Spec, Topology, own_rule};

use super::build::{Built, own};
use super::ensure::Known;
use super::rearm::{Rearming, rearmed, recorded};
use super::{Engine, Error};

impl Engine {
    /// Makes a guard what it must be; `before` is what it is thought to be.
    pub(crate) async fn update(&self, guard: &Guard, hub: &Hub, before: &Guard) -> Built {
        let mut built = Built::default();
        built.error = self.change(guard, hub, before, &mut built).await.err();
        built
    }

    async fn change(&self, guard: &Guard, hub: &Hub, before: &Guard, built: &mut Built) -> Result<(), Error> {
        let route = Route::new(&hub.location, &guard.edge, guard.topology)?;
        let members = self.members_now(hub, &guard.edge).await?;
        let former = former(guard, hub, before.topology, members.as_ref());
        let recorded = recorded(guard, hub, members.as_ref());
        // A rule that is gone, or of 0.1.0, doesn't say it: then the guard begins now.
        let since = match recorded.as_ref().and_then(|response| response.since) {
            Some(since) => Some(since),
            None => Some(self.accounts.now().await),
        };
        let recorded = recorded.and_then(|response| response.rearmed);
        let (rearmed, rearming) = match rearmed(guard, recorded, before.rearm.as_deref()) {
            Rearming::Before(rearmed) => (rearmed, false),
            Rearming::Now(word) => (Some(Rearmed { at: self.accounts.now().await, word }), true),
        };
        let guard =
            &Guard { response: Response { rearmed, since, ..guard.response.clone() }, ..guard.clone() };
        let changing = Guard { former, ..guard.clone() };
        let _joined = self.common.joining.announce(&changing, hub, &route)?;
        self.build_all(&changing, hub, &route, false, &mut built.objects).await?;
        self.settle_incident(guard, hub, rearming).await?;
        let Some(former) = former else { return Ok(()) };
        let removed = self.prune(guard, former, hub).await;
        built.kept.extend(removed.kept);
        removed.error.map_or(Ok(()), Err)?;
        let is_rule = |object: &Object| matches!(object.spec, Spec::Rule(_)) && !object.shared();
        let rule: Vec<Object> = own(guard, hub)?.into_iter().filter(is_rule).collect();
        built.objects.retain(|object| !is_rule(object));
        self.ensure_all(rule, Known::Nothing, hub, &mut built.objects).await.map(drop)
    }

    /// The way by which a guard's events came before, if it is another one and not known to be removed, as
    /// the edge's listing said last.
    ///
    /// # Errors
    /// If the bus can't be listed.
    pub(crate) async fn former_way(&self, guard: &Guard, hub: &Hub) -> Result<Option<Topology>, Error> {
        let members = self.members(hub, &guard.edge).await?;
        Ok(former(guard, hub, guard.topology, members.as_ref()))
    }
}

/// The other way by which a guard's events come or came: as its record has it or, without one, `before`.
fn former(guard: &Guard, hub: &Hub, before: Topology, members: Option<&BusMembers>) -> Option<Topology> {
    let rule = own_rule(hub, &guard.edge, &guard.user);
    let own = members.into_iter().flat_map(|members| &members.users).find(|member| member.rule == rule);
    let (is, was) = own.map_or((before, None), |member| (member.topology, member.former));
    let way = |topology| Route::new(&hub.location, &guard.edge, topology).ok();
    [Some(is), was].into_iter().flatten().find(|topology| way(*topology) != way(guard.topology))
}
