//! One removal: what is taken away side by side, at once, or with what it is a part of.

use std::slice;

use futures::{StreamExt, stream};

use crate::aws::{Observed, remove, remove_alarms};
use crate::chain::{Hub, Object, Spec};
use crate::halt::halted;

use super::look::SIDE_BY_SIDE;
use super::{Engine, Error};

/// A removal under way.
pub(super) struct Removal<'a> {
    pub(super) hub: &'a Hub,
    /// Whether the plan has seen that nothing in the chain is foreign.
    pub(super) checked: bool,
    /// What stays on purpose, and why.
    pub(super) kept: Vec<String>,
}

impl Engine {
    /// Removes objects that don't stand on each other, but for the bucket's entry, which has to go before
    /// its function: an entry that leads nowhere makes S3 refuse everybody's next change.
    pub(super) async fn remove_side_by_side(
        &self,
        objects: Vec<Object>,
        removal: &mut Removal<'_>,
    ) -> Result<(), Error> {
        let (first, rest): (Vec<_>, Vec<_>) = objects
            .into_iter()
            .filter(|object| !goes_with_another(object))
            .partition(|object| matches!(object.spec, Spec::BucketNotification(_)));
        for objects in [first, rest] {
            let (hub, checked) = (removal.hub, removal.checked);
            let removals = in_one_call(objects).into_iter().map(async |objects| {
                let mut part = Removal { hub, checked, kept: Vec::new() };
                let outcome = self.remove_at_once(&objects, &mut part).await;
                (part.kept, outcome)
            });
            let outcomes: Vec<_> = stream::iter(removals).buffered(SIDE_BY_SIDE).collect().await;
            let mut failed = None;
            for (kept, outcome) in outcomes {
                removal.kept.extend(kept);
                if let Err(error) = outcome {
                    failed.get_or_insert(error);
                }
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(())
    }

    /// One object.
    pub(super) async fn remove_one(&self, object: &Object, removal: &mut Removal<'_>) -> Result<(), Error> {
        self.remove_at_once(slice::from_ref(object), removal).await
    }

    /// One step, unless no step may be started any more.
    async fn remove_at_once(&self, objects: &[Object], removal: &mut Removal<'_>) -> Result<(), Error> {
        let mut there = Vec::new();
        for object in objects {
            if let Some(halt) = halted() {
                return Err(Error::halted(halt, object));
            }
            if self.is_to_go(object, removal).await? {
                tracing::info!(%object, "removing");
                self.ensured.forget(object);
                there.push(object);
            }
        }
        let Some(first) = there.first() else { return Ok(()) };
        let site = self.accounts.site(&first.at).await?;
        let outcome = if there.len() == 1 {
            remove(&self.context(&site, &removal.hub.mark(), first)).await
        } else {
            remove_alarms(&site, &there).await
        };
        site.forget_about(&first.spec);
        outcome.map_err(Error::object(first, "removed"))?;
        if let Spec::Rule(rule) = &first.spec {
            self.common.written.went(&first.at, &rule.name);
        }
        Ok(())
    }

    /// Whether an object is there and ours, as far as that isn't known yet.
    async fn is_to_go(&self, object: &Object, removal: &mut Removal<'_>) -> Result<bool, Error> {
        if removal.checked {
            return Ok(true);
        }
        Ok(match self.look_at_one(object, &removal.hub.mark()).await? {
            Observed::Absent => false,
            Observed::Foreign => {
                removal.kept.push(format!("{object} stays, because it doesn't carry guard's mark"));
                false
            }
            Observed::Ours { .. } => true,
        })
    }
}

/// The objects by the call that removes them: alarms of one place go in one (CloudWatch, DeleteAlarms, takes 100;
/// there are fewer that guards share).
fn in_one_call(objects: Vec<Object>) -> Vec<Vec<Object>> {
    let mut calls: Vec<Vec<Object>> = Vec::new();
    for object in objects {
        let is_alarm = |object: &Object| matches!(object.spec, Spec::Alarm(_));
        let same = calls.iter_mut().find(|call| {
            call.iter().all(|other| is_alarm(other) && is_alarm(&object) && other.at == object.at)
        });
        match same {
            Some(call) => call.push(object),
            None => calls.push(vec![object]),
        }
    }
    calls
}

/// What AWS removes with what it is a part of: rule or function.
fn goes_with_another(object: &Object) -> bool {
    matches!(object.spec, Spec::Target(_) | Spec::AsyncSettings(_) | Spec::FunctionPermission(_))
}
