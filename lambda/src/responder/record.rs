//! The incident's record: the tags of the guard's rule.

use std::{collections::BTreeMap, time::Duration};

use guard_contract::{Rearmed, Step, Tripped};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::{Instant, timeout};

use super::{Case, Guard, RuleBook};
use crate::Refusal;

/// How long one writing of the tags may take: people are to be notified after it.
const WRITING: Duration = Duration::from_secs(10);

/// An incident and where it is written down.
#[derive(Debug)]
pub(super) struct Record<'a, R> {
    book: &'a R,
    /// The rule's ARN; `None` if there is no rule to write to.
    arn: Option<String>,
    /// When the guard was re-armed last, and its life.
    of: (Option<Rearmed>, String),
    /// The incident.
    pub(super) tripped: Tripped,
    /// Until when the deny may wait for it to be written.
    pub(super) deadline: Instant,
    /// Whether its present state was written.
    written: bool,
    /// Whether it is, or was, to be seen in the tags.
    seen: bool,
    /// Whether the tags tell of it no more: the guard is being re-armed, or goes.
    pub(super) ended: bool,
    /// What could not be written or told. It never keeps a step from being taken, but fails the invocation.
    pub(super) failures: Vec<String>,
}

impl<'a, R: RuleBook> Record<'a, R> {
    /// The record of a guard's incident. One that was recorded before is kept.
    pub(super) fn of(book: &'a R, guard: &Guard, fresh: Tripped, deadline: Instant) -> Self {
        let of = (guard.response.rearmed.clone(), guard.life.clone());
        let arn = Some(guard.arn.clone());
        let seen = guard.tripped.is_some();
        let tripped = guard.tripped.clone().unwrap_or(fresh);
        Self { book, arn, of, tripped, deadline, written: seen, seen, ended: false, failures: Vec::new() }
    }

    /// The record of an incident whose guard can't be read.
    pub(super) fn in_doubt(book: &'a R, arn: Option<String>, tripped: Tripped, deadline: Instant) -> Self {
        let (of, failures) = ((None, String::new()), Vec::new());
        Self { book, arn, of, tripped, deadline, written: false, seen: false, ended: false, failures }
    }

    /// Writes down that a step is about to be taken. It is written even if it was before: whoever re-arms the guard
    /// meanwhile may have taken it off.
    pub(super) async fn before(&mut self, step: Step, keys: &[String]) {
        let tripped = &mut self.tripped;
        tripped.steps =
            Step::ALL.into_iter().filter(|known| *known == step || tripped.steps.contains(known)).collect();
        let keys: Vec<String> = keys.iter().filter(|key| !tripped.keys.contains(key)).cloned().collect();
        tripped.keys.extend(keys);
        let tags = if self.written { tripped.done_tags() } else { tripped.to_tags() };
        self.put(&tags).await;
    }

    /// Whether the incident's user was denied before: if nothing denies it now, somebody has taken the deny off. A step
    /// is written down before it is taken, so it counts once something was told of it.
    pub(super) fn has_denied(&self) -> bool {
        self.seen
            && self.tripped.told.len() > 1
            && self.tripped.steps.iter().any(|step| matches!(step, Step::Attach | Step::Inline))
    }

    /// What another invocation did that was killed before it could say so.
    pub(super) fn adopt(&mut self, step: Step) {
        self.tripped.steps.push(step);
        self.written = false;
    }

    /// Whether the tags tell of it, or did.
    pub(super) fn is_seen(&self) -> bool {
        self.seen
    }

    /// Makes sure that a step which was taken is written down: the tags may have gone between [`Record::before`]
    /// and the step. Then they tell of it again, and whoever re-arms the guard looks once more.
    pub(super) async fn after(&mut self) {
        if self.recorded().await == Some(None) {
            self.put(&self.tripped.to_tags()).await;
        }
    }

    /// Writes down that something was told.
    pub(super) async fn told(&mut self, word: String) {
        self.owes(word);
        self.write().await;
    }

