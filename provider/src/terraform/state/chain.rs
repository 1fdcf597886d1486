//! The chain in the state: what is built, where, and how it differs.

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use crate::aws::Observed;
use crate::chain::{Delivery, Hub, Location, Names, Object};
use crate::engine::Seen;

use super::{State, given, text};

/// One object of the chain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::terraform) struct ChainObject {
    pub(in crate::terraform) place: Value<String>,
    pub(in crate::terraform) kind: Value<String>,
    pub(in crate::terraform) account_id: Value<String>,
    pub(in crate::terraform) region: Value<String>,
    pub(in crate::terraform) name: Value<String>,
    pub(in crate::terraform) arn: Value<String>,
    pub(in crate::terraform) shared: Value<bool>,
    pub(in crate::terraform) drift: Value<String>,
}

/// How an object differs that has our name and not our mark.
const REPLACED: &str = "it was replaced by something that is not guard's";

impl ChainObject {
    /// As it should be.
    pub(in crate::terraform) fn wanted(object: &Object) -> Value<Self> {
        Value::Value(Self {
            place: text(object.place),
            kind: text(object.kind()),
            account_id: text(&object.at.account),
            region: text(&object.at.region),
            name: text(object.name()),
            arn: text(object.arn()),
            shared: Value::Value(object.shared()),
            drift: Value::Null,
        })
    }

    /// As it was seen; nothing for what is not there.
    pub(in crate::terraform) fn seen(seen: &Seen) -> Option<Value<Self>> {
        let drift = match &seen.observed {
            Observed::Absent => return None,
            Observed::Foreign => text(REPLACED),
            Observed::Ours { drift, .. } if drift.is_empty() => Value::Null,
            Observed::Ours { drift, .. } => text(drift.join("; ")),
        };
        let Value::Value(wanted) = Self::wanted(&seen.object) else { return None };
        Some(Value::Value(Self { drift, ..wanted }))
    }
}

/// All objects as they should be.
pub(in crate::terraform) fn wanted_chain<'a>(
    objects: impl IntoIterator<Item = &'a Object>,
) -> Value<Vec<Value<ChainObject>>> {
    Value::Value(objects.into_iter().map(ChainObject::wanted).collect())
}

impl State {
    /// Whether nothing in the chain was replaced by something foreign when it was last read.
    pub(in crate::terraform) fn is_unmixed(&self) -> bool {
        let Value::Value(chain) = &self.chain else { return false };
        let mut objects = chain.iter().filter_map(|object| object.as_ref_option());
        objects.all(|object| given(&object.drift) != Some(REPLACED))
    }

    /// The hub that this state's chain was built from; `None` if the chain doesn't tell.
    pub(in crate::terraform) fn hub(&self, names: &Names) -> Option<Hub> {
        let Value::Value(chain) = &self.chain else { return None };
        let entry = chain.iter().filter_map(|object| object.as_ref_option()).find(|object| {
            given(&object.kind) == Some("bucket_notification") && given(&object.place) == Some("hub")
        })?;
        let (delivery, topic) = self.delivery(names);
        Some(Hub {
            location: Location::new(given(&entry.account_id)?, given(&entry.region)?),
            bucket: given(&entry.arn)?.split_once(":s3:::")?.1.to_owned(),
            key_prefix: "AWSLogs/".to_owned(),
            kms_key: None,
            delivery,
            topic,
            names: names.clone(),
        })
    }

    /// How the filter hears of new files, as the chain tells, and the trail's topic if by that.
    fn delivery(&self, names: &Names) -> (Delivery, Option<String>) {
        let Value::Value(chain) = &self.chain else { return (Delivery::default(), None) };
        let mut objects = chain.iter().filter_map(|object| object.as_ref_option());
        let told = objects.find_map(|object| match given(&object.kind)? {
            "rule" if given(&object.name) == Some(&names.trail_rule()) => Some((Delivery::EventBridge, None)),
            "subscription" => Some((Delivery::Sns, given(&object.arn).map(str::to_owned))),
            _ => None,
        });
        told.unwrap_or_default()
    }
}
