//! The message about an incident, for a person who reads it on a telephone at night.

use std::fmt::Write;

use guard_contract::{DENY_POLICY, INLINE_DENY_NAME, Partition, Step, Tripped, deny_policy_arn};

use super::{Case, ContainError, Notice, Outcome, tell::Facts};
use crate::text::{VALUE, clean, subject};

/// Subject and body.
pub(super) fn write(facts: &Facts<'_>, tripped: &Tripped) -> (String, String) {
    let Case { account, trigger, .. } = facts.case;
    let user = clean(&facts.case.user, VALUE);
    let again = if *facts.notice == Notice::First { "" } else { " again" };
    let what = headline(facts.contained.outcome);
    let signals = trigger.signals.join(", ");
    let signal = if signals.is_empty() { tripped.signal.as_str() } else { &signals };
    let subject = subject(&format!("guard: {what}{again}: {user} of {account} ({signal})"));

    let mut body = format!(
        "IAM user {user} of account {account} did what its script never does: its key may have leaked.\n\n"
    );
    let mut line = |name: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = writeln!(body, "{name:9} {}", clean(value, VALUE));
        }
    };
    line("User:", Some(facts.guard.user_arn.as_deref().unwrap_or(&user)));
    let now = clean(facts.user, VALUE);
    line("Renamed:", (facts.user != facts.case.user).then_some(now.as_str()));
    line("Signal:", Some(signal));
    line("Action:", facts.action().as_deref());
    line("Error:", trigger.error_code.as_deref());
    line("From:", trigger.source_ip_address.as_deref());
    line("With:", trigger.user_agent.as_deref());
    line("Region:", trigger.aws_region.as_deref());
    line("Time:", trigger.event_time.as_deref());
    line("Event:", trigger.event_id.as_deref());
    line("Alarm:", trigger.alarm.as_deref());
    let region = facts.region();
    let Facts { log_group, stream, .. } = facts;
    let done = done(facts, tripped);
    let _ = write!(
        body,
        "Done:     {done}\nLog:      log group {log_group}, stream {stream}, in {account} {region}\n\n"
    );
    body.push_str(match facts.contained.outcome {
        Outcome::NotDenied => "The key still works: deny the user by hand, now:\n\n",
        _ => "When it is cleared up: set rearm = \"<ticket>\" in the guard's block and apply.\n",
    });
    if facts.contained.outcome == Outcome::NotDenied {
        let policy = deny_policy_arn(Partition::of_region(region));
        let _ = writeln!(body, "aws iam attach-user-policy --user-name '{now}' --policy-arn {policy}");
    }
    (subject, body)
}

fn headline(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotDenied => "NOT DENIED",
        Outcome::UserGone => "gone",
        Outcome::Monitored | Outcome::AlreadyMonitored | Outcome::Stale | Outcome::BeforeGuard => {
            "tripped, not denied (monitor)"
        }
        _ => "denied",
    }
}

fn done(facts: &Facts<'_>, tripped: &Tripped) -> String {
    let contained = facts.contained;
    let attached = || format!("{DENY_POLICY} attached, which denies everything");
    let inline = || format!("inline policy {INLINE_DENY_NAME} put, which denies everything");
    let mut text = match contained.outcome {
        Outcome::Attached => attached(),
        Outcome::Inline | Outcome::AlreadyInline => inline(),
        Outcome::AlreadyDenied if tripped.steps.contains(&Step::Inline) => inline(),
        Outcome::AlreadyDenied => attached(),
        Outcome::AlreadyAttached => {
            format!("nothing: {DENY_POLICY} was attached already by somebody else, re-arming will leave it")
        }
        Outcome::NotDenied => "NOTHING DENIES THE USER".to_owned(),
        Outcome::UserGone => "nothing: the user does not exist (any more)".to_owned(),
        Outcome::Monitored | Outcome::AlreadyMonitored | Outcome::Stale | Outcome::BeforeGuard => {
            "nothing: monitor mode".to_owned()
        }
    };
    if facts.keys_inactive(&tripped.steps) && !tripped.keys.is_empty() {
        let _ = write!(text, "; access keys made inactive: {}", tripped.keys.join(", "));
    }
    match &contained.failure {
        Some(failure @ ContainError::NotDenied { .. }) => {
            let _ = write!(text, "; {}", clean(&failure.to_string(), 1000));
        }
        Some(failure @ ContainError::KeysActive(_)) => {
            let _ = write!(text, "; {}", clean(&failure.to_string(), 1000));
        }
        None => {}
    }
    text
}
