//! Making objects what they must be: looked at side by side, put stage by stage.

use std::collections::BTreeMap;

use futures::{StreamExt, stream};

use crate::aws::{Observed, put};
use crate::chain::{Hub, Object, Spec};
use crate::halt::halted;

use super::look::SIDE_BY_SIDE;
use super::{Engine, Error, Seen};

/// What is known of objects before they are put.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing: they have to be looked at.
    Nothing,
    /// They can't be there, because what they stand on isn't.
    Absent,
}

impl Engine {
    /// Makes objects what they must be; what is, goes to `built`, also when something else fails. Returns
    /// whether anything was there that should not have been.
    ///
    /// # Errors
    /// The first that occurs, after everything that was under way is through.
    pub(super) async fn ensure_all(
        &self,
        objects: Vec<Object>,
        known: Known,
        hub: &Hub,
        built: &mut Vec<Object>,
    ) -> Result<bool, Error> {
        let (done, todo): (Vec<_>, Vec<_>) =
            objects.into_iter().partition(|object| self.ensured.since(object).is_some());
        built.extend(done);
        let seen = match known {
            Known::Nothing => self.look_at(todo, hub).await?,
            Known::Absent => {
                todo.into_iter().map(|object| Seen { object, observed: Observed::Absent }).collect()
            }
        };
        let mut stages: BTreeMap<_, Vec<Seen>> = BTreeMap::new();
        for seen in seen {
            stages.entry(seen.object.stage()).or_default().push(seen);
        }
        let mut surprised = false;
        for (stage, seen) in stages {
            let at_once = if stage.one_by_one() { 1 } else { SIDE_BY_SIDE };
            let puts = seen.into_iter().map(|seen| self.ensure(seen, hub));
            let outcomes: Vec<_> = stream::iter(puts).buffered(at_once).collect().await;
            let mut failed = None;
            for (object, outcome) in outcomes {
                match outcome {
                    Ok(surprise) => surprised |= surprise,
                    Err(error) => {
                        failed.get_or_insert(error);
                        // It may be half there, or there although no answer came.
                        if !matches!(self.look_at_one(&object, &hub.mark()).await, Ok(Observed::Ours { .. }))
                        {
                            continue;
                        }
                    }
                }
                built.push(object);
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(surprised)
    }

    /// Makes one object what it must be, if it isn't.
    async fn ensure(&self, seen: Seen, hub: &Hub) -> (Object, Result<bool, Error>) {
        let outcome = self.ensure_seen(&seen, hub).await;
        if outcome.is_ok() && seen.object.shared() {
            self.ensured.note(&seen.object);
        }
        (seen.object, outcome)
    }

    async fn ensure_seen(&self, Seen { object, observed }: &Seen, hub: &Hub) -> Result<bool, Error> {
        let exists = match observed {
            Observed::Ours { drift, .. } if drift.is_empty() => return Ok(false),
            Observed::Ours { drift, .. } => {
                tracing::info!(%object, drift = drift.join(", "), "repairing");
                true
            }
            Observed::Absent => {
                tracing::info!(%object, "building");
                false
            }
            Observed::Foreign => return Err(Error::foreign(object, hub)),
        };
        match self.put_one(object, hub, exists).await {
            Err(Error::Object { source, .. }) if !exists && source.exists() => {
                self.adopt(object, hub).await?;
                Ok(true)
            }
            outcome => outcome.map(|()| false),
        }
    }

    /// Puts right what was thought absent and is there: a leftover, or somebody else's just now.
    async fn adopt(&self, object: &Object, hub: &Hub) -> Result<(), Error> {
        match self.look_at_one(object, &hub.mark()).await? {
            Observed::Foreign => Err(Error::foreign(object, hub)),
            Observed::Ours { drift, .. } if drift.is_empty() => Ok(()),
            Observed::Ours { .. } => self.put_one(object, hub, true).await,
            // It went again.
            Observed::Absent => self.put_one(object, hub, false).await,
        }
    }

    /// One step, unless no step may be started any more.
    async fn put_one(&self, object: &Object, hub: &Hub, exists: bool) -> Result<(), Error> {
        if let Some(halt) = halted() {
            return Err(Error::halted(halt, object));
        }
        if matches!(object.spec, Spec::Role(_)) {
            self.settled.forget(&object.at);
        }
        let site = self.accounts.site(&object.at).await?;
        let mark = hub.mark();
        let outcome = put(&self.context(&site, &mark, object), exists).await;
        site.forget_about(&object.spec);
        outcome.map_err(Error::object(object, "built"))?;
        if let Spec::Rule(rule) = &object.spec {
            self.common.written.came(&object.at, &rule.name);
        }
        Ok(())
    }
}
