//! Who is on a bus: those whom AWS lists, and those whom this process is about to put there.
//!
//! A guard under construction has no rule yet, so without this another guard that leaves the same bus at
//! that moment would take the bus away from under it, or leave it out of the responder's policy.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::aws::{jittered, list_members, list_members_now};
use crate::chain::{BusMembers, ChainError, Guard, Hub, Location, Route, UserMember, own_rule};

use super::{Engine, Error};

/// Between two listings, while the first doesn't show what was put.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

struct Joiner {
    id: String,
    buses: Vec<Location>,
    member: UserMember,
}

/// The guards under construction.
#[derive(Default)]
pub(super) struct Joining(Mutex<Vec<Joiner>>);

/// A guard is under construction until this is dropped.
pub(super) struct Joined<'a> {
    joining: &'a Joining,
    id: String,
}

impl Drop for Joined<'_> {
    fn drop(&mut self) {
        self.joining.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|joiner| joiner.id != self.id);
    }
}

impl Joining {
    /// Announces a guard; the id of another one of the same user, in whatever region, if that is announced already:
    /// the same user twice in one configuration.
    ///
    /// # Errors
    /// If the user's ARN is none that a policy could have.
    pub(super) fn announce(
        &self,
        guard: &Guard,
        hub: &Hub,
        route: &Route,
    ) -> Result<Result<Joined<'_>, String>, ChainError> {
        let user_arn = guard.checked_arn()?;
        let id = Guard::id(&guard.edge, &guard.user);
        let mut joiners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rule = own_rule(hub, &guard.edge, &guard.user);
        if let Some(other) = joiners.iter().find(|joiner| joiner.member.rule == rule) {
            return Ok(Err(other.id.clone()));
        }
        let member = UserMember {
            rule,
            user: guard.user.clone(),
            user_arn,
            topology: guard.topology,
            former: guard.former,
            signals: guard.signals.clone(),
            response: guard.response.clone(),
        };
        joiners.push(Joiner { id: id.clone(), buses: route.buses.clone(), member });
        Ok(Ok(Joined { joining: self, id }))
    }

    /// Whether somebody is about to come to a bus.
    fn is_awaited(&self, bus: &Location) -> bool {
        let joiners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        joiners.iter().any(|joiner| joiner.buses.contains(bus))
    }

    /// Adds those who are about to come to a bus.
    fn join(&self, bus: &Location, members: &mut BusMembers) {
        for joiner in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let Some(index) = joiner.buses.iter().position(|at| at == bus) else { continue };
            match joiner.buses.get(index + 1) {
                Some(next) if !members.forwards.contains(next) => members.forwards.push(next.clone()),
                Some(_) => {}
                None => {
                    members.users.retain(|member| member.rule != joiner.member.rule);
                    members.users.push(joiner.member.clone());
                }
            }
        }
    }
}

/// The listings of this run, by bus, the last of each.
#[derive(Default)]
pub(super) struct Lately(Mutex<HashMap<Location, Option<BusMembers>>>);

impl Lately {
    fn note(&self, bus: &Location, members: Option<&BusMembers>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(bus.clone(), members.cloned());
    }

    fn known(&self, bus: &Location) -> Option<Option<BusMembers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(bus).cloned()
    }
}

impl Engine {
    /// Who is on the bus there, as it was last read; `None` if there is no bus.
    pub(super) async fn members(&self, hub: &Hub, bus: &Location) -> Result<Option<BusMembers>, Error> {
        let site = self.accounts.site(bus).await?;
        let listed = list_members(&site, hub).await;
        let listed = listed.map_err(|source| Error::List { at: bus.clone(), source })?;
        self.warn_of_forged(listed.as_ref().map_or(&[], |members| &members.forged), bus, hub);
        self.lately.note(bus, listed.as_ref());
        Ok(listed)
    }

    /// Who was on the bus there when this run last listed it, which may have come or gone since: good enough
    /// for what is checked again once it is built.
    pub(super) async fn members_lately(
        &self,
        hub: &Hub,
        bus: &Location,
    ) -> Result<Option<BusMembers>, Error> {
        match self.lately.known(bus) {
            Some(members) => Ok(members),
            None => self.members(hub, bus).await,
        }
    }

    /// Who is on the bus there now; `None` if there is no bus. Waits for a listing that shows what this
    /// process has put there itself.
    pub(super) async fn members_now(&self, hub: &Hub, bus: &Location) -> Result<Option<BusMembers>, Error> {
        let site = self.accounts.site(bus).await?;
        let mut pause = FIRST_PAUSE;
        loop {
            let listed = list_members_now(&site, hub).await;
            let mut listed = listed.map_err(|source| Error::List { at: bus.clone(), source })?;
            let mut nobody = BusMembers::default();
            let members = listed.as_mut().unwrap_or(&mut nobody);
            self.warn_of_forged(&members.forged, bus, hub);
            if self.common.written.correct(Instant::now(), bus, &hub.names, members) {
                self.lately.note(bus, listed.as_ref());
                return Ok(listed);
            }
            tracing::debug!(%bus, "the listing lags behind, asking again");
            sleep(jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whether this process is about to put somebody on the bus there.
    pub(super) fn is_awaited(&self, bus: &Location) -> bool {
        self.common.joining.is_awaited(bus)
    }

    /// Who is on the bus there, now or in a moment.
    pub(super) async fn members_and_joining(&self, hub: &Hub, bus: &Location) -> Result<BusMembers, Error> {
        let mut members = self.members_now(hub, bus).await?.unwrap_or_default();
        self.common.joining.join(bus, &mut members);
        Ok(members)
    }
}

/// The users' ARNs, sorted: the same policy for the same members.
pub(super) fn user_arns(members: &BusMembers) -> Vec<String> {
    let mut arns: Vec<String> = members.users.iter().map(|member| member.user_arn.to_string()).collect();
    arns.sort();
    arns.dedup();
    arns
}
