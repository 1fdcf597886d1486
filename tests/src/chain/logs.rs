//! What the functions said: whom the responder denied and why, how many records the filter saw.

use serde::Deserialize;
use serde_json::Value;

use super::Guard;
use crate::{Result, cloud::Cloud};

/// What the responder wrote of a user that it was called for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Incident {
    /// The user's account.
    pub account: String,
    /// The user's name.
    pub user: String,
    /// What was done: `attached`, `already_attached`, …
    pub outcome: String,
    /// How the responder was called: `rule` or `alarm`.
    pub path: String,
    /// What tripped the guard.
    pub trigger: Trigger,
}

/// What tripped a guard.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Trigger {
    /// Why the record was forwarded.
    pub signals: Vec<String>,
    /// The record's id.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// The call.
    pub event_name: String,
    /// When it was made.
    pub event_time: String,
}

impl Incident {
    /// Everything that the responder said about a guard's user, in order.
    ///
    /// # Errors
    /// If the log can't be read.
    pub fn all(cloud: &Cloud, guard: &Guard) -> Result<Vec<Self>> {
        let lines = cloud.logs("guard-responder", &guard.account, &guard.region)?;
        let incidents = lines.iter().filter_map(|line| serde_json::from_str::<Self>(line).ok());
        Ok(incidents.filter(|one| one.user == guard.user && one.account == guard.account).collect())
    }
}

/// What the filter counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Objects read to their end.
    pub objects: u64,
    /// Objects that are no event files.
    pub skipped: u64,
    /// Objects that could not be read.
    pub failed: u64,
    /// Records read.
    pub records: u64,
    /// Records that became events.
    pub kept: u64,
    /// Records that are nobody's signal.
    pub dropped: u64,
}

impl Totals {
    /// The sums over all invocations of the filter, from its metrics.
    ///
    /// # Errors
    /// If the log can't be read.
    pub fn all(cloud: &Cloud) -> Result<Self> {
        let ready = cloud.ready();
        let lines = cloud.logs("guard-filter", &ready.management_account, &ready.hub_region)?;
        let mut totals = Self::default();
        for line in lines {
            let Ok(metrics) = serde_json::from_str::<Value>(&line) else { continue };
            if metrics["_aws"].is_null() {
                continue;
            }
            let add = |sum: &mut u64, name: &str| *sum += metrics[name].as_u64().unwrap_or(0);
            add(&mut totals.objects, "Objects");
            add(&mut totals.skipped, "ObjectsSkipped");
            add(&mut totals.failed, "ObjectsFailed");
            add(&mut totals.records, "RecordsIn");
            add(&mut totals.kept, "RecordsKept");
            add(&mut totals.dropped, "RecordsDropped");
        }
        Ok(totals)
    }
}
