//! The incident's record: the tags of the guard's rule.

use guard_contract::{Step, Tripped};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{RuleBook, Trigger};

/// An incident and where it is written down.
#[derive(Debug)]
pub(super) struct Record<'a, R> {
    book: &'a R,
    /// The rule's ARN; `None` if there is no rule to write to.
    arn: Option<String>,
    /// Whether it is known what was recorded before.
    whole: bool,
    /// The incident.
    pub(super) tripped: Tripped,
    /// Whether its present state was written.
    written: bool,
    /// What could not be written or told. It never keeps a step from being taken, but fails the invocation.
    pub(super) failures: Vec<String>,
}

impl<'a, R: RuleBook> Record<'a, R> {
    /// The record of an incident. One that was recorded before is kept.
    pub(super) fn new(book: &'a R, arn: Option<String>, recorded: Option<Tripped>, fresh: Tripped) -> Self {
        let written = recorded.is_some();
        let tripped = recorded.unwrap_or(fresh);
        Self { book, arn, whole: true, tripped, written, failures: Vec::new() }
    }

    /// The record of an incident whose guard's tags can't be read: what may be in them is left as it is, but for
    /// what is said anew.
    pub(super) fn unread(book: &'a R, arn: Option<String>, fresh: Tripped) -> Self {
        Self { whole: false, ..Self::new(book, arn, None, fresh) }
    }

    /// Writes down that a step is about to be taken, unless it is written already.
    pub(super) async fn before(&mut self, step: Step, keys: &[String]) {
        let tripped = &mut self.tripped;
        let steps = Step::ALL.into_iter().filter(|known| *known == step || tripped.steps.contains(known));
        let steps: Vec<Step> = steps.collect();
        let keys: Vec<String> = keys.iter().filter(|key| !tripped.keys.contains(key)).cloned().collect();
        if steps != tripped.steps || !keys.is_empty() {
            tripped.steps = steps;
            tripped.keys.extend(keys);
            self.written = false;
        }
        self.write().await;
    }

    /// Writes down that something was told.
    pub(super) async fn told(&mut self, word: String) {
        self.tripped.told.push(word);
        self.written = false;
        self.write().await;
    }

    /// Says that the incident was changed, and is to be written.
    pub(super) fn is_news(&mut self) {
        self.written = false;
    }

    /// Takes over what another invocation recorded meanwhile. What can't be read stays as it is known.
    pub(super) async fn refresh(&mut self) {
        let Some(arn) = &self.arn else { return };
        let recorded = self.book.tags(arn).await.ok().and_then(|tags| Tripped::from_tags(&tags));
        if let Some(recorded) = recorded {
            self.tripped = recorded;
            self.written = true;
        }
    }

    /// Writes the record, if something is new.
    pub(super) async fn write(&mut self) {
        let Some(arn) = self.arn.as_ref().filter(|_| !self.written) else { return };
        let mut tags = self.tripped.to_tags();
        if !self.whole {
            tags.retain(|_, value| !value.is_empty());
        }
        match self.book.tag(arn, &tags).await {
            Ok(()) => self.written = true,
            Err(refusal) => self.failures.push(format!("the incident is not recorded: {refusal}")),
        }
    }
}

/// An incident that begins now.
pub(super) fn fresh(trigger: &Trigger, now: OffsetDateTime) -> Tripped {
    Tripped {
        // RFC 3339 knows the years 0 to 9999 only.
        at: now.replace_nanosecond(0).unwrap_or(now).format(&Rfc3339).unwrap_or_default(),
        by: trigger.name().to_owned(),
        signal: trigger.signals.first().map_or(trigger.path(), String::as_str).to_owned(),
        ..Tripped::default()
    }
}
