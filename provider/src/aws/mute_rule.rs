//! Alarm mute rules: they keep alarms, guard's among them, from acting. They are somebody else's, and only read.

use std::sync::Arc;

use aws_sdk_cloudwatch::types::{AlarmMuteRuleStatus, AlarmMuteRuleSummary};
use futures::{StreamExt, stream};

use super::error::{Called, absent};
use super::{Error, Site};

/// The most that a page holds (CloudWatch, ListAlarmMuteRules, `MaxRecords`).
const PAGE: i32 = 100;
/// So many are looked at: whoever administrates the account may write as many as AWS lets them.
pub(crate) const LOOKED_AT: usize = 200;
const SIDE_BY_SIDE: usize = 8;
/// What stands before the name in an ARN (service authorization reference, CloudWatch).
const BEFORE_NAME: &str = ":alarm-mute-rule:";
/// Where CloudWatch has no such operation, there are no mute rules.
const UNKNOWN: &[&str] =
    &["InvalidAction", "NotImplemented", "UnknownOperation", "UnknownOperationException"];
const ABSENT: &[&str] = &["ResourceNotFound", "ResourceNotFoundException"];

/// A rule that mutes now, or may do so later. Its name was chosen by a stranger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MuteRule {
    pub(crate) name: String,
    /// The names of its alarms; none if it is for all of them.
    pub(crate) alarms: Option<Vec<String>>,
}

/// The mute rules of an account and region.
#[derive(Debug, Default)]
pub(crate) struct MuteRules {
    pub(crate) rules: Vec<MuteRule>,
    /// Whether there are more than were looked at.
    pub(crate) more: bool,
    /// Why they can't be known, if something was refused or failed.
    pub(crate) refused: Option<Error>,
}

/// The mute rules there that have not expired, as they were listed once in this run. That they can't be looked at, or
/// that there is no such thing there, ends no plan.
pub(crate) async fn read_mute_rules(site: &Site) -> Arc<MuteRules> {
    let answer = site.seen.mute_rules.about("all");
    answer.get(|| async { Ok(list(site).await) }).await.unwrap_or_default()
}

async fn list(site: &Site) -> MuteRules {
    let mut found = MuteRules::default();
    let summaries = match summaries(site).await {
        Ok((summaries, more)) => {
            found.more = more;
            summaries
        }
        Err(error) => {
            found.note(error);
            return found;
        }
    };
    let read = |name: String| async move { targets(site, name).await };
    let mut all = stream::iter(summaries.iter().filter_map(unexpired)).map(read).buffered(SIDE_BY_SIDE);
    while let Some(rule) = all.next().await {
        match rule {
            Ok(rule) => found.rules.extend(rule),
            Err(error) => found.note(error),
        }
    }
    found
}

impl MuteRules {
    fn note(&mut self, error: Error) {
        tracing::debug!(%error, "going on without the alarm mute rules");
        if !error.is(UNKNOWN) {
            self.refused.get_or_insert(error);
        }
    }
}

/// What is listed, and whether there is more.
async fn summaries(site: &Site) -> Result<(Vec<AlarmMuteRuleSummary>, bool), Error> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let request = site.cloudwatch.list_alarm_mute_rules().max_records(PAGE);
        let request = request.statuses(AlarmMuteRuleStatus::Scheduled).statuses(AlarmMuteRuleStatus::Active);
        let answer = request.set_next_token(next).send().await;
        let answer = answer.called("cloudwatch:ListAlarmMuteRules", &site.at)?;
        all.extend(answer.alarm_mute_rule_summaries.unwrap_or_default());
        next = answer.next_token;
        if next.is_none() || all.len() >= LOOKED_AT {
            let more = next.is_some() || all.len() > LOOKED_AT;
            all.truncate(LOOKED_AT);
            return Ok((all, more));
        }
    }
}

/// The name of a rule that may still mute something.
fn unexpired(summary: &AlarmMuteRuleSummary) -> Option<String> {
    let (_, name) = summary.alarm_mute_rule_arn()?.split_once(BEFORE_NAME)?;
    (summary.status() != Some(&AlarmMuteRuleStatus::Expired)).then(|| name.to_owned())
}

/// A rule with its targets; none if it went meanwhile.
async fn targets(site: &Site, name: String) -> Result<Option<MuteRule>, Error> {
    let got = site.cloudwatch.get_alarm_mute_rule().alarm_mute_rule_name(&name).send().await;
    let got = absent(got.called("cloudwatch:GetAlarmMuteRule", &site.at), ABSENT)?;
    // A rule without targets is for every alarm there (AWS's code examples for CloudWatch; the reference is silent).
    Ok(got
        .map(|got| MuteRule { name, alarms: got.mute_targets.map(|to| to.alarm_names.unwrap_or_default()) }))
}
