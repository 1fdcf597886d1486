//! The event that travels from the filter to the responder.

use serde::{Deserialize, Serialize};

use crate::Signal;

/// `source` of our events. It must not begin with `aws.`: PutEvents refuses that of custom events.
pub const SOURCE: &str = "guard.cloudtrail";

/// `detail-type` of our events.
pub const DETAIL_TYPE: &str = "CloudTrail Signal";

/// The field of `detail` that holds the [`Mark`]; all other fields are the CloudTrail record's own.
pub const MARK_FIELD: &str = "guard";

/// Version of the [`Mark`]'s shape.
pub const MARK_VERSION: u32 = 1;

/// What the filter adds to a record: whose it is and why it was forwarded.
///
/// A federated session carries no `userIdentity.userName`, so rules match on this and never on the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// [`MARK_VERSION`] of the filter that wrote it.
    pub version: u32,
    /// The account that the user lives in, 12 digits.
    pub account: String,
    /// The user's name, in the case in which IAM stores it, without a path.
    pub user: String,
    /// Why: never empty, in [`Signal`]'s order, without repetition.
    pub signals: Vec<Signal>,
    /// Whether parts of the record were cut to fit an event's size limit.
    pub truncated: bool,
    /// Whether parts of the record were rewritten because EventBridge, or whoever reads the event, would refuse them:
    /// a number that 64 bits don't hold, half of a surrogate pair. The trail's file has the record as it was.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rewritten: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_false(value: &bool) -> bool {
    !value
}
