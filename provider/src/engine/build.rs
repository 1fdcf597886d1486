//! Building a chain: the edge before the hub, nothing twice.
//!
//! On each bus the rule comes first. AWS deletes no bus that has a rule, so from then on nobody who leaves
//! can take away what the newcomer is about to share. The targets come last: nothing happens before all is
//! ready.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::aws::jittered;
use crate::chain::{BusMembers, Guard, Hub, Object, Route, Spec, expand, own_rule};

use super::ensure::Known;
use super::rearm::begun;
use super::roster::user_arns;
use super::{Engine, Error};

/// How often a chain is looked at again when somebody else may be taking parts of it away.
const VERIFICATIONS: usize = 8;
const BETWEEN_VERIFICATIONS: Duration = Duration::from_secs(1);

/// How often a chain is begun anew of which something was taken away under it.
const REBUILDS: usize = 3;

/// What a build came to: the truth so far, and why it ended if it ended early.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// Every object that is there now as it should be.
    pub(crate) objects: Vec<Object>,
    /// What stays on purpose though it should go, and why.
    pub(crate) kept: Vec<String>,
    /// Why the rest is not.
    pub(crate) error: Option<Error>,
}

impl From<Error> for Built {
    fn from(error: Error) -> Self {
        Self { error: Some(error), ..Self::default() }
    }
}

impl Engine {
    /// Builds a new guard; `whole` says that the plan found everything shared as it must be.
    ///
    /// A guard that another block owns is refused; one whose build was cut off, so that parts of its own are
    /// missing, is completed.
    pub(crate) async fn create(&self, guard: &Guard, hub: &Hub, whole: bool) -> Built {
        let route = match Route::new(&hub.location, &guard.edge, guard.topology) {
            Ok(route) => route,
            Err(error) => return Error::from(error).into(),
        };
        let _joined = match self.common.joining.announce(guard, hub, &route) {
            Ok(Ok(joined)) => joined,
            Ok(Err(other)) if other == Guard::id(&guard.edge, &guard.user) => {
                return self.duplicate(guard, hub, None).into();
            }
            Ok(Err(other)) => return Self::other_guard(guard, other).into(),
            Err(error) => return Error::from(error).into(),
        };
        // The first one to come to a place builds what the others then join.
        let _turn = if whole { None } else { Some(self.common.turns.lock(&guard.edge).await) };
        let whole = whole || self.has_ensured_shared(guard, hub);
        let mut built = Built::default();
        let mut guard = self.signed(guard);
        guard.response.rearmed = begun(&guard);
        guard.response.since = Some(self.accounts.now().await);
        built.error = self.build_new(&guard, hub, &route, whole, &mut built.objects).await.err();
        for _ in 0..REBUILDS {
            let Some(error) = built.error.as_ref().filter(|error| error.is_taken_away()) else { break };
            // Another state's last guard is just leaving, and has taken along what was about to be shared.
            tracing::warn!(guard = Guard::id(&guard.edge, &guard.user), %error, "building it anew");
            sleep(jittered(BETWEEN_VERIFICATIONS)).await;
            self.forget_chain(&guard, hub).await;
            built.error = self.rebuild(&guard, hub, &route, &mut built.objects).await.err();
        }
        if matches!(
            built.error,
            Some(Error::Duplicate { .. } | Error::UnderConstruction { .. } | Error::Elsewhere { .. })
        ) {
            // All of it is somebody else's.
            built.objects.clear();
        }
        built
    }

    /// Whoever takes parts away may not be through: what was built is looked at again.
    async fn rebuild(
        &self,
        guard: &Guard,
        hub: &Hub,
        route: &Route,
        built: &mut Vec<Object>,
    ) -> Result<(), Error> {
        self.build_all(guard, hub, route, true, built).await?;
        self.verify(guard, hub, built).await
    }

    /// Forgets what this run knows of a guard's chain: somebody else has changed it.
    async fn forget_chain(&self, guard: &Guard, hub: &Hub) {
        for site in self.accounts.entered().await {
            site.forget();
        }
        for object in expand(guard, hub, std::slice::from_ref(&guard.user_arn)).unwrap_or_default() {
            self.ensured.forget(&object);
        }
        self.settled.forget(&guard.edge);
    }

    /// Whether this run has made or found everything shared of a guard's chain as it must be; the responder's
    /// role for whatever users, since its policy is settled with every newcomer.
    pub(super) fn has_ensured_shared(&self, guard: &Guard, hub: &Hub) -> bool {
        let objects = expand(guard, hub, std::slice::from_ref(&guard.user_arn)).unwrap_or_default();
        objects.iter().filter(|object| object.shared()).all(|object| self.ensured.knows(object))
    }

