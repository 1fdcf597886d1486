//! The organization trail: found, and checked to be one that sees what the guards need.

use aws_sdk_cloudtrail::types::{AdvancedEventSelector, EventSelector, ReadWriteType, Trail as SdkTrail};
use aws_sdk_s3::types::{Event, NotificationConfigurationFilter};

use guard_contract::Partition;

use crate::chain::Location;

use super::bucket_notification::{affixes, listed};
use super::error::Called;
use super::{AccessError, Accounts, Error, Site};

/// What the provider block says of the trail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TrailChoice {
    /// Its name or ARN; without it, it is the one organization trail of the region.
    pub(crate) name: Option<String>,
    /// The bucket with its files, if not the one that it writes to itself.
    pub(crate) bucket: Option<String>,
    /// The bucket's account, if not the caller's: AWS Control Tower has one for logs.
    pub(crate) account: Option<String>,
    /// ARN of the role that is assumed there, if not the one of member accounts.
    pub(crate) role: Option<String>,
}

/// The organization trail and its bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trail {
    /// Its ARN.
    pub(crate) arn: String,
    /// The bucket with its files.
    pub(crate) bucket: String,
    /// Where the bucket is: the hub.
    pub(crate) bucket_at: Location,
    /// `AWSLogs/` behind the trail's own prefix.
    pub(crate) key_prefix: String,
    /// The key that encrypts its files.
    pub(crate) kms_key: Option<String>,
    /// ARN of the topic that it tells of its files.
    pub(crate) topic: Option<String>,
    /// What is allowed but makes guards see less.
    pub(crate) warnings: Vec<String>,
}

