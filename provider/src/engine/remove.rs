//! Taking away what nobody needs any more: own first, then list, then shared, leaf to root.

use crate::aws::{Observed, remove};
use crate::chain::{BusMembers, Guard, Hub, Location, Need, Object, Route, Spec, expand, is_needed};

use super::roster::user_arns;
use super::{Engine, Error, stop_requested};

/// What a removal came to.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    /// What stays on purpose, and why.
    pub(crate) kept: Vec<String>,
    /// Why it ended early; everything that was not reached is still there.
    pub(crate) error: Option<Error>,
}

impl Engine {
    /// Removes a guard, and what it was the last to need.
    pub(crate) async fn remove(&self, guard: &Guard, hub: &Hub) -> Removed {
        let mut removed = Removed::default();
        removed.error = self.remove_all(guard, hub, &mut removed.kept).await.err();
        removed
    }

    /// Removes what only an earlier form of a guard needed: the other topology's way.
    pub(crate) async fn prune(&self, before: &Guard, hub: &Hub) -> Removed {
        let mut removed = Removed::default();
        removed.error = self.remove_unneeded(before, hub, &mut removed.kept).await.err();
        removed
    }

    async fn remove_all(&self, guard: &Guard, hub: &Hub, kept: &mut Vec<String>) -> Result<(), Error> {
        let users = std::slice::from_ref(&guard.user_arn);
        let objects = expand(guard, hub, users)?;
        for object in objects.iter().rev().filter(|object| !object.shared()) {
            // A rule takes its targets with it.
            if !matches!(object.spec, Spec::Target(_)) {
                self.remove_one(object, hub, kept).await?;
            }
        }
        self.remove_unneeded(guard, hub, kept).await
    }

    async fn remove_unneeded(&self, guard: &Guard, hub: &Hub, kept: &mut Vec<String>) -> Result<(), Error> {
        let route = Route::new(&hub.location, &guard.edge, guard.topology)?;
        let users = std::slice::from_ref(&guard.user_arn);
        let objects = expand(guard, hub, users)?;
        for (index, bus) in route.buses.iter().enumerate().rev() {
            let _lock = self.locks.lock(bus).await;
            let members = self.members(hub, bus).await?;
            let unneeded =
                |object: &&Object| object.need.bus() == Some(bus) && !is_needed(&object.need, &members, hub);
            if let Some(from) = index.checked_sub(1).and_then(|before| route.buses.get(before)) {
                let hop = |object: &&Object| matches!(object.need, Need::Hop(..)) && object.at == *from;
                let _lock = self.locks.lock(from).await;
                for object in objects.iter().rev().filter(unneeded).filter(hop) {
                    if !matches!(object.spec, Spec::Target(_)) {
                        self.remove_one(object, hub, kept).await?;
                    }
                }
            }
            for object in objects.iter().rev().filter(unneeded).filter(|object| object.at == *bus) {
                self.remove_at(object, bus, &members, hub, kept).await?;
            }
            if *bus == guard.edge && !members.users.is_empty() {
                self.narrow_responder(guard, hub, &members).await?;
            }
        }
        Ok(())
    }

    /// Removes an object of a bus's place; a bus on which others have rules stays for them.
    async fn remove_at(
        &self,
        object: &Object,
        bus: &Location,
        members: &BusMembers,
        hub: &Hub,
        kept: &mut Vec<String>,
    ) -> Result<(), Error> {
        if matches!(object.spec, Spec::Bus(_)) && !members.foreign.is_empty() {
            let foreign = members.foreign.join(", ");
            kept.push(format!(
                "{object} stays, because rules that are not guard's are on it in {bus}: {foreign}"
            ));
            return Ok(());
        }
        self.remove_one(object, hub, kept).await
    }

    /// Takes the user that has left out of the responder's policy.
    async fn narrow_responder(&self, guard: &Guard, hub: &Hub, members: &BusMembers) -> Result<(), Error> {
        let need = Need::Users(guard.edge.clone());
        for object in expand(guard, hub, &user_arns(members))? {
            if object.need == need && matches!(object.spec, Spec::Role(_)) {
                self.ensure(&object, hub).await?;
            }
        }
        Ok(())
    }

    async fn remove_one(&self, object: &Object, hub: &Hub, kept: &mut Vec<String>) -> Result<(), Error> {
        if stop_requested() {
            return Err(Error::Stopped { object: Box::new(object.clone()) });
        }
        let mark = hub.mark();
        match self.look_at_one(object, &mark).await? {
            Observed::Absent => Ok(()),
            Observed::Foreign => {
                kept.push(format!("{object} stays, because it doesn't carry guard's mark"));
                Ok(())
            }
            Observed::Ours { .. } => {
                tracing::info!(%object, "removing");
                let site = self.accounts.site(&object.at).await?;
                remove(&self.context(&site, &mark, object)).await.map_err(Error::object(object, "removed"))
            }
        }
    }
}