    async fn build_new(
        &self,
        guard: &Guard,
        hub: &Hub,
        route: &Route,
        whole: bool,
        built: &mut Vec<Object>,
    ) -> Result<(), Error> {
        // As the plan has just seen it: who joins looks for its companion again, who builds meets what has come
        // since then.
        let before = self.members_lately(hub, &guard.edge).await?;
        self.refuse_duplicate(guard, hub, before.as_ref()).await?;
        self.refuse_elsewhere(guard, hub).await?;
        let companion = before.as_ref().and_then(|members| companion(members, guard, hub));
        let Some(companion) = companion.filter(|_| whole) else {
            return self.build_all(guard, hub, route, true, built).await;
        };
        // Another guard of the same way needs the same shared objects: while it stays, nobody takes them away.
        let after = self.join(guard, hub, built).await?;
        if after.users.iter().any(|member| member.rule == companion) {
            let users = user_arns(&after);
            built.splice(0..0, expand(guard, hub, &users)?.into_iter().filter(Object::shared));
            return Ok(());
        }
        self.build_all(guard, hub, route, true, built).await?;
        self.verify(guard, hub, built).await
    }

    /// Adds a guard's own objects to a chain that stands.
    async fn join(&self, guard: &Guard, hub: &Hub, built: &mut Vec<Object>) -> Result<BusMembers, Error> {
        let (rule, rest): (Vec<_>, Vec<_>) =
            own(guard, hub)?.into_iter().partition(|object| matches!(object.spec, Spec::Rule(_)));
        self.ensure_all(rule, Known::Absent, hub, built).await?;
        let after = self.settle_users(guard, hub, Instant::now()).await?;
        self.refuse_second(guard, hub).await?;
        self.ensure_all(rest, Known::Absent, hub, built).await?;
        Ok(after)
    }

    /// Everything, bus by bus. A new chain is looked at again if anything about it was odd.
    pub(super) async fn build_all(
        &self,
        guard: &Guard,
        hub: &Hub,
        route: &Route,
        new: bool,
        built: &mut Vec<Object>,
    ) -> Result<(), Error> {
        built.clear();
        let (mut odd, mut nothing_there) = (false, false);
        let since = Instant::now();
        for bus in route.buses.iter().rev() {
            let _lock = self.common.locks.lock(bus).await;
            // A bus that wasn't there a moment ago: if it has come since, putting it tells.
            let absent = new && self.members(hub, bus).await?.is_none();
            let members = if absent { None } else { self.members_now(hub, bus).await? };
            // Nobody on a bus: what is there is left over, or about to be taken away.
            odd |= members
                .as_ref()
                .is_some_and(|members| members.users.is_empty() && members.forwards.is_empty());
            // A guard that stood here may have lost no more than the bus.
            let known = if new && members.is_none() { Known::Absent } else { Known::Nothing };
            nothing_there |= *bus == guard.edge && new && members.is_none();
            let mut users = members.map(|members| user_arns(&members)).unwrap_or_default();
            if *bus == guard.edge && !users.contains(&guard.user_arn) {
                users.push(guard.user_arn.clone());
                users.sort();
            }
            let here = |object: &Object| {
                object.at == *bus && (object.shared() || matches!(object.spec, Spec::Rule(_)))
            };
            let objects = expand(guard, hub, &users)?.into_iter().filter(here).collect();
            odd |= self.ensure_all(objects, known, hub, built).await?;
            if new && *bus == guard.edge {
                self.refuse_second(guard, hub).await?;
            }
        }
        let rest = own(guard, hub)?.into_iter().filter(|object| !matches!(object.spec, Spec::Rule(_)));
        let known = if nothing_there { Known::Absent } else { Known::Nothing };
        self.ensure_all(rest.collect(), known, hub, built).await?;
        self.settle_users(guard, hub, since).await?;
        if new && odd { self.verify(guard, hub, built).await } else { Ok(()) }
    }

    /// Looks at a chain until it stays as it must be: somebody may have been taking parts away while it was
    /// built.
    async fn verify(&self, guard: &Guard, hub: &Hub, built: &mut Vec<Object>) -> Result<(), Error> {
        let mut quiet = 0;
        for _ in 0..VERIFICATIONS {
            sleep(jittered(BETWEEN_VERIFICATIONS)).await;
            for site in self.accounts.entered().await {
                site.forget();
            }
            let look = self.look(guard, hub, None).await?;
            let wrong = look.chain.into_iter().filter(|seen| !seen.is_as_wanted());
            let wrong: Vec<Object> = wrong.map(|seen| seen.object).collect();
            quiet = if wrong.is_empty() { quiet + 1 } else { 0 };
            if quiet == 2 {
                return Ok(());
            }
            for object in &wrong {
                tracing::warn!(%object, "it went while the chain was built");
                self.ensured.forget(object);
                built.retain(|other| other != object);
            }
            self.ensure_all(wrong, Known::Nothing, hub, built).await?;
        }
        Ok(())
    }
}

/// The guard's own objects.
pub(super) fn own(guard: &Guard, hub: &Hub) -> Result<Vec<Object>, Error> {
    let users = std::slice::from_ref(&guard.user_arn);
    Ok(expand(guard, hub, users)?.into_iter().filter(|object| !object.shared()).collect())
}

/// The rule of another guard on the bus whose events come the same way.
fn companion(members: &BusMembers, guard: &Guard, hub: &Hub) -> Option<String> {
    let rule = own_rule(hub, &guard.edge, &guard.user);
    if members.users.iter().any(|member| member.rule == rule) {
        // What was begun is completed with a look at everything.
        return None;
    }
    let same = members.users.iter().find(|member| member.topology == guard.topology);
    same.map(|member| member.rule.clone())
}
