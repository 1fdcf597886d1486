//! From a signal to a user that is denied, an incident that is recorded, and people who know.

use std::time::Duration;

use guard_contract::{Mode, Response};
use serde_json::json;

use super::{
    Case, Contained, Guard, Handled, Notice, Outcome, Responder, ResponderError, Services, Standing, contain,
    guard::Finding,
    notice::{Claim, Turn},
    record::{self, Record},
    tell::{self, Facts},
};
use crate::log::{self, Level};

/// The waits in which a deny that another invocation is about to make should show; then this one denies as well.
const SHOWS_WITHIN: [u64; 4] = [100, 200, 400, 800];

impl<S: Services> Responder<S> {
    /// Responds to what a user did.
    pub(super) async fn respond(&self, case: &Case, found: Finding) -> Result<Handled, ResponderError> {
        match found {
            Finding::Stale => Ok(self.stale(case)),
            Finding::Removed => {
                log::write(
                    Level::Warn,
                    "the user's guard does not exist (any more)",
                    &json!({"user": case.user}),
                );
                let outcome = self.in_doubt(case, None, &Response::default()).await?;
                Ok(Handled::User(outcome))
            }
            Finding::Unread { arn, response, cause } => {
                log::write(
                    Level::Error,
                    "the user's guard can't be read",
                    &json!({"user": case.user, "error": cause}),
                );
                self.in_doubt(case, arn, &response).await?;
                let Case { account, user, .. } = case.clone();
                Err(ResponderError::Unread { user, account, cause })
            }
            Finding::Guard(guard) => self.incident(case, &guard).await,
        }
    }

    /// Denies without knowing all of the guard, and tells nobody. What is done is written down if that is possible,
    /// or later it would count as somebody else's deny.
    async fn in_doubt(
        &self,
        case: &Case,
        arn: Option<String>,
        response: &Response,
    ) -> Result<Outcome, ResponderError> {
        let services = &self.services;
        let fresh = record::fresh(&case.trigger, response.rearmed.as_ref(), (self.settings.clock)());
        let mut record = Record::in_doubt(services, arn, fresh);
        let contained = if response.mode == Mode::Monitor {
            Contained { outcome: Outcome::Monitored, failure: None }
        } else {
            let standing = Standing::of(services, &case.user, &[]).await;
            contain(services, &case.user, standing, response.deactivate_keys, &mut record).await
        };
        self.log(case, contained.outcome, contained.outcome.level(), None);
        self.ended(case, contained, &[])
    }

    /// Handles an incident of a guard: the first signal, or any after it.
    async fn incident(&self, case: &Case, guard: &Guard) -> Result<Handled, ResponderError> {
        let services = &self.services;
        let now = (self.settings.clock)();
        let fresh = record::fresh(&case.trigger, guard.response.rearmed.as_ref(), now);
        let mut record = Record::of(services, guard, fresh);
        let mut standing = None;
        let mut undone = false;
        if tell::enforces(guard) {
            let stands = Standing::of(services, &case.user, &record.tripped.steps).await;
            undone = match stands {
                Standing::Free => true,
                Standing::Gone => false,
                _ => guard.response.deactivate_keys && self.has_active_keys(case, &mut record).await,
            };
            standing = Some(stands);
        }
        let Some(notice) = Notice::due(guard, undone, now) else {
            let outcome = match standing {
                None => Outcome::AlreadyMonitored,
                Some(Standing::Gone) => Outcome::UserGone,
                Some(_) => Outcome::AlreadyDenied,
            };
            self.log(case, outcome, Level::Info, None);
            let contained = Contained { outcome, failure: None };
            return self.ended(case, contained, &record.failures).map(Handled::User);
        };

        let claim = Claim::stake(services, notice.stream(guard, 1)).await;
        if claim == Claim::Others {
            if standing == Some(Standing::Free) {
                standing = Some(self.standing_soon(case, &record).await);
            }
            record.refresh().await;
            if self.is_over(case, &record).await {
                return Ok(self.stale(case));
            }
        }
        notice.owe(&mut record);
        let contained = match standing {
            None => Contained { outcome: Outcome::Monitored, failure: None },
            Some(standing) => {
                let keys = guard.response.deactivate_keys;
                contain(services, &case.user, standing, keys, &mut record).await
            }
        };
        let turn = match claim {
            Claim::Ours(stream) => Turn::Ours(stream),
            Claim::Unknown(stream, refusal) => {
                record.failures.push(format!("log stream {stream} can't be made: {refusal}"));
                Turn::Ours(stream)
            }
            Claim::Others => Turn::wait(services, &notice, guard, &mut record).await,
        };
        if self.is_over(case, &record).await {
            return Ok(self.stale(case));
        }
        let outcome = contained.outcome;
        match turn {
            Turn::Ours(stream) => {
                self.log(case, outcome, outcome.level(), Some(&stream));
                let log_group = &self.settings.log_group;
                let facts =
                    Facts { case, guard, contained: &contained, notice: &notice, log_group, stream: &stream };
                tell::tell(services, &facts, &mut record).await;
            }
            Turn::Told => self.log(case, outcome, outcome.level(), None),
            Turn::Hopeless => {
                self.log(case, outcome, outcome.level(), None);
                record.failures.push("nobody that began to tell of it is known to have done so".to_owned());
            }
        }
        self.ended(case, contained, &record.failures).map(Handled::User)
    }

    /// Whether the guard was re-armed since this invocation began. Only an incident that went is looked into.
    async fn is_over(&self, case: &Case, record: &Record<'_, S>) -> bool {
        record.ended && matches!(self.find(case, None).await, Finding::Stale)
    }

    fn stale(&self, case: &Case) -> Handled {
        self.log(case, Outcome::Stale, Level::Info, None);
        Handled::User(Outcome::Stale)
    }

    /// Whether a user that is denied has keys that are not inactive. Not knowing fails the invocation, not more.
    async fn has_active_keys(&self, case: &Case, record: &mut Record<'_, S>) -> bool {
        match self.services.keys(&case.user).await {
            Ok(keys) => keys.iter().any(|key| key.active),
            Err(error) => {
                record.failures.push(format!("its access keys can't be listed: {error}"));
                false
            }
        }
    }

    /// How it stands with a user that another invocation is about to deny.
    async fn standing_soon(&self, case: &Case, record: &Record<'_, S>) -> Standing {
        for wait in SHOWS_WITHIN {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            let standing = Standing::of(&self.services, &case.user, &record.tripped.steps).await;
            if standing != Standing::Free {
                return standing;
            }
        }
        Standing::Free
    }

    fn ended(
        &self,
        case: &Case,
        contained: Contained,
        failures: &[String],
    ) -> Result<Outcome, ResponderError> {
        let Case { account, user, .. } = case.clone();
        for failure in failures {
            log::write(Level::Error, "not recorded, or not told", &json!({"of": user, "error": failure}));
        }
        match contained.failure {
            Some(source) => Err(ResponderError::Contain { user, account, source }),
            None if failures.is_empty() => Ok(contained.outcome),
            None => Err(ResponderError::Owed { user, account, failures: failures.to_vec() }),
        }
    }

    fn log(&self, case: &Case, outcome: Outcome, level: Level, stream: Option<&str>) {
        let Case { account, user, trigger, .. } = case;
        let details = json!({
            "account": account, "user": user, "outcome": outcome.name(), "policy": outcome.policy(),
            "path": trigger.path(), "trigger": trigger, "incident": stream,
        });
        log::write(level, outcome.message(), &details);
    }
}
