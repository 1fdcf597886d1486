//! Denies a user everything, and makes sure that it is so.
//!
//! Three steps, each tried when the one before did not work for whatever reason: attach AWS's managed policy, put
//! an inline one, make the access keys inactive. Each is written down before it is taken, unless that takes too long:
//! then the deny does not wait. A deny that somebody has taken off is answered with all steps at once.

use std::{future::Future, pin::pin, time::Duration};

use guard_contract::{DENY_POLICY, INLINE_DENY_DOCUMENT, Step};

use tokio::time::{Instant, timeout_at};

use super::{Outcome, RuleBook, record::Record};
use crate::Refusal;

/// How often the deny is looked for before it counts as missing: IAM shows changes with a delay.
const LOOKS: u32 = 6;
/// The wait after the first look; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// How long a deny that was taken off waits to be written down before it is put back.
const TO_WRITE_AGAIN: Duration = Duration::from_millis(500);

/// IAM's answer when it does not do what it is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DenyError {
    /// The user, or the policy, does not exist.
    #[error("it does not exist: {0}")]
    NoSuchEntity(String),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Refusal),
}

/// An access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Whether calls can be made with it.
    pub active: bool,
}

/// What IAM must be able to do.
pub trait UserDenier {
    /// Whether [`DENY_POLICY`] is attached to the user.
    fn is_attached(&self, user: &str) -> impl Future<Output = Result<bool, DenyError>> + Send;

    /// Attaches [`DENY_POLICY`] to the user; once more is no error.
    fn attach(&self, user: &str) -> impl Future<Output = Result<(), DenyError>> + Send;

    /// The document of the user's inline policy [`INLINE_DENY_NAME`](guard_contract::INLINE_DENY_NAME), if there
    /// is one.
    fn inline(&self, user: &str) -> impl Future<Output = Result<Option<String>, DenyError>> + Send;

    /// Puts [`INLINE_DENY_DOCUMENT`] as that inline policy.
    fn put_inline(&self, user: &str) -> impl Future<Output = Result<(), DenyError>> + Send;

    /// The user's access keys.
    fn keys(&self, user: &str) -> impl Future<Output = Result<Vec<Key>, DenyError>> + Send;

    /// Makes an access key inactive; once more is no error.
    fn deactivate(&self, user: &str, key: &str) -> impl Future<Output = Result<(), DenyError>> + Send;

    /// The name of the user whose access key this is; `None` if there is no such key.
    fn owner_of(&self, key: &str) -> impl Future<Output = Result<Option<String>, DenyError>> + Send;

    /// The name of the user with this unique id; `None` if there is no such user.
    fn name_of(&self, id: &str) -> impl Future<Output = Result<Option<String>, DenyError>> + Send;
}

/// Why a step did not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// IAM does not do it.
    #[error("IAM refuses: {0}")]
    Refused(#[from] DenyError),
    /// IAM took it, but does not show it.
    #[error("IAM took it, but does not show it")]
    Unseen,
    /// IAM took it, but does not let it be seen.
    #[error("IAM took it, but it cannot be read back: {0}")]
    Unreadable(DenyError),
    /// There is no active access key.
    #[error("there is no active access key")]
    NoKeys,
}

/// Why a user is not denied, or not known to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainError {
    /// Neither policy denies it.
    #[error("{DENY_POLICY} is not attached ({attach}), the inline policy is not put ({inline}), {}",
        keys.as_ref().map_or("but its access keys are inactive".into(), |e| format!("its access keys are active ({e})")))]
    NotDenied {
        /// Why not the managed one.
        attach: StepError,
        /// Why not the inline one.
        inline: StepError,
        /// Why its keys are active; `None` if they are not.
        keys: Option<StepError>,
    },
    /// It is denied, but its keys should be inactive as well.
    #[error("it is denied, but its access keys are active: {0}")]
    KeysActive(StepError),
}

/// How it stands with a user before anything is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// [`DENY_POLICY`] is attached.
    Attached,
    /// Our inline policy is there.
    Inline,
    /// Not denied, or not known to be: not being able to look is no reason not to deny.
    Free,
    /// There is no such user.
    Gone,
}

