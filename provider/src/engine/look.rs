//! Observing a chain: all objects side by side.

use std::sync::PoisonError;

use futures::{StreamExt, TryStreamExt, stream};

use crate::artifact::Artifact;
use crate::aws::{Observed, User, observe, read_user, renamed};
use crate::chain::{ChainError, Guard, Hub, Object, Route, Spec, expand};

use super::roster::user_arns;
use super::{Engine, Error};

/// How many calls are under way at once, for one guard: CloudTrail allows 10 a second, IAM and Lambda more.
pub(super) const SIDE_BY_SIDE: usize = 8;

/// An object and what is there.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// As wanted.
    pub(crate) object: Object,
    /// As it is.
    pub(crate) observed: Observed,
}

impl Seen {
    /// Whether there is nothing to do about it.
    pub(crate) fn is_as_wanted(&self) -> bool {
        matches!(&self.observed, Observed::Ours { drift, .. } if drift.is_empty())
    }

    fn is_ours(&self) -> bool {
        matches!(self.observed, Observed::Ours { .. })
    }
}

/// A chain as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Look {
    /// Every object wanted, in the order in which they are built.
    pub(crate) chain: Vec<Seen>,
    /// The user of the guarded name; none if it is gone.
    pub(crate) user: Option<User>,
    /// The name that the guarded user has now, if it was renamed.
    pub(crate) renamed: Option<String>,
}

impl Look {
    /// Whether nothing of the chain is there. A guard without its own objects is still to be removed, or
    /// repaired: what it left may be needed by nobody else.
    pub(crate) fn is_gone(&self) -> bool {
        self.chain.iter().all(|seen| !seen.is_ours())
    }

    /// Whether all of the guard's own objects are there: only then it guards.
    pub(crate) fn is_armed(&self) -> bool {
        self.chain.iter().filter(|seen| !seen.object.shared()).all(Seen::is_ours)
    }

    /// Whether everything shared is as it must be.
    pub(crate) fn is_whole(&self) -> bool {
        self.chain.iter().filter(|seen| seen.object.shared()).all(Seen::is_as_wanted)
    }

    /// The first object that is in the way: our name without our mark.
    pub(crate) fn foreign(&self) -> Option<&Object> {
        let foreign = self.chain.iter().find(|seen| seen.observed == Observed::Foreign);
        foreign.map(|seen| &seen.object)
    }

    /// Notes how the guard's own object of that kind differs beyond itself.
    pub(crate) fn differs(&mut self, kind: &str, how: &str) {
        let mut own = self.chain.iter_mut().filter(|seen| !seen.object.shared());
        if let Some(Seen { observed: Observed::Ours { drift, .. }, .. }) =
            own.find(|seen| seen.object.kind() == kind)
        {
            drift.push(how.to_owned());
        }
    }

    /// The version of the functions' code: the older of the two, if either is there.
    pub(crate) fn artifact_version(&self) -> Option<String> {
        let versions = self.chain.iter().filter_map(|seen| match &seen.observed {
            Observed::Ours { artifact: Some(version), .. } => Some(version.clone()),
            _ => None,
        });
        versions.reduce(|a, b| if Artifact::is_newer(&a, &b) { b } else { a })
    }
}

impl Engine {
    /// Looks at a guard's chain; the user was looked at before ([`Engine::user`]).
    ///
    /// # Errors
    /// If anything can't be read: in doubt, nothing is taken for gone.
    pub(crate) async fn look(&self, guard: &Guard, hub: &Hub, user: Option<User>) -> Result<Look, Error> {
        let mut members = self.members(hub, &guard.edge).await?.unwrap_or_default();
        let rule = hub.names.user_rule(&guard.edge.account, &guard.user);
        members.users.retain(|member| member.rule != rule);
        let mut users = user_arns(&members);
        users.push(guard.user_arn.clone());
        users.sort();
        self.look_among(guard, hub, &users, user).await
    }

    /// The chain with these users at the edge or, where they are too many for the responder's policy, with the
    /// guard's own: the apply of a change there says why it can't be. No plan ends by that.
    fn expand_for_a_look(&self, guard: &Guard, hub: &Hub, users: &[String]) -> Result<Vec<Object>, Error> {
        match expand(guard, hub, users) {
            Err(cause @ ChainError::RolePolicy { .. }) => {
                let summary = format!("Too many users in {}", guard.edge);
                self.warn(summary, cause.to_string());
                Ok(expand(guard, hub, std::slice::from_ref(&guard.user_arn))?)
            }
            objects => Ok(objects?),
        }
    }

    /// Looks at a guard's chain as it is with these users at the edge.
    async fn look_among(
        &self,
        guard: &Guard,
        hub: &Hub,
        users: &[String],
        user: Option<User>,
    ) -> Result<Look, Error> {
        let objects = self.expand_for_a_look(guard, hub, users)?;
        let look = Look { chain: self.look_at(objects, hub).await?, user, renamed: None };
        self.warn_of_newer(&look);
        let mut unmixed = self.unmixed.lock().unwrap_or_else(PoisonError::into_inner);
        let id = Guard::id(&guard.edge, &guard.user);
        if look.foreign().is_none() {
            unmixed.insert(id)
        } else {
            unmixed.remove(&id)
        };
        drop(unmixed);
        Ok(look)
    }

