//! Whom to deny: the guarded user under the name that it has now.
//!
//! Whoever has a key with `iam:UpdateUser` can rename its user, and make another one of its old name; IAM takes nothing
//! but names. The record says under which name the call was made. Its key leads to the name that its user has at the
//! moment (IAM, GetAccessKeyLastUsed), and where the key is a session's or deleted, its user's unique id does.

use std::time::Duration;

use tokio::time::{Instant, timeout, timeout_at};

use super::{Case, Responder, Services, Standing, record::Record};

/// How much of the time before the deny the search for a name may take.
const NAME: Duration = Duration::from_secs(1);

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
            let standing = async { target.standing = Standing::of(&self.services, named, steps).await };
            let ((), present) = tokio::join!(standing, timeout(NAME, self.present_name(case)));
            // The guard's own name is a last resort: nobody of the record's name is there.
            let guarded = (target.standing == Standing::Gone).then(|| case.user.clone());
            for user in present.ok().flatten().into_iter().chain(guarded).filter(|user| user != named) {
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

    /// The name that the user of the call has now; `None` if IAM doesn't say.
    async fn present_name(&self, case: &Case) -> Option<String> {
        if let Some(key) = &case.access_key
            && let Ok(Some(user)) = self.services.owner_of(key).await
        {
            return Some(user);
        }
        self.services.name_of(case.principal_id.as_ref()?).await.ok().flatten()
    }
}
