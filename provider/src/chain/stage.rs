//! The order in which a chain's objects are built.

use super::{Delivery, Object, Spec};

/// When an object is built: what it stands on comes before it, what is in one stage doesn't stand on each
/// other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Buses, on which everything else stands.
    Buses,
    /// Rules: they keep their bus from being deleted, and do nothing yet.
    Rules,
    /// What functions and targets need.
    Grounds,
    /// Functions, once their roles are there.
    Functions,
    /// What belongs to a function; Lambda refuses changes side by side, or loses them.
    Settings,
    /// What sets the chain going.
    Triggers,
    /// What lets events come to a trigger.
    Source,
}

impl Stage {
    /// Whether the objects of this stage are put one by one.
    pub(crate) fn one_by_one(self) -> bool {
        self == Self::Settings
    }
}

impl Object {
    /// When it is built.
    pub(crate) fn stage(&self) -> Stage {
        match &self.spec {
            Spec::Bus(_) => Stage::Buses,
            Spec::Rule(_) => Stage::Rules,
            Spec::Queue(_) | Spec::LogGroup(_) | Spec::Role(_) | Spec::BusPermission(_) | Spec::Watch(_) => {
                Stage::Grounds
            }
            Spec::Function(_) => Stage::Functions,
            Spec::AsyncSettings(_) | Spec::FunctionPermission(_) => Stage::Settings,
            Spec::BucketNotification(it) if it.delivery != Delivery::Notification => Stage::Source,
            Spec::Target(_) | Spec::Subscription(_) | Spec::BucketNotification(_) | Spec::Alarm(_) => {
                Stage::Triggers
            }
        }
    }
}