    /// Warns of functions whose code a newer provider has put, or somebody who only says so: it is not compared.
    fn warn_of_newer(&self, look: &Look) {
        let Ok(artifact) = self.artifact() else { return };
        for Seen { object, observed } in &look.chain {
            if let Observed::Ours { artifact: Some(version), .. } = observed
                && Artifact::is_newer(version, artifact.version)
            {
                let detail = format!(
                    "The tag of {object} says that its code is of version {version}, which is newer than this provider's {}. The code is left as it is and not compared; everything else of the function is. If no newer provider is in use, somebody has changed the tag: remove it, and apply.",
                    artifact.version
                );
                self.warn(format!("{object} has newer code"), detail);
            }
        }
    }

    /// Whether this run has looked at a guard's chain and found nothing foreign in it.
    pub(crate) fn is_unmixed(&self, guard: &Guard) -> bool {
        let id = Guard::id(&guard.edge, &guard.user);
        self.unmixed.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    /// Looks at objects side by side.
    pub(super) async fn look_at(&self, objects: Vec<Object>, hub: &Hub) -> Result<Vec<Seen>, Error> {
        let mark = &hub.mark();
        let look = |object: Object| async move {
            let site = self.accounts.site(&object.at).await?;
            let observed =
                observe(&self.context(&site, mark, &object)).await.map_err(Error::object(&object, "read"))?;
            Ok(Seen { object, observed })
        };
        stream::iter(objects).map(look).buffered(SIDE_BY_SIDE).try_collect().await
    }

    pub(super) async fn look_at_one(&self, object: &Object, mark: &str) -> Result<Observed, Error> {
        let site = self.accounts.site(&object.at).await?;
        observe(&self.context(&site, mark, object)).await.map_err(Error::object(object, "read"))
    }

    /// The user, in the case in which it was given.
    ///
    /// # Errors
    /// If it can't be read, or IAM has it in another case.
    pub(crate) async fn user(&self, guard: &Guard) -> Result<Option<User>, Error> {
        let site = self.accounts.site(&guard.edge).await?;
        let (user, account) = (guard.user.clone(), guard.edge.account.clone());
        let found = read_user(&site, &user).await;
        let found =
            found.map_err(|source| Error::User { user: user.clone(), account: account.clone(), source })?;
        match found {
            Some(found) if found.name != user => {
                Err(Error::UserCase { given: user, stored: found.name, account })
            }
            found => Ok(found),
        }
    }

    /// The name that the guarded user has now, if it is known to have been renamed.
    pub(crate) async fn renamed(&self, guard: &Guard) -> Option<String> {
        let site = self.accounts.site(&guard.edge).await.ok()?;
        renamed(&site, guard.principal_id.as_ref()?, &guard.user).await
    }

    /// The version that the functions will have: ours, or a newer one that is there already.
    ///
    /// # Errors
    /// If a function can't be read.
    pub(crate) async fn planned_artifact(&self, guard: &Guard, hub: &Hub) -> Result<String, Error> {
        let ours = self.artifact()?.version;
        let users = std::slice::from_ref(&guard.user_arn);
        let (mut functions, mut all) = (Vec::new(), true);
        for object in expand(guard, hub, users)? {
            if !matches!(object.spec, Spec::Function(_)) {
                continue;
            }
            // Where no bus is, there is no function, or one that is only left over.
            match self.members(hub, &object.at).await? {
                Some(_) => functions.push(object),
                None => all = false,
            }
        }
        let look = Look { chain: self.look_at(functions, hub).await?, user: None, renamed: None };
        let built = all && look.chain.iter().all(Seen::is_ours);
        Ok(match look.artifact_version() {
            Some(version) if built && Artifact::is_newer(&version, ours) => version,
            _ => ours.to_owned(),
        })
    }

    /// A look at the whole chain of a guard that isn't there yet; `None` if one of its buses isn't either.
    /// Nothing is looked at, and so nothing found wrong, where this run has put what is shared.
    ///
    /// # Errors
    /// As [`Engine::look`].
    pub(crate) async fn foresee(&self, guard: &Guard, hub: &Hub) -> Result<Option<Look>, Error> {
        if self.has_ensured_shared(guard, hub) {
            return Ok(Some(Look::default()));
        }
        for bus in &Route::new(&hub.location, &guard.edge, guard.topology)?.buses {
            if self.members(hub, bus).await?.is_none() {
                return Ok(None);
            }
        }
        // The responder's policy must be that of those who are there; the newcomer is not in it yet.
        let members = self.members(hub, &guard.edge).await?.unwrap_or_default();
        self.look_among(guard, hub, &user_arns(&members), None).await.map(Some)
    }
}