/// A trail that guards can't rely on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrailError {
    /// None of that name, or none at all.
    #[error(
        "account {account} has no {} in {region}; guards read the organization's own trail: create one (multi-region, all management events), set `region` to its region or `trail_name` to its name",
        .name.as_ref().map_or("organization trail".to_owned(), |name| format!("trail {name}"))
    )]
    Missing { account: String, region: String, name: Option<String> },
    /// More than one.
    #[error("account {account} has several organization trails in {region}: {}; say which in `trail_name`", .names.join(", "))]
    Several { account: String, region: String, names: Vec<String> },
    /// It sees one account only.
    #[error(
        "trail {0} is not an organization trail, so it doesn't see the member accounts; make it one, or name another in `trail_name`"
    )]
    NotOrganization(String),
    /// It sees one region only.
    #[error(
        "trail {0} is not multi-region, so it doesn't see what a leaked key does elsewhere; make it multi-region"
    )]
    NotMultiRegion(String),
    /// It is stopped.
    #[error("trail {0} is not logging, so no guard would ever trip; start it (cloudtrail start-logging)")]
    NotLogging(String),
    /// It leaves out what the guards need.
    #[error(
        "trail {0} doesn't log all management events, read-only ones included (GetCallerIdentity is one); set its event selectors to management events, read and write"
    )]
    NotAllEvents(String),
    /// The bucket is somebody else's or gone.
    #[error(
        "bucket {bucket} of trail {trail} can't be read from account {account}: {source}; it must exist and be that account's own. If it is another account's, as with AWS Control Tower, name that in the block `trail` of the provider"
    )]
    Bucket { bucket: String, trail: String, account: String, source: Error },
    /// Somebody else's entry takes the same keys.
    #[error(
        "bucket {bucket} already notifies {destination} of new objects with prefix \"{prefix}\" and suffix \"{suffix}\" (entry {id}), and S3 allows no overlap with guard's prefix \"{ours}\" and suffix \".json.gz\"; set `delivery = \"eventbridge\"` in the provider block and guard's filter hears of the files by EventBridge, beside that entry, or `delivery = \"sns\"` if the trail has a topic; or narrow that entry"
    )]
    Overlap { bucket: String, id: String, destination: String, prefix: String, suffix: String, ours: String },
    /// It tells no topic of its files.
    #[error(
        "trail {0} tells no topic of its files, as `delivery = \"sns\"` needs; give it one (aws cloudtrail update-trail --name {0} --sns-topic-name NAME), or set `delivery` to \"eventbridge\""
    )]
    NoTopic(String),
    /// Its topic is where the filter isn't.
    #[error(
        "trail {trail} tells the topic {topic} of its files, but its bucket and so the filter is in {region}, and guard subscribes to a topic of the same region only; set `delivery` to \"eventbridge\""
    )]
    TopicElsewhere { trail: String, topic: String, region: String },
    /// AWS refused.
    #[error(transparent)]
    Aws(#[from] Error),
    /// The account can't be entered.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Finds the trail and checks it.
///
/// # Errors
/// If there is no trail that guards can rely on; each says what to do.
pub(crate) async fn find_trail(accounts: &Accounts) -> Result<Trail, TrailError> {
    let caller = accounts.caller().await?;
    let here = Location::new(caller, &accounts.region);
    let site = accounts.site(&here).await?;
    let found = site.cloudtrail.describe_trails().include_shadow_trails(true).send().await;
    let found = found.called("cloudtrail:DescribeTrails", &here)?.trail_list.unwrap_or_default();
    let choice = &accounts.trail;
    let trail = choose(found, choice.name.as_deref(), &here)?;
    let arn = trail.trail_arn().unwrap_or_default().to_owned();
    let shown = trail.name().unwrap_or(&arn).to_owned();
    if trail.is_organization_trail() != Some(true) {
        return Err(TrailError::NotOrganization(shown));
    }
    if trail.is_multi_region_trail() != Some(true) {
        return Err(TrailError::NotMultiRegion(shown));
    }
    let home = Location::new(caller, trail.home_region().unwrap_or(&accounts.region));
    let site = accounts.site(&home).await?;
    check_logging(&site, &arn, &shown).await?;
    // Without selectors of its own a trail logs all management events (CloudTrail user guide, "Logging
    // management events").
    let warnings = match trail.has_custom_event_selectors() {
        Some(false) => Vec::new(),
        _ => check_events(&site, &arn, &shown).await?,
    };
    let bucket = choice.bucket.as_deref().or(trail.s3_bucket_name()).unwrap_or_default().to_owned();
    let owner = choice.account.as_deref().unwrap_or(caller);
    let near = Location::new(owner, &home.region);
    let bucket_at = match listed(&*accounts.site(&near).await?, &bucket).await {
        // Nowhere but in its own region does S3 answer for a bucket (S3 user guide, "Making requests"), and most
        // are in their trail's.
        Ok(found) if found.is_some() => near,
        _ => Location::new(owner, &bucket_region(accounts, owner, &bucket, &shown).await?),
    };
    let prefix = trail.s3_key_prefix().filter(|prefix| !prefix.is_empty());
    let key_prefix = prefix.map_or("AWSLogs/".to_owned(), |prefix| format!("{prefix}/AWSLogs/"));
    let kms_key = trail.kms_key_id().filter(|key| !key.is_empty()).map(str::to_owned);
    let topic = trail.sns_topic_arn().filter(|arn| !arn.is_empty()).map(str::to_owned);
    Ok(Trail { arn, bucket, bucket_at, key_prefix, kms_key, topic, warnings })
}

fn choose(found: Vec<SdkTrail>, name: Option<&str>, here: &Location) -> Result<SdkTrail, TrailError> {
    let wanted = |trail: &SdkTrail| match name {
        Some(name) => trail.name() == Some(name) || trail.trail_arn() == Some(name),
        None => trail.is_organization_trail() == Some(true),
    };
    let mut matching: Vec<SdkTrail> = found.into_iter().filter(wanted).collect();
    let (account, region) = (here.account.clone(), here.region.clone());
    match (matching.pop(), matching.is_empty()) {
        (None, _) => Err(TrailError::Missing { account, region, name: name.map(str::to_owned) }),
        (Some(trail), true) => Ok(trail),
        (Some(last), false) => {
            matching.push(last);
            let names = matching.iter().filter_map(|trail| trail.name().map(str::to_owned)).collect();
            Err(TrailError::Several { account, region, names })
        }
    }
}

async fn check_logging(site: &Site, arn: &str, shown: &str) -> Result<(), TrailError> {
    let status = site.cloudtrail.get_trail_status().name(arn).send().await;
    match status.called("cloudtrail:GetTrailStatus", &site.at)?.is_logging {
        Some(true) => Ok(()),
        _ => Err(TrailError::NotLogging(shown.to_owned())),
    }
}

async fn check_events(site: &Site, arn: &str, shown: &str) -> Result<Vec<String>, TrailError> {
    let selectors = site.cloudtrail.get_event_selectors().trail_name(arn).send().await;
    let selectors = selectors.called("cloudtrail:GetEventSelectors", &site.at)?;
    let basic: Vec<_> = selectors.event_selectors().iter().filter_map(left_out).collect();
    let advanced: Vec<_> =
        selectors.advanced_event_selectors().iter().filter_map(left_out_advanced).collect();
    // The selector that leaves out least decides: a trail logs what any of its selectors selects.
    let Some(least) = basic.into_iter().chain(advanced).min_by_key(Vec::len) else {
        return Err(TrailError::NotAllEvents(shown.to_owned()));
    };
    let warn = |source: String| {
        format!("trail {shown} leaves out the events of {source}, so no guard trips by them")
    };
    Ok(least.into_iter().map(warn).collect())
}

/// The sources whose management events a selector leaves out; `None` if it doesn't select reads and writes.
fn left_out(selector: &EventSelector) -> Option<Vec<String>> {
    let all = selector.include_management_events() == Some(true)
        && selector.read_write_type().is_none_or(|kind| *kind == ReadWriteType::All);
    all.then(|| selector.exclude_management_event_sources().to_vec())
}

fn left_out_advanced(selector: &AdvancedEventSelector) -> Option<Vec<String>> {
    let mut management = false;
    let mut sources = Vec::new();
    for field in selector.field_selectors() {
        match field.field() {
            "eventCategory" => management = field.equals().iter().any(|value| value == "Management"),
            "eventSource" if field.equals().is_empty() => sources.extend_from_slice(field.not_equals()),
            // Only some kinds of events: reads or writes, one source, some names.
            _ => return None,
        }
    }
    management.then_some(sources)
}

async fn bucket_region(
    accounts: &Accounts,
    owner: &str,
    bucket: &str,
    trail: &str,
) -> Result<String, TrailError> {
    // us-east-1 answers for buckets of every region (S3, GetBucketLocation), in its partition.
    let first = match Partition::of_region(&accounts.region) {
        Partition::Aws => "us-east-1",
        Partition::China => "cn-north-1",
        Partition::GovCloud => "us-gov-west-1",
    };
    let site = accounts.site(&Location::new(owner, first)).await?;
    let answer = site.s3.get_bucket_location().bucket(bucket).send().await;
    let answer = answer.called("s3:GetBucketLocation", &site.at).map_err(|source| TrailError::Bucket {
        bucket: bucket.to_owned(),
        trail: trail.to_owned(),
        account: owner.to_owned(),
        source,
    })?;
    let region = answer.location_constraint().map(|constraint| constraint.as_str()).unwrap_or_default();
    // No constraint means us-east-1, `EU` is eu-west-1 (S3, GetBucketLocation).
    Ok(match region {
        "" => "us-east-1".to_owned(),
        "EU" => "eu-west-1".to_owned(),
        other => other.to_owned(),
    })
}

/// Checks that the filter can subscribe to the trail's topic.
///
/// # Errors
/// If the trail has none, or one of another region.
pub(crate) fn check_topic(trail: &Trail) -> Result<(), TrailError> {
    let Some(topic) = &trail.topic else { return Err(TrailError::NoTopic(trail.arn.clone())) };
    let region = &trail.bucket_at.region;
    if topic.split(':').nth(3) == Some(region) {
        return Ok(());
    }
    let (trail, topic, region) = (trail.arn.clone(), topic.clone(), region.clone());
    Err(TrailError::TopicElsewhere { trail, topic, region })
}

/// Checks that no foreign entry of the bucket's notification takes the keys that our entry needs.
///
/// # Errors
/// If one does, or the bucket can't be read.
pub(crate) async fn check_notification(
    site: &Site,
    bucket: &str,
    our_id: &str,
    our_prefix: &str,
) -> Result<(), TrailError> {
    let found = listed(site, bucket).await?;
    let have = found.as_ref().as_ref().ok_or_else(|| {
        Error::answer("s3:GetBucketNotification", &site.at, format!("bucket {bucket} does not exist"))
    })?;
    let functions = have.lambda_function_configurations().iter();
    let functions = functions.map(|e| (e.id(), e.lambda_function_arn(), e.events(), e.filter()));
    let queues = have.queue_configurations().iter().map(|e| (e.id(), e.queue_arn(), e.events(), e.filter()));
    let topics = have.topic_configurations().iter().map(|e| (e.id(), e.topic_arn(), e.events(), e.filter()));
    for (id, destination, events, filter) in functions.chain(queues).chain(topics) {
        if id == Some(our_id) || !overlaps(events, filter, our_prefix) {
            continue;
        }
        let (prefix, suffix) = affixes(filter);
        return Err(TrailError::Overlap {
            bucket: bucket.to_owned(),
            id: id.unwrap_or("without an id").to_owned(),
            destination: destination.to_owned(),
            prefix,
            suffix,
            ours: our_prefix.to_owned(),
        });
    }
    Ok(())
}

/// S3 refuses two entries for the same kind of event whose prefixes and suffixes both overlap.
fn overlaps(events: &[Event], filter: Option<&NotificationConfigurationFilter>, our_prefix: &str) -> bool {
    let (prefix, suffix) = affixes(filter);
    let prefixes = prefix.starts_with(our_prefix) || our_prefix.starts_with(&prefix);
    let suffixes = suffix.ends_with(".json.gz") || ".json.gz".ends_with(&suffix);
    prefixes && suffixes && events.iter().any(|event| event.as_str().starts_with("s3:ObjectCreated"))
}
