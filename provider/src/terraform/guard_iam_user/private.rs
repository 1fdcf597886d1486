//! What Terraform keeps for us beside the state, unseen by users: the hub, so that a guard can be read
//! without looking for the trail, and what a plan has seen, so that apply needn't look again.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::chain::{Hub, Location, Names, Topology};

/// For how long what a plan has seen counts: a plan that was saved may be applied much later.
const FRESH_SECONDS: u64 = 3600;

/// Beside the state; empty for what was imported. What an older version didn't write has its default, and
/// what a newer one writes beyond this is passed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in super::super) struct Private {
    hub: Option<StoredHub>,
    /// The topology by which the guard's events came before, while not all of that way is removed yet.
    former: Option<String>,
    foreseen: Option<Foreseen>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StoredHub {
    account: String,
    region: String,
    bucket: String,
    key_prefix: String,
    kms_key: Option<String>,
    /// Nothing in what versions wrote that knew one way only.
    #[serde(default)]
    delivery: Option<String>,
    #[serde(default)]
    topic: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Foreseen {
    at: u64,
    whole: bool,
    unmixed: bool,
    user: bool,
}

/// What a plan has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Everything shared is as it must be.
    pub(super) whole: bool,
    /// Nothing in the chain is foreign.
    pub(super) unmixed: bool,
    /// The user exists.
    pub(super) user: bool,
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl Private {
    /// Of that hub, with nothing foreseen.
    pub(super) fn of(hub: &Hub) -> Self {
        let hub = StoredHub {
            account: hub.location.account.clone(),
            region: hub.location.region.clone(),
            bucket: hub.bucket.clone(),
            key_prefix: hub.key_prefix.clone(),
            kms_key: hub.kms_key.clone(),
            delivery: Some(hub.delivery.name().to_owned()),
            topic: hub.topic.clone(),
        };
        Self { hub: Some(hub), ..Self::default() }
    }

    /// The same, with the way by which the guard's events came before.
    pub(super) fn formerly(self, former: Option<Topology>) -> Self {
        Self { former: former.map(|former| former.name().to_owned()), ..self }
    }

    /// The way by which the guard's events came before, while not all of it is removed yet.
    pub(super) fn former(&self) -> Option<Topology> {
        self.former.as_ref()?.parse().ok()
    }

    /// The same, with what a plan has just seen.
    pub(super) fn foreseeing(self, seen: Seen) -> Self {
        let Seen { whole, unmixed, user } = seen;
        Self { foreseen: Some(Foreseen { at: now(), whole, unmixed, user }), ..self }
    }

    /// The same, with nothing foreseen: what was seen is over once it is applied.
    pub(super) fn applied(self) -> Self {
        Self { foreseen: None, ..self }
    }

    /// What the plan has seen, if that is recent.
    pub(super) fn seen(&self) -> Seen {
        let recent = |foreseen: &&Foreseen| now().saturating_sub(foreseen.at) < FRESH_SECONDS;
        let seen = self.foreseen.as_ref().filter(recent);
        seen.map_or(Seen::default(), |f| Seen { whole: f.whole, unmixed: f.unmixed, user: f.user })
    }

    /// The hub that the guard was built from, if that is known.
    pub(super) fn hub(&self, names: &Names) -> Option<Hub> {
        let hub = self.hub.as_ref()?;
        Some(Hub {
            location: Location::new(&hub.account, &hub.region),
            bucket: hub.bucket.clone(),
            key_prefix: hub.key_prefix.clone(),
            kms_key: hub.kms_key.clone(),
            delivery: hub.delivery.as_ref().and_then(|name| name.parse().ok()).unwrap_or_default(),
            topic: hub.topic.clone(),
            names: names.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tf_provider::value::Value;

    use super::*;

    #[test]
    fn what_a_plan_saw_counts_for_an_hour_and_until_it_is_applied() {
        let seen = Seen { whole: true, unmixed: true, user: false };
        let mut private = Private::default().foreseeing(seen);
        assert_eq!(private.seen(), seen);
        assert_eq!(private.clone().applied().seen(), Seen::default());
        private.foreseen.as_mut().expect("foreseen").at -= FRESH_SECONDS;
        assert_eq!(private.seen(), Seen::default());
    }

    #[test]
    fn what_older_and_newer_versions_wrote_is_read() {
        let names = Names::new("guard").expect("a prefix");
        let place =
            json!({"account": "111111111111", "region": "us-east-1", "bucket": "b", "key_prefix": "p/"});
        let read = |json| serde_json::from_value::<Value<Private>>(json).map(super::super::kept);
        for empty in [json!(null), json!({}), json!({"hub": null})] {
            let private = read(empty).expect("nothing was kept");
            assert_eq!((private.hub(&names), private.seen()), (None, Seen::default()));
        }
        for some in [
            json!({ "hub": place }),
            json!({ "hub": place, "foreseen": {} }),
            json!({ "hub": place, "foreseen": {"at": u64::MAX, "whole": false, "more": [1]}, "more": {} }),
        ] {
            let private = read(some).expect("a hub was kept");
            let hub = private.hub(&names).expect("a hub was kept");
            assert_eq!((hub.bucket.as_str(), hub.kms_key), ("b", None));
            assert_eq!(private.seen(), Seen::default());
        }
    }
}
