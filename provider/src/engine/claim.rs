//! Whose guard it is: one user has one guard, whoever asks for it first.
//!
//! A guard's rule carries who builds it in a tag. EventBridge ignores the tags of a PutRule whose rule is
//! there already, so of two who build the same guard at once the tag names the first.

use std::sync::PoisonError;

use crate::aws::{BUILDER_TAG, Observed, builder_of};
use crate::builder::Builder;
use crate::chain::{BusMembers, Guard, Hub, Location, own_rule};

use super::build::own;
use super::{Engine, Error};

/// What a plan does with a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Planned {
    /// A block has it, and terraform's state has not.
    New,
    /// The state has it, and no block has.
    Gone,
}

impl Engine {
    /// That a plan does not build a guard at one address and remove it at another: nothing orders the two, and where
    /// the new one comes first it is refused, and the old one removed after that. Whichever is planned second says so.
    ///
    /// A guard that is replaced at its address, such as a tainted one, is not planned as one that goes.
    ///
    /// # Errors
    /// If the plan does.
    pub(crate) fn refuse_renamed(&self, guard: &Guard, planned: Planned) -> Result<(), Error> {
        let id = Guard::id(&guard.edge, &guard.user);
        let other = if planned == Planned::New { Planned::Gone } else { Planned::New };
        let mut all = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert((id.clone(), planned));
        if all.contains(&(id.clone(), other)) { Err(Error::Renamed { id }) } else { Ok(()) }
    }

    /// The guard, signed by this run.
    pub(super) fn signed(&self, guard: &Guard) -> Guard {
        let mut signed = guard.clone();
        signed.tags.insert(BUILDER_TAG.to_owned(), Builder::now().to_string());
        signed
    }

    /// The guard of another region that has the user, by what the filter knows: every guard has a parameter at the hub,
    /// whatever state it is in.
    async fn elsewhere(&self, guard: &Guard, hub: &Hub) -> Result<Option<String>, Error> {
        let watch = self.watch(guard, hub).await?;
        let watch = watch.filter(|it| it.account == guard.edge.account && it.user == guard.user);
        let region = watch.and_then(|watch| watch.region).filter(|region| *region != guard.edge.region);
        Ok(region.map(|region| Guard::id(&Location::new(&guard.edge.account, region), &guard.user)))
    }

    /// That no guard in another region has the user.
    ///
    /// # Errors
    /// If one has, or it can't be found out.
    pub(super) async fn refuse_elsewhere(&self, guard: &Guard, hub: &Hub) -> Result<(), Error> {
        match self.elsewhere(guard, hub).await? {
            Some(other) => Err(Self::other_guard(guard, other)),
            None => Ok(()),
        }
    }

    pub(super) fn other_guard(guard: &Guard, other: String) -> Error {
        Error::Elsewhere { id: Guard::id(&guard.edge, &guard.user), other }
    }

    /// That nobody guards the user yet; a guard whose build was cut off is nobody's.
    ///
    /// # Errors
    /// If somebody does, or is about to, or it can't be found out.
    pub(super) async fn refuse_duplicate(
        &self,
        guard: &Guard,
        hub: &Hub,
        members: Option<&BusMembers>,
    ) -> Result<(), Error> {
        let rule = own_rule(hub, &guard.edge, &guard.user);
        if members.is_none_or(|members| members.users.iter().all(|member| member.rule != rule)) {
            return Ok(());
        }
        let builder = self.builder(guard, hub, None).await?;
        for object in own(guard, hub)? {
            if matches!(self.look_at_one(&object, &hub.mark()).await?, Observed::Ours { .. }) {
                continue;
            }
            return match builder.filter(|builder| builder.may_be_at_work(&Builder::now())) {
                Some(builder) => Err(self.under_construction(guard, &builder)),
                None => Ok(()),
            };
        }
        Err(self.duplicate(guard, hub, builder.as_ref()))
    }

    /// As [`Engine::refuse_duplicate`], by what the bus's listing said last. A guard of this run's own state is
    /// let through: terraform plans one that it replaces, such as a tainted one, as if it were new. If it is
    /// another block's, the apply refuses it.
    ///
    /// # Errors
    /// If somebody does, or it can't be found out.
    pub(crate) async fn refuse_planned_duplicate(&self, guard: &Guard, hub: &Hub) -> Result<(), Error> {
        if self.has_refreshed(&Guard::id(&guard.edge, &guard.user)) {
            return Ok(());
        }
        // Terraform plans a guard that moves to another region as a new one, and removes the old one first.
        match self.elsewhere(guard, hub).await? {
            Some(other) if !self.has_refreshed(&other) => return Err(Self::other_guard(guard, other)),
            _ => {}
        }
        let members = self.members_lately(hub, &guard.edge).await?;
        self.refuse_duplicate(guard, hub, members.as_ref()).await
    }

    /// That the rule, which is there by now, is the one of this signed guard.
    ///
    /// # Errors
    /// If somebody else was first, or it can't be read.
    pub(super) async fn refuse_second(&self, guard: &Guard, hub: &Hub) -> Result<(), Error> {
        let signature = guard.tags.get(BUILDER_TAG).map(String::as_str);
        let ours = signature.and_then(Builder::parse);
        match (self.builder(guard, hub, signature).await?, ours) {
            (Some(theirs), Some(ours)) if !theirs.is(&ours) => Err(self.under_construction(guard, &theirs)),
            _ => Ok(()),
        }
    }

    /// Where and when a guard was built, in words, if that was on another machine or in another folder.
    ///
    /// # Errors
    /// If its rule can't be read.
    pub(crate) async fn built_elsewhere(&self, guard: &Guard, hub: &Hub) -> Result<Option<String>, Error> {
        let builder = self.builder(guard, hub, None).await?;
        Ok(builder.filter(|builder| builder.is_elsewhere(&Builder::now())).map(|builder| builder.described()))
    }

    /// Who builds or has built a guard, by its rule; `expected` is who is thought to.
    async fn builder(
        &self,
        guard: &Guard,
        hub: &Hub,
        expected: Option<&str>,
    ) -> Result<Option<Builder>, Error> {
        let site = self.accounts.site(&guard.edge).await?;
        let rule = own_rule(hub, &guard.edge, &guard.user);
        let found = builder_of(&site, &hub.names.bus(), &rule, &hub.mark(), expected).await;
        let found = found.map_err(|source| Error::List { at: guard.edge.clone(), source })?;
        Ok(found.and_then(|text| Builder::parse(&text)))
    }

    pub(super) fn duplicate(&self, guard: &Guard, hub: &Hub, builder: Option<&Builder>) -> Error {
        let builder = builder.map_or_else(|| "by another guard_iam_user".to_owned(), Builder::described);
        let rule = own_rule(hub, &guard.edge, &guard.user);
        Error::Duplicate { id: Guard::id(&guard.edge, &guard.user), rule, at: guard.edge.clone(), builder }
    }

    fn under_construction(&self, guard: &Guard, builder: &Builder) -> Error {
        Error::UnderConstruction { id: Guard::id(&guard.edge, &guard.user), builder: builder.described() }
    }
}
