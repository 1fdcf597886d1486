//! How a guard has tripped, and its way back.
//!
//! A guard is re-armed by a word that its record doesn't know yet. The record learns it first: from then on the
//! responder ignores what was done before. Then what the responder did to the user is undone, as the rule's tags
//! tell it, and last the tags go; a run that is cut off in between goes on where it was.

use std::time::Duration;

use guard_contract::{Mode, Rearmed, Response, Step, Tripped, Watch};
use tokio::time::sleep;

use crate::aws::{User, deny_again, end_incident, jittered, read_tripped, read_watch, undo};
use crate::chain::{BusMembers, Guard, Hub, own_rule};
use crate::halt::halted;

use super::build::own;
use super::{Engine, Error};

/// How often it is looked whether a response went on after its guard was re-armed; it takes a second or two.
const LOOKS: u32 = 3;
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// How a guard's record says that it responds; `None` if it is not on the bus.
pub(super) fn recorded(guard: &Guard, hub: &Hub, members: Option<&BusMembers>) -> Option<Response> {
    let rule = own_rule(hub, &guard.edge, &guard.user);
    let mut users = members?.users.iter();
    users.find(|member| member.rule == rule).map(|member| member.response.clone())
}

/// The record of a guard that is new: the word that it begins with re-arms nothing.
pub(super) fn begun(guard: &Guard) -> Option<Rearmed> {
    guard.rearm.as_deref().map(|word| Rearmed { at: 0, word: Rearmed::word(word) })
}

/// What a guard's record must say of its re-arming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rearming {
    /// As before.
    Before(Option<Rearmed>),
    /// It is re-armed now, with the word that this stands for.
    Now(String),
}

/// What a guard's record must say of its re-arming: `recorded` is what it says now, and `settled` the word of the
/// state.
///
/// Who administrates the account may have written another word into the record, or none: what the state knows to be
/// done is not done again.
pub(super) fn rearmed(guard: &Guard, recorded: Option<Rearmed>, settled: Option<&str>) -> Rearming {
    match (guard.rearm.as_deref(), recorded) {
        (Some(word), recorded) => {
            let (is_settled, hash) = (settled == Some(word), Rearmed::word(word));
            match recorded {
                Some(recorded) if recorded.word == hash => Rearming::Before(Some(recorded)),
                _ if !is_settled => Rearming::Now(hash),
                recorded => {
                    let at = recorded.map_or(0, |recorded| recorded.at);
                    Rearming::Before(Some(Rearmed { at, word: hash }))
                }
            }
        }
        // Without a word, what was done before the last re-arming stays ignored.
        (None, recorded) => Rearming::Before(recorded),
    }
}

/// Whether somebody has taken off the deny of a tripped guard. Where all steps were tried, the deny most likely
/// never came to be: keys come last.
pub(crate) fn is_let_go(tripped: &Tripped, mode: Mode, user: &User) -> bool {
    let tried = |step| tripped.steps.contains(&step);
    let denied_by_us = (tried(Step::Attach) || tried(Step::Inline)) && !Step::ALL.into_iter().all(tried);
    mode == Mode::Enforce && denied_by_us && !user.denied
}

impl Engine {
    /// Whether an update of a guard re-arms it, by the bus's last listing; `settled` is the word of its state.
    ///
    /// # Errors
    /// If the bus can't be listed.
    pub(crate) async fn is_rearming(
        &self,
        guard: &Guard,
        hub: &Hub,
        settled: Option<&str>,
    ) -> Result<bool, Error> {
        let members = self.members(hub, &guard.edge).await?;
        let before = recorded(guard, hub, members.as_ref()).and_then(|response| response.rearmed);
        Ok(matches!(rearmed(guard, before, settled), Rearming::Now(_)))
    }

    /// How a guard has tripped; `None` if it hasn't, or its user was released since.
    ///
    /// # Errors
    /// If its rule can't be read.
    pub(crate) async fn tripped(
        &self,
        guard: &Guard,
        hub: &Hub,
        user: Option<&User>,
    ) -> Result<Option<Tripped>, Error> {
        let suspected = user.is_some_and(|user| user.denied);
        self.read_tripped(guard, hub, suspected).await
    }

    /// What the filter knows of a guard; `None` if it is nothing, or nothing that can be read.
    ///
    /// # Errors
    /// If AWS refuses.
    pub(crate) async fn watch(&self, guard: &Guard, hub: &Hub) -> Result<Option<Watch>, Error> {
        let site = self.accounts.site(&hub.location).await?;
        let rule = own_rule(hub, &guard.edge, &guard.user);
        let json = read_watch(&site, &format!("{}/{rule}", hub.names.watches())).await;
        let json = json.map_err(|source| Error::List { at: hub.location.clone(), source })?;
        Ok(json.and_then(|json| Watch::parse(&json).ok()))
    }

    async fn read_tripped(
        &self,
        guard: &Guard,
        hub: &Hub,
        suspected: bool,
    ) -> Result<Option<Tripped>, Error> {
        let site = self.accounts.site(&guard.edge).await?;
        let rule = own_rule(hub, &guard.edge, &guard.user);
        let read = read_tripped(&site, &hub.names.bus(), &rule, &hub.mark(), suspected).await;
        read.map_err(|source| Error::List { at: guard.edge.clone(), source })
    }

