//! Repairing or changing a guard that is there.
//!
//! When its events are to come another way, both ways stand until the new one is complete, and the guard's
//! record tells of the former one until that is gone: a run that is cut off in between leaves nothing that
//! the next doesn't find.

use crate::chain::{Guard, Hub, Object, Route, Topology, own_rule};

use super::build::{Built, own};
use super::ensure::Known;
use super::{Engine, Error};

impl Engine {
    /// Makes a guard what it must be; `before` is the topology that it is thought to have.
    pub(crate) async fn update(&self, guard: &Guard, hub: &Hub, before: Topology) -> Built {
        let mut built = Built::default();
        built.error = self.change(guard, hub, before, &mut built).await.err();
        built
    }

    async fn change(
        &self,
        guard: &Guard,
        hub: &Hub,
        before: Topology,
        built: &mut Built,
    ) -> Result<(), Error> {
        let route = Route::new(&hub.location, &guard.edge, guard.topology)?;
        let former = self.former(guard, hub, before).await?;
        let changing = Guard { former, ..guard.clone() };
        let _joined = self.common.joining.announce(&changing, hub, &route);
        self.build_all(&changing, hub, &route, false, &mut built.objects).await?;
        let Some(former) = former else { return Ok(()) };
        let removed = self.prune(guard, former, hub).await;
        built.kept = removed.kept;
        removed.error.map_or(Ok(()), Err)?;
        let rule = |object: &Object| object.kind() == "rule";
        let rule: Vec<Object> = own(guard, hub)?.into_iter().filter(rule).collect();
        built
            .objects
            .retain(|object| !rule.iter().any(|rule| rule.arn() == object.arn() && object.kind() == "rule"));
        self.ensure_all(rule, Known::Nothing, hub, &mut built.objects).await.map(drop)
    }

    /// The way by which a guard's events came before, if it is another one and not known to be removed.
    ///
    /// # Errors
    /// If the bus can't be listed.
    pub(super) async fn former(
        &self,
        guard: &Guard,
        hub: &Hub,
        before: Topology,
    ) -> Result<Option<Topology>, Error> {
        let members = self.members_now(hub, &guard.edge).await?.unwrap_or_default();
        let rule = own_rule(hub, &guard.edge, &guard.user);
        let own = members.users.iter().find(|member| member.rule == rule);
        let (is, was) = own.map_or((before, None), |member| (member.topology, member.former));
        let other = |topology: &Topology| {
            let [theirs, ours] =
                [*topology, guard.topology].map(|t| Route::new(&hub.location, &guard.edge, t));
            theirs.ok() != ours.ok()
        };
        Ok([Some(is), was].into_iter().flatten().find(other))
    }
}
