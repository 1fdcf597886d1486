//! From a signal to a user that is denied, an incident that is recorded, and people who know.

use std::time::Duration;

use guard_contract::{Mode, Response, Step};
use serde_json::json;
use tokio::time::{Instant, timeout_at};

use super::{
    BEFORE_DENY, Case, Contained, Guard, Handled, Notice, Outcome, Responder, ResponderError, Services,
    Standing,
    contain::{contain, contain_at_once},
    guard::Finding,
    notice::{Claim, Turn},
    record::{self, Record},
    stale::{is_before, is_moved_by_old},
    target::Target,
    tell::{self, Facts},
};
use crate::log::{self, Level};

/// The waits in which a deny that another invocation is about to make should show; then this one denies as well.
const SHOWS_WITHIN: [u64; 4] = [100, 200, 400, 800];
/// How often a user is looked for again that was renamed just before it was to be denied.
const RENAMES: u32 = 5;
/// How long IAM may take to say whom to deny where everything else took too long.
const WHOM: Duration = Duration::from_millis(500);

impl<S: Services> Responder<S> {
    /// Responds to what a user did.
    pub(super) async fn respond(
        &self,
        case: &Case,
        found: Finding,
        deadline: Instant,
    ) -> Result<Handled, ResponderError> {
        match found {
            Finding::Stale => Ok(self.stale(case)),
            Finding::Removed => {
                log::write(
                    Level::Warn,
                    "the user's guard does not exist (any more)",
                    &json!({"user": case.user}),
                );
                let outcome = self.in_doubt(case, None, &Response::default(), deadline).await?;
                Ok(Handled::User(outcome))
            }
            Finding::Unread { arn, response, cause } => {
                log::write(
                    Level::Error,
                    "the user's guard can't be read",
                    &json!({"user": case.user, "error": cause}),
                );
                self.in_doubt(case, arn, &response, deadline).await?;
                let Case { account, user, .. } = case.clone();
                Err(ResponderError::Unread { user, account, cause })
            }
            // Its rule's path has the records from now as well.
            Finding::Guard(guard)
                if is_moved_by_old(&case.trigger, guard.before_at, (self.settings.clock)()) =>
            {
                Ok(self.stale(case))
            }
            Finding::Guard(guard) if is_before(&case.trigger, guard.response.since) => {
                self.report_old(case, &guard).await
            }
            Finding::Guard(guard) => self.incident(case, &guard, deadline).await,
        }
    }

    /// Denies without knowing all of the guard, and tells nobody. What is done is written down if that is possible,
    /// or later it would count as somebody else's deny.
    async fn in_doubt(
        &self,
        case: &Case,
        arn: Option<String>,
        response: &Response,
        deadline: Instant,
    ) -> Result<Outcome, ResponderError> {
        let services = &self.services;
        let fresh = record::fresh(case, response.rearmed.as_ref(), (self.settings.clock)());
        let mut record = Record::in_doubt(services, arn, fresh, deadline);
        let contained = if response.mode == Mode::Monitor {
            Contained { outcome: Outcome::Monitored, failure: None }
        } else {
            let target = self.target(self.soon(deadline), case, &record).await;
            contain(services, &target.user, target.standing, response.deactivate_keys, &mut record).await
        };
        self.log(case, contained.outcome, contained.outcome.level(), None);
        self.ended(case, contained, &[])
    }