    /// Undoes what the guard did to its user if it is re-armed, and does it again if somebody else has undone it.
    pub(super) async fn settle_incident(
        &self,
        guard: &Guard,
        hub: &Hub,
        rearming: bool,
    ) -> Result<(), Error> {
        let Some(tripped) = self.read_tripped(guard, hub, true).await? else { return Ok(()) };
        let over = |tripped: &Tripped| tripped.is_over(guard.response.rearmed.as_ref());
        if rearming || over(&tripped) {
            self.release(guard, hub, &tripped).await?;
            // A response that had read the record before it was re-armed may still be under way.
            for _ in 0..LOOKS {
                sleep(jittered(BETWEEN_LOOKS)).await;
                if let Some(tripped) = self.read_tripped(guard, hub, true).await?.filter(over) {
                    self.release(guard, hub, &tripped).await?;
                }
            }
            return Ok(());
        }
        let Some(user) = self.user(guard).await? else { return Ok(()) };
        if !is_let_go(&tripped, guard.response.mode, &user) {
            return Ok(());
        }
        tracing::warn!(user = guard.user, "denying the user again: its guard has tripped");
        let site = self.accounts.site(&guard.edge).await?;
        let denied = deny_again(&site, &guard.user, &tripped).await;
        denied.map_err(|source| self.user_error(guard, "denied again", source))
    }

    /// Ends the incident of a guard that goes, so that its user may do again what it could.
    ///
    /// # Errors
    /// If AWS refuses; what was not reached is as it was.
    pub(crate) async fn let_go(&self, guard: &Guard, hub: &Hub) -> Result<(), Error> {
        let Some(tripped) = self.read_tripped(guard, hub, true).await? else { return Ok(()) };
        let members = self.members_now(hub, &guard.edge).await?;
        let Some(response) = recorded(guard, hub, members.as_ref()) else { return Ok(()) };
        // What is still on its way must not trip it while it goes.
        let word = response.rearmed.map_or_else(|| Rearmed::word("destroy"), |rearmed| rearmed.word);
        let at = self.accounts.now().await;
        let response = Response { rearmed: Some(Rearmed { at, word }), ..response };
        let guard = Guard { response, ..guard.clone() };
        let is_rule = |object: &crate::chain::Object| object.kind() == "rule";
        let rule = own(&guard, hub)?.into_iter().filter(is_rule).collect();
        self.ensure_all(rule, super::ensure::Known::Nothing, hub, &mut Vec::new()).await?;
        self.release(&guard, hub, &tripped).await
    }

    async fn release(&self, guard: &Guard, hub: &Hub, tripped: &Tripped) -> Result<(), Error> {
        let rule = own_rule(hub, &guard.edge, &guard.user);
        if let Some(halt) = halted() {
            let own = own(guard, hub)?;
            let object = own.iter().find(|object| object.kind() == "rule");
            return object.map_or(Ok(()), |object| Err(Error::halted(halt, object)));
        }
        tracing::info!(user = guard.user, at = tripped.at, by = tripped.by, "re-arming");
        let site = self.accounts.site(&guard.edge).await?;
        // The response has denied it under the name that it has now.
        let renamed = self.renamed(guard).await;
        let undone = undo(&site, renamed.as_ref().unwrap_or(&guard.user), tripped).await;
        undone.map_err(|source| self.user_error(guard, "released", source))?;
        if let Some(key) = tripped.key.as_ref().filter(|key| tripped.keys.contains(key)) {
            self.warn_of_leaked_key(guard, key);
        }
        let ended = end_incident(&site, &hub.names.bus(), &rule).await;
        site.forget();
        ended.map_err(|source| Error::List { at: guard.edge.clone(), source })
    }

    fn user_error(&self, guard: &Guard, verb: &'static str, source: crate::aws::Error) -> Error {
        let (user, account) = (guard.user.clone(), guard.edge.account.clone());
        Error::Response { user, account, verb, source }
    }
}

#[cfg(test)]
mod tests {
    use crate::chain::{Topology, example_guard};

    use super::*;

    fn guard(rearm: Option<&str>) -> Guard {
        let rearm = rearm.map(str::to_owned);
        Guard { rearm, ..example_guard("222222222222", "eu-west-1", Topology::Relay) }
    }

    #[test]
    fn a_new_word_rearms_and_the_same_or_none_does_not() {
        let before = Some(Rearmed { at: 7, word: Rearmed::word("OPS-1") });
        let same = Rearming::Before(before.clone());
        assert_eq!(rearmed(&guard(Some("OPS-1")), before.clone(), None), same);
        assert_eq!(rearmed(&guard(None), before.clone(), Some("OPS-1")), same);
        let now = rearmed(&guard(Some("OPS-2")), before, Some("OPS-1"));
        assert_eq!(now, Rearming::Now(Rearmed::word("OPS-2")));
        assert_eq!(rearmed(&guard(Some("OPS-1")), None, None), Rearming::Now(Rearmed::word("OPS-1")));
        assert_eq!(rearmed(&guard(None), None, None), Rearming::Before(None));
    }

    #[test]
    fn a_word_that_the_state_knows_rearms_nothing_whatever_the_record_says() {
        let theirs = |word: &str| Some(Rearmed { at: 7, word: word.to_owned() });
        let word = Rearmed::word("OPS-1");
        for (recorded, at) in [(None, 0), (theirs("another"), 7)] {
            let kept = Some(Rearmed { at, word: word.clone() });
            assert_eq!(rearmed(&guard(Some("OPS-1")), recorded, Some("OPS-1")), Rearming::Before(kept));
        }
    }
}
