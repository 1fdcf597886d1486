//! After the deny: whether it stays.
//!
//! A deny counts only some four seconds after IAM shows it ("Changes that I make are not always immediately visible",
//! IAM user guide). Until then whoever has the key can take it off again with calls that are nobody's signal.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::{
    BEFORE_DENY, Case, Contained, DenyError, Outcome, Responder, Services, Standing,
    contain::{contain_at_once, is_inline},
    record::Record,
};
use crate::log::{self, Level};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);
/// How many looks in a row a deny has to be there: longer than it takes to count.
const FIRST: u32 = 10;
/// The same once it was taken off: half a minute.
const AGAIN: u32 = 30;
/// All looks of an invocation: it has 60 s, and needs some to deny and to notify.
const MOST: u32 = 40;

impl<S: Services> Responder<S> {
    /// Looks whether a deny of this invocation stays, and puts it back with all steps at once where it was taken off.
    /// What came of that, if it was.
    pub(super) async fn hold(
        &self,
        case: &Case,
        user: &str,
        outcome: Outcome,
        taken_off: bool,
        record: &mut Record<'_, S>,
    ) -> Option<Contained> {
        let mut holds = match outcome {
            Outcome::Attached | Outcome::Inline => outcome,
            _ => return None,
        };
        let (mut left, mut again) = (if taken_off { AGAIN } else { FIRST }, None);
        let mut user = user.to_owned();
        for _ in 0..MOST {
            if left == 0 {
                break;
            }
            left -= 1;
            tokio::time::sleep(PAUSE).await;
            if self.stays(&user, holds).await {
                continue;
            }
            // Whoever takes the deny off may have renamed the user as well.
            let target = self.target(Instant::now() + BEFORE_DENY, case, record).await;
            if target.standing == Standing::Gone || target.user != user && target.standing != Standing::Free {
                continue;
            }
            user = target.user;
            record.refresh().await;
            if self.is_over(case, record).await {
                break;
            }
            log::write(Level::Warn, "the deny was taken off and is put back", &json!({"user": user}));
            let contained = contain_at_once(&self.services, &user, record).await;
            (left, holds) = (AGAIN, contained.outcome);
            again = Some(contained);
        }
        again
    }

    /// Whether the policy is still there. Not knowing is no reason to put it again; that there is no user of that name is.
    async fn stays(&self, user: &str, outcome: Outcome) -> bool {
        let there = match outcome {
            Outcome::Inline => is_inline(&self.services, user).await,
            _ => self.services.is_attached(user).await,
        };
        !matches!(there, Ok(false) | Err(DenyError::NoSuchEntity(_)))
    }
}