    /// Handles an incident of a guard: the first signal, or any after it.
    async fn incident(
        &self,
        case: &Case,
        guard: &Guard,
        deadline: Instant,
    ) -> Result<Handled, ResponderError> {
        let services = &self.services;
        let now = (self.settings.clock)();
        let fresh = record::fresh(case, guard.response.rearmed.as_ref(), now);
        let mut record = Record::of(services, guard, fresh, deadline);
        let mut target = None;
        let mut undone = false;
        if tell::enforces(guard) {
            let found = self.target(deadline, case, &record).await;
            undone = match found.standing {
                Standing::Free => true,
                Standing::Gone => false,
                _ => guard.response.deactivate_keys && self.has_active_keys(&found.user, &mut record).await,
            };
            target = Some(found);
        }
        let Some(notice) = Notice::due(guard, undone, now) else {
            let outcome = match target.map(|target| target.standing) {
                None => Outcome::AlreadyMonitored,
                Some(Standing::Gone) => Outcome::UserGone,
                Some(_) => Outcome::AlreadyDenied,
            };
            self.log(case, outcome, Level::Info, None);
            record.note_key(case.access_key.as_ref()).await;
            let contained = Contained { outcome, failure: None };
            return self.ended(case, contained, &record.failures).map(Handled::User);
        };

        let claim = Claim::stake(services, notice.stream(guard, 1), deadline).await;
        if claim == Claim::Others {
            // A deny that another invocation is about to make is not made twice, while there is time to look.
            let over = timeout_at(deadline, async {
                if let Some(target) = target.as_mut().filter(|target| target.standing == Standing::Free) {
                    target.standing = self.standing_soon(&target.user, &record).await;
                }
                record.refresh().await;
                self.is_over(case, &record).await
            });
            if over.await == Ok(true) {
                return Ok(self.stale(case));
            }
        }
        notice.owe(&mut record);
        // Something of the deny was taken off: it is put back with everything, and looked after.
        let taken_off = matches!(notice, Notice::Again(_)) && record.has_denied();
        let mut contained = match &target {
            None => Contained { outcome: Outcome::Monitored, failure: None },
            Some(Target { user, standing }) if taken_off && *standing != Standing::Gone => {
                contain_at_once(services, user, &mut record).await
            }
            Some(Target { user, standing }) => {
                contain(services, user, *standing, guard.response.deactivate_keys, &mut record).await
            }
        };
        if let Some(found) = target.as_mut().filter(|found| found.standing != Standing::Gone) {
            // Renamed between being found and being denied.
            for _ in 0..RENAMES {
                if contained.outcome != Outcome::UserGone {
                    break;
                }
                *found = self.target(Instant::now() + BEFORE_DENY, case, &record).await;
                let keys = guard.response.deactivate_keys;
                contained = contain(services, &found.user, found.standing, keys, &mut record).await;
            }
        }
        let is_first = claim != Claim::Others;
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
        if contained.outcome == Outcome::AlreadyAttached && !is_first && !record.is_seen() {
            // Whoever began this notice was killed, or could not write, right after it had denied.
            record.adopt(Step::Attach);
            contained.outcome = Outcome::AlreadyDenied;
        }
        let outcome = contained.outcome;
        match turn {
            Turn::Ours(stream) => {
                self.log(case, outcome, outcome.level(), Some(&stream));
                let log_group = &self.settings.log_group;
                let user = target.as_ref().map_or(case.user.as_str(), |target| &target.user);
                let (contained, notice, stream) = (&contained, &notice, &stream);
                let facts = Facts { case, guard, user, contained, notice, log_group, stream };
                tell::tell(services, &facts, &mut record).await;
            }
            Turn::Told => self.log(case, outcome, outcome.level(), None),
            Turn::Hopeless => {
                self.log(case, outcome, outcome.level(), None);
                record.failures.push("nobody that began to tell of it is known to have done so".to_owned());
            }
        }
        record.note_key(case.access_key.as_ref()).await;
        if let Some(Target { user, .. }) = target
            && let Some(again) = self.hold(case, &user, outcome, taken_off, &mut record).await
        {
            contained = again;
        }
        self.ended(case, contained, &record.failures).map(Handled::User)
    }

    /// The deadline or, where it has passed already, a moment from now: it has to be known whom to deny.
    fn soon(&self, deadline: Instant) -> Instant {
        deadline.max(Instant::now() + WHOM)
    }

    /// Whether the guard was re-armed since this invocation began. Only an incident that went is looked into.
    pub(super) async fn is_over(&self, case: &Case, record: &Record<'_, S>) -> bool {
        record.ended && matches!(self.find(case, None, None).await, Finding::Stale)
    }

    fn stale(&self, case: &Case) -> Handled {
        self.log(case, Outcome::Stale, Level::Info, None);
        Handled::User(Outcome::Stale)
    }

    /// Whether a user that is denied has keys that are not inactive. Not knowing fails the invocation, not more.
    async fn has_active_keys(&self, user: &str, record: &mut Record<'_, S>) -> bool {
        match self.services.keys(user).await {
            Ok(keys) => keys.iter().any(|key| key.active),
            Err(error) => {
                record.failures.push(format!("its access keys can't be listed: {error}"));
                false
            }
        }
    }

    /// How it stands with a user that another invocation is about to deny.
    async fn standing_soon(&self, user: &str, record: &Record<'_, S>) -> Standing {
        for wait in SHOWS_WITHIN {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            let standing = Standing::of(&self.services, user, &record.tripped.steps).await;
            if standing != Standing::Free {
                return standing;
            }
        }
        Standing::Free
    }

    pub(super) fn ended(
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

    pub(super) fn log(&self, case: &Case, outcome: Outcome, level: Level, stream: Option<&str>) {
        let Case { account, user, trigger, .. } = case;
        let details = json!({
            "account": account, "user": user, "outcome": outcome.name(), "policy": outcome.policy(),
            "path": trigger.path(), "trigger": trigger, "incident": stream,
        });
        log::write(level, outcome.message(), &details);
    }
}
