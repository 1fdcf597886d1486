//! Waiting for what AWS has not yet made visible everywhere. Throttling and 5xx are the SDK's own business.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, sleep};

use crate::halt::halted;

use super::Error;

/// How long a new role, permission or policy may take to be seen (as hashicorp/aws waits).
pub(super) const PROPAGATION: Duration = Duration::from_secs(120);

/// How long a function may take to become active.
pub(super) const FUNCTION: Duration = Duration::from_secs(300);

/// Repeats a call while `again` says so, time is left and nobody asks to stop, slower and slower, with jitter.
///
/// # Errors
/// The call's last error.
pub(super) async fn retry<T, F>(
    limit: Duration,
    again: impl Fn(&Error) -> bool,
    mut call: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let end = Instant::now() + limit;
    let mut pause = Duration::from_millis(200);
    loop {
        match call().await {
            Err(mut error) if again(&error) && Instant::now() < end => {
                if let Some(halt) = halted() {
                    error.message += &format!(", and {halt}");
                    return Err(error);
                }
                tracing::debug!(%error, "not yet, trying again");
                sleep(jittered(pause)).await;
                pause = (pause * 2).min(Duration::from_secs(5));
            }
            answer => return answer,
        }
    }
}

/// Whether somebody changes the same bus or rule at this moment: every call of EventBridge that writes may say so.
pub(super) fn busy(error: &Error) -> bool {
    error.is(&["ConcurrentModificationException"])
}

/// Whether somebody changes the same role at this moment: IAM then refuses whatever changes it, with status 409
/// (hashicorp/aws#39421, #34371).
pub(super) fn role_busy(error: &Error) -> bool {
    error.is(&["ConcurrentModification", "ConcurrentModificationException"])
}

/// Half to all of a pause. The clock's nanoseconds are random enough to keep callers apart.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let nanos = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |now| now.subsec_nanos());
    pause.mul_f64(0.5 + f64::from(nanos % 1000) / 2000.0)
}
