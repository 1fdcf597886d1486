//! Alarms: the one on a user's rule is the second way to the responder, which needs no target; the others watch the
//! chain itself.

use aws_sdk_cloudwatch::types::{
    ComparisonOperator, Dimension, MetricAlarm, Statistic as SdkStatistic, Tag as SdkTag,
};

use crate::chain::{ALARM_PERIOD_SECONDS, ALARM_PERIODS, Alarm, Metric, Object, Record, Statistic};

use super::answers::Tags;
use super::error::Called;
use super::{Context, Error, Observed, Site, mark};

/// The most that a page holds (CloudWatch, DescribeAlarms, `MaxRecords`).
const PAGE: i32 = 100;
/// Anything else would latch the alarm, or leave it without data between events.
const MISSING_DATA: &str = "notBreaching";

/// All alarms of a family.
async fn list(context: &Context<'_>, family: &str) -> Result<Vec<MetricAlarm>, Error> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let request = context.site.cloudwatch.describe_alarms().alarm_name_prefix(family).max_records(PAGE);
        let answer = request.set_next_token(next).send().await;
        let answer = answer.called("cloudwatch:DescribeAlarms", &context.site.at)?;
        all.extend(answer.metric_alarms.unwrap_or_default());
        next = answer.next_token;
        if next.is_none() {
            return Ok(all);
        }
    }
}

/// As it was listed last.
async fn find(context: &Context<'_>, want: &Alarm) -> Result<Option<MetricAlarm>, Error> {
    let answer = context.site.seen.alarms.about(&want.family);
    let all = answer.get(|| list(context, &want.family)).await?;
    Ok(all.iter().find(|alarm| alarm.alarm_name() == Some(&want.name)).cloned())
}

pub(super) async fn observe(context: &Context<'_>, want: &Alarm) -> Result<Observed, Error> {
    let Some(have) = find(context, want).await? else {
        return Ok(Observed::Absent);
    };
    let record = have.alarm_description().and_then(Record::parse);
    let asked = || async { tags(context).await.map(Some) };
    let tags = super::tags::of(context.site, context.mark, context.object, asked).await?.unwrap_or_default();
    if record.is_none_or(|(_, hub)| hub != context.mark) && !mark::is_ours(&tags, context.mark) {
        return Ok(Observed::Foreign);
    }
    let mut drift = differences(&have, want);
    drift.extend(mark::drift(&tags, context));
    Ok(Observed::ours(drift))
}

/// How an alarm differs, but for its tags.
fn differences(have: &MetricAlarm, want: &Alarm) -> Vec<String> {
    let mut drift = Vec::new();
    let mut differs = |what: &str, same: bool| {
        if !same {
            drift.push(what.to_owned());
        }
    };
    differs("its actions are disabled", have.actions_enabled() != Some(false));
    differs("its action is not our function alone", have.alarm_actions() == [want.function_arn.clone()]);
    let metric = have.namespace() == Some(want.metric.namespace)
        && have.metric_name() == Some(want.metric.name)
        && dimensions(&want.metric) == sorted(have.dimensions().to_vec());
    differs("it watches something else", metric);
    let evaluation = have.period() == Some(ALARM_PERIOD_SECONDS)
        && have.statistic() == Some(&statistic(&want.metric))
        && have.evaluation_periods() == Some(ALARM_PERIODS)
        && have.threshold() == Some(1.0)
        && have.comparison_operator() == Some(&ComparisonOperator::GreaterThanOrEqualToThreshold)
        && have.unit().is_none()
        && have.treat_missing_data().is_none_or(|treat| treat == MISSING_DATA);
    differs("it is evaluated in another way", evaluation);
    differs("its description differs", have.alarm_description() == Some(want.description.as_str()));
    drift
}

fn statistic(metric: &Metric) -> SdkStatistic {
    match metric.statistic {
        Statistic::Sum => SdkStatistic::Sum,
        Statistic::Maximum => SdkStatistic::Maximum,
    }
}

fn dimensions(metric: &Metric) -> Vec<Dimension> {
    let dimension = |(name, value): &(&str, String)| Dimension::builder().name(*name).value(value).build();
    sorted(metric.dimensions.iter().map(dimension).collect())
}

