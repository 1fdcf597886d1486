//! Whom to deny: the guarded user under the name that it has now.
//!
//! Whoever has a key with `iam:UpdateUser` can rename its user, and IAM takes nothing but names. The record says under
//! which name the call was made, and the key leads to the name that its user has at the moment (IAM,
//! GetAccessKeyLastUsed).

use tokio::time::{Instant, timeout_at};

use super::{Case, Responder, Services, Standing, record::Record};

/// A user and how it stands with it.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// Its name at the moment.
    pub(super) user: String,
    /// How it stands with it.
    pub(super) standing: Standing,
}

impl<S: Services> Responder<S> {
    /// The user to deny. What IAM does not answer by the deadline is not waited for: then the name of the record, or of
    /// the guard, is denied.
    pub(super) async fn target(&self, deadline: Instant, case: &Case, record: &Record<'_, S>) -> Target {
        let steps = &record.tripped.steps;
        let named = case.called_as.as_ref().unwrap_or(&case.user);
        let mut target = Target { user: named.clone(), standing: Standing::Free };
        let found = timeout_at(deadline, async {
            target.standing = Standing::of(&self.services, named, steps).await;
            if target.standing != Standing::Gone {
                return None;
            }
            let owner = match &case.access_key {
                Some(key) => self.services.owner_of(key).await.ok().flatten(),
                None => None,
            };
            for user in owner.into_iter().chain([case.user.clone()]).filter(|user| user != named) {
                let standing = Standing::of(&self.services, &user, steps).await;
                if standing != Standing::Gone {
                    return Some(Target { user, standing });
                }
            }
            None
        })
        .await;
        found.ok().flatten().unwrap_or(target)
    }
}
