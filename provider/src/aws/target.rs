//! Targets: another bus, or the responder.

use aws_sdk_eventbridge::types::{DeadLetterConfig, Target as SdkTarget};

use crate::chain::Target;

use super::bus::ABSENT;
use super::error::{Called, absent, present};
use super::retry::{PROPAGATION, busy, retry};
use super::{Context, Error, Observed, Site};

/// What EventBridge does unless told otherwise, and at most (RetryPolicy): we tell it nothing.
const RETRIES: i32 = 185;
const MAX_AGE_SECONDS: i32 = 86_400;

/// The targets of a rule; `None` if the rule is not there.
async fn list(site: &Site, bus: &str, rule: &str) -> Result<Option<Vec<SdkTarget>>, Error> {
    let request = site.events.list_targets_by_rule().event_bus_name(bus).rule(rule);
    let found = absent(request.send().await.called("events:ListTargetsByRule", &site.at), ABSENT)?;
    found.map(|found| present(found.targets, "Targets", "events:ListTargetsByRule", &site.at)).transpose()
}

/// The ids of all targets of a rule.
pub(super) async fn ids(site: &Site, bus: &str, rule: &str) -> Result<Vec<String>, Error> {
    let found = list(site, bus, rule).await?.unwrap_or_default();
    Ok(found.into_iter().map(|target| target.id).collect())
}

pub(super) async fn observe(context: &Context<'_>, want: &Target) -> Result<Observed, Error> {
    let (site, seen) = (context.site, &context.site.seen);
    let rules = super::rule::listed(site, &want.bus).await?;
    if !rules.iter().flatten().any(|rule| rule.name() == Some(&want.rule)) {
        return Ok(Observed::Absent);
    }
    let about = format!("{}/{}", want.bus, want.rule);
    let found = seen.targets.about(&about).get(|| list(site, &want.bus, &want.rule)).await?;
    let Some(have) = found.iter().flatten().find(|target| target.id() == want.id) else {
        return Ok(Observed::Absent);
    };
    let mut drift = Vec::new();
    if have.arn() != want.arn {
        drift.push(format!("it leads to {}", have.arn()));
    }
    if have.role_arn() != want.role_arn.as_deref() {
        drift.push("its role differs".to_owned());
    }
    let dead_letters = have.dead_letter_config().and_then(|config| config.arn());
    if dead_letters != Some(want.dead_letters_arn.as_str()) {
        drift.push("its dead letters don't go to the queue".to_owned());
    }
    if have.input().is_some() || have.input_path().is_some() || have.input_transformer().is_some() {
        drift.push("it changes the event".to_owned());
    }
    let retries = have.retry_policy();
    let fewer = retries.and_then(|policy| policy.maximum_retry_attempts()).is_some_and(|most| most < RETRIES);
    let age = retries.and_then(|policy| policy.maximum_event_age_in_seconds());
    if fewer || age.is_some_and(|most| most < MAX_AGE_SECONDS) {
        drift.push("it gives up earlier than it need".to_owned());
    }
    Ok(Observed::ours(drift))
}

pub(super) async fn put(context: &Context<'_>, want: &Target) -> Result<(), Error> {
    let at = &context.site.at;
    // A bus of another account may refuse until its policy is seen; a rule may be busy.
    let not_yet = |error: &Error| busy(error) || error.is(&["AccessDeniedException"]);
    retry(PROPAGATION, not_yet, || async {
        let dead_letters = DeadLetterConfig::builder().arn(&want.dead_letters_arn).build();
        let target = SdkTarget::builder().id(want.id).arn(&want.arn).set_role_arn(want.role_arn.clone());
        let target = target.dead_letter_config(dead_letters).build().expect("id and arn are set");
        let request = context.site.events.put_targets().event_bus_name(&want.bus).rule(&want.rule);
        let answer = request.targets(target).send().await.called("events:PutTargets", at)?;
        match answer.failed_entries().first() {
            None => Ok(()),
            Some(failed) => Err(Error {
                operation: "events:PutTargets",
                at: at.clone(),
                code: failed.error_code().map(str::to_owned),
                message: failed.error_message().unwrap_or("the target was refused").to_owned(),
            }),
        }
    })
    .await
}

pub(super) async fn remove(context: &Context<'_>, want: &Target) -> Result<(), Error> {
    remove_ids(context.site, &want.bus, &want.rule, vec![want.id.to_owned()]).await
}

/// Removes targets of a rule by id.
pub(super) async fn remove_ids(site: &Site, bus: &str, rule: &str, ids: Vec<String>) -> Result<(), Error> {
    retry(PROPAGATION, busy, || async {
        let request = site.events.remove_targets().event_bus_name(bus).rule(rule).set_ids(Some(ids.clone()));
        let answer = absent(request.send().await.called("events:RemoveTargets", &site.at), ABSENT)?;
        match answer.as_ref().and_then(|answer| answer.failed_entries().first()) {
            Some(failed) if failed.error_code() != Some(ABSENT[0]) => Err(Error {
                operation: "events:RemoveTargets",
                at: site.at.clone(),
                code: failed.error_code().map(str::to_owned),
                message: failed.error_message().unwrap_or("the target was kept").to_owned(),
            }),
            _ => Ok(()),
        }
    })
    .await
}
