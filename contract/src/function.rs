//! The two functions of the artifact: how they are told apart, set up and measured.

/// A function's `Handler` setting; Lambda passes it to the bootstrap in `_HANDLER`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handler {
    /// Reads CloudTrail's files and puts suspicious records on the hub bus.
    Filter,
    /// Denies a user everything.
    Responder,
}

impl Handler {
    /// Both handlers.
    pub const ALL: [Handler; 2] = [Handler::Filter, Handler::Responder];

    /// The value of the function's `Handler` setting.
    pub const fn name(self) -> &'static str {
        match self {
            Handler::Filter => "filter",
            Handler::Responder => "responder",
        }
    }

    /// The handler of that name.
    pub fn named(name: &str) -> Option<Handler> {
        Self::ALL.into_iter().find(|handler| handler.name() == name)
    }
}

/// CloudWatch namespace of the filter's metrics, which it writes as embedded metric format log lines.
pub const METRICS_NAMESPACE: &str = "Guard";

/// Names of the filter's metrics. `RecordsIn` = `RecordsKept` + `RecordsDropped`, always.
pub mod metric {
    /// Objects read to their end.
    pub const OBJECTS: &str = "Objects";
    /// Keys skipped because they are not CloudTrail event files.
    pub const OBJECTS_SKIPPED: &str = "ObjectsSkipped";
    /// Objects that could not be read to their end.
    pub const OBJECTS_FAILED: &str = "ObjectsFailed";
    /// Records read.
    pub const RECORDS_IN: &str = "RecordsIn";
    /// Records that became events for the bus.
    pub const RECORDS_KEPT: &str = "RecordsKept";
    /// Records that are nobody's signal.
    pub const RECORDS_DROPPED: &str = "RecordsDropped";
    /// Kept records that were not put on the bus, because others of the same user and signals tell as much.
    pub const RECORDS_REPEATED: &str = "RecordsRepeated";
    /// Guards' watches that could not be read or parsed: those guards' expectations do nothing.
    pub const WATCHES_UNREADABLE: &str = "WatchesUnreadable";
    /// Events that the bus did not take; the invocation that had them fails and is run again.
    pub const EVENTS_REFUSED: &str = "EventsRefused";
}