    /// Says that something is told, or about to be, and is to be written down. The first word is the guard's life:
    /// what was told in another counts for nothing.
    pub(super) fn owes(&mut self, word: String) {
        if self.tripped.told.is_empty() {
            self.tripped.told.push(self.of.1.clone());
        }
        self.tripped.told.push(word);
        self.written = false;
    }

    /// Takes over what another invocation recorded meanwhile. What can't be read stays as it is known.
    pub(super) async fn refresh(&mut self) {
        match self.recorded().await {
            Some(Some(recorded)) => {
                self.tripped = recorded;
                (self.written, self.seen, self.ended) = (true, true, false);
            }
            Some(None) if self.seen => {
                (self.written, self.ended) = (false, true);
            }
            _ => {}
        }
    }

    /// Whether the tags take what is to be written: only then do they say what was told.
    pub(super) async fn can_be_written(&mut self) -> bool {
        let known = self.failures.len();
        self.put(&self.tripped.to_tags()).await;
        self.failures.len() == known
    }

    /// Writes down which key leaked, where whoever recorded the incident did not know: the alarm's path knows no record.
    pub(super) async fn note_key(&mut self, key: Option<&String>) {
        let (Some(key), None) = (key, &self.tripped.key) else { return };
        // What is over by now must not come back.
        if let Some(Some(recorded)) = self.recorded().await {
            self.tripped.key = Some(recorded.key.clone().unwrap_or_else(|| key.clone()));
            if recorded.key.is_none() {
                self.put(&self.tripped.key_tag()).await;
            }
        }
    }

    /// Writes the record, if something is new.
    pub(super) async fn write(&mut self) {
        if !self.written {
            self.put(&self.tripped.to_tags()).await;
        }
    }

    async fn put(&mut self, tags: &BTreeMap<String, String>) {
        let Some(arn) = &self.arn else { return };
        let answer = timeout(WRITING, self.book.tag(arn, tags)).await.unwrap_or_else(|_| {
            let message = format!("no answer within {} s", WRITING.as_secs());
            Err(Refusal { code: "Timeout".to_owned(), message })
        });
        match answer {
            Ok(()) => (self.written, self.seen) = (true, true),
            Err(refusal) => self.failures.push(format!("the incident is not recorded: {refusal}")),
        }
    }

    /// What the tags tell; `None` if they can't be read.
    async fn recorded(&self) -> Option<Option<Tripped>> {
        let tags = self.book.tags(self.arn.as_ref()?).await.ok()?;
        Some(recorded(&tags, self.of.0.as_ref(), &self.of.1))
    }
}

/// The incident that a rule's tags tell of, if it is not over. What was told in another life was not told in this.
pub(super) fn recorded(
    tags: &BTreeMap<String, String>,
    rearmed: Option<&Rearmed>,
    life: &str,
) -> Option<Tripped> {
    let mut tripped = Tripped::from_tags(tags).filter(|tripped| !tripped.is_over(rearmed))?;
    if tripped.told.first().is_some_and(|first| first != life) {
        tripped.told.clear();
    }
    Some(tripped)
}

/// An incident that begins now, or as late as its guard was re-armed by another clock.
pub(super) fn fresh(case: &Case, rearmed: Option<&Rearmed>, now: OffsetDateTime) -> Tripped {
    let rearmed = rearmed.and_then(|rearmed| OffsetDateTime::from_unix_timestamp(rearmed.at).ok());
    let now = rearmed.map_or(now, |rearmed| rearmed.max(now));
    Tripped {
        at: written(now),
        by: case.trigger.name().to_owned(),
        signal: case.trigger.signals.first().map_or(case.trigger.path(), String::as_str).to_owned(),
        key: case.access_key.clone(),
        ..Tripped::default()
    }
}

/// A time as tags have it, to the second. RFC 3339 knows the years 0 to 9999 only: another is empty.
pub(super) fn written(time: OffsetDateTime) -> String {
    time.replace_nanosecond(0).unwrap_or(time).format(&Rfc3339).unwrap_or_default()
}
