//! The responder's policy names every user on its bus, so it is written by all who come and go, processes
//! that know nothing of each other among them.
//!
//! What makes it right in the end: whoever has written the policy lists the bus again afterwards, and writes
//! once more if the list has changed; and whoever comes or goes does so before the listing. So the last to
//! write has seen everybody.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::aws::{has_policy, put_policy};
use crate::chain::{BusMembers, Guard, Hub, Location, Need, Object, Role, Spec, expand};
use crate::halt::halted;

use super::roster::user_arns;
use super::{Engine, Error};

/// How long whoever is about to list waits for others who come or go at the same moment: one listing, and one
/// writing, then serves them all.
const GATHERING: Duration = Duration::from_millis(100);

/// Who was on each edge bus when its responder's policy was last found to be theirs, and when that was asked.
/// It serves all who had come or gone by then.
#[derive(Default)]
pub(super) struct Settled(Mutex<HashMap<Location, (Instant, BusMembers)>>);

impl Settled {
    fn since(&self, edge: &Location, since: Instant) -> Option<BusMembers> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(edge).filter(|(asked, _)| *asked >= since).map(|(_, members)| members.clone())
    }

    /// Forgets a place: its role is written by somebody who hasn't listed since.
    pub(super) fn forget(&self, edge: &Location) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(edge);
    }

    fn note(&self, edge: &Location, asked: Instant, members: &BusMembers) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(edge.clone(), (asked, members.clone()));
    }
}

impl Engine {
    /// Makes the responder's policy that of the users who are on the edge bus; returns who is. `since` is
    /// when the caller came or went.
    pub(super) async fn settle_users(
        &self,
        guard: &Guard,
        hub: &Hub,
        since: Instant,
    ) -> Result<BusMembers, Error> {
        let _lock = self.common.locks.lock(&guard.edge).await;
        self.settle_locked_users(guard, hub, since).await
    }

    /// As [`Engine::settle_users`], for a caller that holds the edge's lock.
    pub(super) async fn settle_locked_users(
        &self,
        guard: &Guard,
        hub: &Hub,
        since: Instant,
    ) -> Result<BusMembers, Error> {
        if let Some(members) = self.settled.since(&guard.edge, since) {
            return Ok(members);
        }
        sleep(GATHERING).await;
        loop {
            let asked = Instant::now();
            let members = self.members_now(hub, &guard.edge).await?.unwrap_or_default();
            if members.users.is_empty() {
                return Ok(members);
            }
            let role = responder_role(guard, hub, &members)?;
            let Spec::Role(want) = &role.spec else { return Ok(members) };
            match self.ensured.since(&role) {
                Some(put) if put >= since => {
                    self.settled.note(&guard.edge, asked, &members);
                    return Ok(members);
                }
                // Put before the caller came: somebody else may have put another since.
                Some(_) if self.responder_has(&role, want, hub).await? => {
                    self.ensured.note(&role);
                    self.settled.note(&guard.edge, asked, &members);
                    return Ok(members);
                }
                _ => self.put_responder_policy(&role, want, hub).await?,
            }
        }
    }

    async fn responder_has(&self, role: &Object, want: &Role, hub: &Hub) -> Result<bool, Error> {
        let site = self.accounts.site(&role.at).await?;
        let has = has_policy(&self.context(&site, &hub.mark(), role), want).await;
        has.map_err(Error::object(role, "read"))
    }

    async fn put_responder_policy(&self, role: &Object, want: &Role, hub: &Hub) -> Result<(), Error> {
        if let Some(halt) = halted() {
            return Err(Error::halted(halt, role));
        }
        let site = self.accounts.site(&role.at).await?;
        let put = put_policy(&self.context(&site, &hub.mark(), role), want).await;
        site.forget_about(&role.spec);
        put.map_err(Error::object(role, "built"))?;
        self.ensured.note(role);
        Ok(())
    }
}

/// The responder's role for those who are on the edge bus.
fn responder_role(guard: &Guard, hub: &Hub, members: &BusMembers) -> Result<Object, Error> {
    let need = Need::Users(guard.edge.clone());
    let objects = expand(guard, hub, &user_arns(members))?;
    let role = objects.into_iter().find(|object| object.need == need && matches!(object.spec, Spec::Role(_)));
    Ok(role.expect("every chain has a responder with a role"))
}