impl Standing {
    /// How it stands. The inline policy is looked for only if the incident's steps tell of it.
    pub(super) async fn of(iam: &impl UserDenier, user: &str, steps: &[Step]) -> Self {
        match iam.is_attached(user).await {
            Ok(true) => return Self::Attached,
            Err(DenyError::NoSuchEntity(_)) => return Self::Gone,
            Ok(false) | Err(_) => {}
        }
        if steps.contains(&Step::Inline) && is_inline(iam, user).await == Ok(true) {
            Self::Inline
        } else {
            Self::Free
        }
    }
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contained {
    /// How it stands now.
    pub(super) outcome: Outcome,
    /// What did not work.
    pub(super) failure: Option<ContainError>,
}

/// Denies the user everything, and makes its access keys inactive if `keys` says so or nothing else works.
pub(super) async fn contain<S: UserDenier + RuleBook>(
    iam: &S,
    user: &str,
    standing: Standing,
    keys: bool,
    record: &mut Record<'_, S>,
) -> Contained {
    let denied = match standing {
        Standing::Gone => Ok(Outcome::UserGone),
        Standing::Inline => Ok(Outcome::AlreadyDenied),
        Standing::Attached if record.tripped.steps.contains(&Step::Attach) => Ok(Outcome::AlreadyDenied),
        Standing::Attached => Ok(Outcome::AlreadyAttached),
        Standing::Free => deny(iam, user, record).await,
    };
    let (outcome, failure) = match denied {
        Ok(Outcome::UserGone) => (Outcome::UserGone, None),
        Ok(outcome) if !keys => (outcome, None),
        Ok(outcome) => match deactivate(iam, user, record).await {
            Ok(()) | Err(StepError::NoKeys) => (outcome, None),
            Err(error) => (outcome, Some(ContainError::KeysActive(error))),
        },
        Err((attach, inline)) => {
            let keys = deactivate(iam, user, record).await.err();
            (Outcome::NotDenied, Some(ContainError::NotDenied { attach, inline, keys }))
        }
    };
    Contained { outcome, failure }
}

/// Denies with all that there is: whoever has taken the deny off will do so again.
pub(super) async fn contain_at_once<S: UserDenier + RuleBook>(
    iam: &S,
    user: &str,
    record: &mut Record<'_, S>,
) -> Contained {
    let written = async {
        record.before(Step::Attach, &[]).await;
        record.before(Step::Inline, &[]).await;
    };
    let deadline = Instant::now() + TO_WRITE_AGAIN;
    let denied = async { tokio::join!(iam.attach(user), iam.put_inline(user)) };
    let (attach, inline) = beside(deadline, written, denied).await;
    let keys = match deactivate(iam, user, record).await {
        Ok(()) | Err(StepError::NoKeys) => None,
        Err(error) => Some(error),
    };
    let is_gone = |step: &Result<(), DenyError>| matches!(step, Err(DenyError::NoSuchEntity(_)));
    if is_gone(&attach) && is_gone(&inline) {
        return Contained { outcome: Outcome::UserGone, failure: None };
    }
    let outcome = match (&attach, &inline) {
        (Ok(()), _) => Outcome::Attached,
        (_, Ok(())) => Outcome::Inline,
        _ => Outcome::NotDenied,
    };
    let failure = match (attach, inline) {
        (Err(attach), Err(inline)) => {
            Some(ContainError::NotDenied { attach: attach.into(), inline: inline.into(), keys })
        }
        _ => keys.map(ContainError::KeysActive),
    };
    record.after().await;
    Contained { outcome, failure }
}

/// Takes a step once it is written down, or at the deadline, while it is still being written.
async fn beside<T>(deadline: Instant, written: impl Future<Output = ()>, step: impl Future<Output = T>) -> T {
    let mut written = pin!(written);
    match timeout_at(deadline, &mut written).await {
        Ok(()) => step.await,
        Err(_) => tokio::join!(step, written).0,
    }
}

async fn deny<S: UserDenier + RuleBook>(
    iam: &S,
    user: &str,
    record: &mut Record<'_, S>,
) -> Result<Outcome, (StepError, StepError)> {
    let attached = beside(record.deadline, record.before(Step::Attach, &[]), iam.attach(user)).await;
    let attach = match attached {
        Ok(()) => {
            record.after().await;
            match seen(async || iam.is_attached(user).await).await {
                Ok(()) => return Ok(Outcome::Attached),
                Err(error) => error,
            }
        }
        Err(error @ DenyError::NoSuchEntity(_)) => match iam.is_attached(user).await {
            Err(DenyError::NoSuchEntity(_)) => return Ok(Outcome::UserGone),
            // It is the policy that does not exist.
            _ => error.into(),
        },
        Err(error) => error.into(),
    };
    record.before(Step::Inline, &[]).await;
    if is_inline(iam, user).await == Ok(true) {
        return Ok(Outcome::AlreadyInline);
    }
    match iam.put_inline(user).await {
        Ok(()) => {
            record.after().await;
            let seen = seen(async || is_inline(iam, user).await).await;
            seen.map(|()| Outcome::Inline).map_err(|inline| (attach, inline))
        }
        Err(DenyError::NoSuchEntity(_)) => Ok(Outcome::UserGone),
        Err(inline) => Err((attach, inline.into())),
    }
}

pub(super) async fn is_inline(iam: &impl UserDenier, user: &str) -> Result<bool, DenyError> {
    Ok(iam.inline(user).await?.as_deref() == Some(INLINE_DENY_DOCUMENT))
}

/// Makes those keys inactive that are not, and remembers which they are.
async fn deactivate<S: UserDenier + RuleBook>(
    iam: &S,
    user: &str,
    record: &mut Record<'_, S>,
) -> Result<(), StepError> {
    let active =
        |keys: Vec<Key>| keys.into_iter().filter(|key| key.active).map(|key| key.id).collect::<Vec<_>>();
    let keys = active(iam.keys(user).await?);
    if keys.is_empty() {
        let done = record.tripped.steps.contains(&Step::Keys);
        return if done { Ok(()) } else { Err(StepError::NoKeys) };
    }
    record.before(Step::Keys, &keys).await;
    let mut outcome = Ok(());
    for key in &keys {
        outcome = outcome.and(iam.deactivate(user, key).await);
    }
    record.after().await;
    outcome?;
    seen(async || Ok(!active(iam.keys(user).await?).iter().any(|key| keys.contains(key)))).await
}

async fn seen(is_there: impl AsyncFn() -> Result<bool, DenyError>) -> Result<(), StepError> {
    let mut wait = FIRST_WAIT;
    let mut last = StepError::Unseen;
    for look in 1..=LOOKS {
        match is_there().await {
            Ok(true) => return Ok(()),
            Ok(false) => last = StepError::Unseen,
            Err(error) => last = StepError::Unreadable(error),
        }
        if look < LOOKS {
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
    }
    Err(last)
}
