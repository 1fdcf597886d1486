//! Tells of an incident: evidence into the log, the event on the default bus, a message to each topic.

use guard_contract::{Mode, Step};
use serde_json::json;

use super::{Case, ContainError, Contained, Guard, Notice, Outcome, Services, message, record::Record};
use crate::{
    arn, notify,
    text::{VALUE, clean},
};

/// The longest evidence, in bytes: an event of CloudWatch Logs may have 262,144 with 26 of its own (PutLogEvents).
const EVIDENCE: usize = 262_000;

/// Everything that is told.
pub(super) struct Facts<'a> {
    pub(super) case: &'a Case,
    pub(super) guard: &'a Guard,
    /// The name that the user has at the moment.
    pub(super) user: &'a str,
    pub(super) contained: &'a Contained,
    pub(super) notice: &'a Notice,
    pub(super) log_group: &'a str,
    pub(super) stream: &'a str,
}

impl Facts<'_> {
    /// Whether access keys are inactive through the guard.
    pub(super) fn keys_inactive(&self, steps: &[Step]) -> bool {
        let failed = match &self.contained.failure {
            Some(ContainError::KeysActive(_)) => true,
            Some(ContainError::NotDenied { keys, .. }) => keys.is_some(),
            None => false,
        };
        steps.contains(&Step::Keys) && !failed
    }

    /// The steps that worked, of those that were recorded before they were tried.
    pub(super) fn done(&self, steps: &[Step]) -> Vec<Step> {
        let keys = self.keys_inactive(steps);
        let works = |step: &Step| match (step, self.contained.outcome) {
            (Step::Keys, _) => keys,
            (Step::Attach, Outcome::Attached) => true,
            (Step::Inline, Outcome::Inline | Outcome::AlreadyInline) => true,
            (_, Outcome::AlreadyDenied) => true,
            _ => false,
        };
        steps.iter().copied().filter(works).collect()
    }

    /// The call, as IAM names it.
    pub(super) fn action(&self) -> Option<String> {
        let trigger = &self.case.trigger;
        let name = clean(trigger.event_name.as_deref()?, VALUE);
        let service = clean(trigger.event_source.as_deref().unwrap_or_default(), VALUE);
        let service = service.strip_suffix(".amazonaws.com").unwrap_or(&service);
        Some(format!("{service}:{name}"))
    }

    /// The guard's region.
    pub(super) fn region(&self) -> &str {
        arn::region_of(&self.guard.arn).unwrap_or("?")
    }

    fn event(&self, steps: &[Step]) -> String {
        let Case { account, user, trigger, .. } = self.case;
        let cut = |text: &Option<String>| text.as_deref().map(|text| clean(text, VALUE));
        let signals: Vec<String> = trigger.signals.iter().take(10).map(|text| clean(text, VALUE)).collect();
        let done: Vec<&str> = self.done(steps).iter().map(|step| step.name()).collect();
        json!({
            "guard": format!("{account}/{}/{user}", self.region()),
            "rule": self.guard.rule,
            "user_arn": self.guard.user_arn,
            "renamed_to": (self.user != user.as_str()).then(|| clean(self.user, VALUE)),
            "mode": self.guard.response.mode.name(),
            "outcome": self.contained.outcome.name(),
            "steps": done,
            "again": *self.notice != Notice::First,
            "path": trigger.path(),
            "signals": signals,
            "action": self.action(),
            "error_code": cut(&trigger.error_code),
            "source_address": cut(&trigger.source_ip_address),
            "user_agent": cut(&trigger.user_agent),
            "region": cut(&trigger.aws_region),
            "event_time": cut(&trigger.event_time),
            "event_id": cut(&trigger.event_id),
            "log_group": self.log_group,
            "log_stream": self.stream,
        })
        .to_string()
    }
}

/// Tells whoever was not told yet. Each is remembered after it was told, and none keeps another from being told.
///
/// Told at least once: whoever is killed between a publication and its tag leaves that one to be told again. Where the
/// tags can't be written, a log stream for each says that it is told, or about to be: once then, and not by each retry.
pub(super) async fn tell<S: Services>(services: &S, facts: &Facts<'_>, record: &mut Record<'_, S>) {
    let by_streams = !record.can_be_written().await;
    let evidence = if facts.case.evidence.len() > EVIDENCE {
        serde_json::to_string(&facts.case.trigger).unwrap_or_default()
    } else {
        facts.case.evidence.clone()
    };
    if let Err(refusal) = services.keep(facts.stream, &evidence).await {
        record.failures.push(format!("log stream {} does not take the evidence: {refusal}", facts.stream));
    }
    let word = facts.notice.event();
    let is_told =
        record.tripped.told.contains(&word) || by_streams && is_claimed(services, facts, &word).await;
    if !is_told {
        let event = facts.event(&record.tripped.steps);
        match services.announce(facts.guard.user_arn.as_deref(), &event).await {
            Ok(()) => record.told(word).await,
            Err(refusal) => record.failures.push(format!("the default bus was not told: {refusal}")),
        }
    }
    let (subject, body) = message::write(facts, &record.tripped);
    let once = facts.notice.stream(facts.guard, 1);
    let message = notify::Message { subject, body, group: facts.guard.rule.clone(), once };
    for topic in &facts.guard.topics {
        let word = facts.notice.topic(topic);
        if record.tripped.told.contains(&word) || by_streams && is_claimed(services, facts, &word).await {
            continue;
        }
        match services.publish(topic, &message).await {
            Ok(()) => record.told(word).await,
            Err(refusal) => record.failures.push(format!("{topic} was not told: {refusal}")),
        }
    }
}

/// Whether another invocation has told it, or is about to. Not knowing tells it rather twice than never.
async fn is_claimed(services: &impl Services, facts: &Facts<'_>, word: &str) -> bool {
    let stream = format!("{}/{word}", facts.notice.stream(facts.guard, 1));
    services.claim(&stream).await == Ok(false)
}

/// Whether the guard denies.
pub(super) fn enforces(guard: &Guard) -> bool {
    guard.response.mode == Mode::Enforce
}