fn sorted(mut dimensions: Vec<Dimension>) -> Vec<Dimension> {
    dimensions.sort_by(|a, b| a.name().cmp(&b.name()));
    dimensions
}

pub(super) async fn put(context: &Context<'_>, want: &Alarm, exists: bool) -> Result<(), Error> {
    let have = if exists { find(context, want).await? } else { None };
    if have.is_none_or(|have| !differences(&have, want).is_empty()) {
        put_alarm(context, want, exists).await?;
    }
    if exists { retag(context).await } else { Ok(()) }
}

async fn put_alarm(context: &Context<'_>, want: &Alarm, exists: bool) -> Result<(), Error> {
    let cloudwatch = &context.site.cloudwatch;
    let request = cloudwatch.put_metric_alarm().alarm_name(&want.name).alarm_description(&want.description);
    let request = request.namespace(want.metric.namespace).metric_name(want.metric.name);
    let request = request.statistic(statistic(&want.metric));
    let request = request.set_dimensions(Some(dimensions(&want.metric)));
    let request = request.period(ALARM_PERIOD_SECONDS).evaluation_periods(ALARM_PERIODS).threshold(1.0);
    let request = request.comparison_operator(ComparisonOperator::GreaterThanOrEqualToThreshold);
    let request = request.treat_missing_data(MISSING_DATA).actions_enabled(true);
    let request = request.alarm_actions(&want.function_arn);
    // PutMetricAlarm ignores the tags of an alarm that is there already.
    let request = if exists { request } else { request.set_tags(Some(sdk_tags(mark::tags(context)))) };
    request.send().await.called("cloudwatch:PutMetricAlarm", &context.site.at)?;
    Ok(())
}

fn sdk_tags(tags: Tags) -> Vec<SdkTag> {
    tags.into_iter().map(|(key, value)| SdkTag::builder().key(key).value(value).build()).collect()
}

async fn tags(context: &Context<'_>) -> Result<Tags, Error> {
    let have =
        context.site.cloudwatch.list_tags_for_resource().resource_arn(context.object.arn()).send().await;
    let have = have.called("cloudwatch:ListTagsForResource", &context.site.at)?.tags.unwrap_or_default();
    Ok(have.into_iter().filter_map(|tag| Some((tag.key?, tag.value?))).collect())
}

async fn retag(context: &Context<'_>) -> Result<(), Error> {
    let (cloudwatch, at, arn) = (&context.site.cloudwatch, &context.site.at, context.object.arn());
    let (set, surplus) = mark::difference(&tags(context).await?, context.mark, context.object);
    if !set.is_empty() {
        let request = cloudwatch.tag_resource().resource_arn(&arn).set_tags(Some(sdk_tags(set)));
        request.send().await.called("cloudwatch:TagResource", at)?;
    }
    if !surplus.is_empty() {
        let request = cloudwatch.untag_resource().resource_arn(&arn).set_tag_keys(Some(surplus));
        request.send().await.called("cloudwatch:UntagResource", at)?;
    }
    Ok(())
}

pub(super) async fn remove(context: &Context<'_>, want: &Alarm) -> Result<(), Error> {
    delete(context.site, vec![want.name.clone()]).await.map(drop)
}

/// Removes alarms of one account and region in one call.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn remove_alarms(site: &Site, alarms: &[&Object]) -> Result<(), Error> {
    let names: Vec<String> = alarms.iter().map(|alarm| alarm.name()).collect();
    if delete(site, names.clone()).await? {
        return Ok(());
    }
    // One of them is gone already: whether the others went then depends on the page of CloudWatch's documentation.
    for name in names {
        delete(site, vec![name]).await?;
    }
    Ok(())
}

/// Whether all of them were there.
async fn delete(site: &Site, names: Vec<String>) -> Result<bool, Error> {
    let gone = site.cloudwatch.delete_alarms().set_alarm_names(Some(names)).send().await;
    let gone = gone.called("cloudwatch:DeleteAlarms", &site.at);
    super::error::absent(gone, &["ResourceNotFound", "ResourceNotFoundException"]).map(|gone| gone.is_some())
}
