//! The event that tells other tools of an incident, on the default bus of the user's account.

/// `source` of the event.
pub const TRIPPED_SOURCE: &str = "guard";

/// `detail-type` of the event.
pub const TRIPPED_DETAIL_TYPE: &str = "Guard Tripped";
