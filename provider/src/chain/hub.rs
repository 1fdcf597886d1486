//! Where everything begins: the account of the caller and the region of the trail's bucket.

use super::{Delivery, Location, Names};

/// The hub: what all guards of an organization share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hub {
    /// The management account and the region of the trail's bucket.
    pub(crate) location: Location,
    /// The trail's bucket.
    pub(crate) bucket: String,
    /// Where the trail's files lie in it: `AWSLogs/`, behind the trail's own prefix if it has one.
    pub(crate) key_prefix: String,
    /// ARN of the key that the trail encrypts its files with, if it does.
    pub(crate) kms_key: Option<String>,
    /// How the filter hears of new files.
    pub(crate) delivery: Delivery,
    /// ARN of the topic that the trail tells of them, where the filter hears of them by that.
    pub(crate) topic: Option<String>,
    /// How our objects are called.
    pub(crate) names: Names,
}

impl Hub {
    /// The mark that every object of this hub's chains carries: two hubs never share an object.
    pub(crate) fn mark(&self) -> String {
        self.location.to_string()
    }
}
