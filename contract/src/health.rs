//! The alarms on guard itself: on its dead-letter queues and on its functions.
//!
//! The provider makes them; the functions, which anybody's alarm may call, know by their names which are guard's own.

use crate::{
    Handler,
    names::{dead_letters, function},
};

/// An alarm on guard itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HealthAlarm {
    /// Something waits in a place's dead-letter queue.
    DeadLetters,
    /// Failed invocations of a function.
    Errors(Handler),
    /// The filter could not read what a guard expects.
    UnreadableWatches,
}

impl HealthAlarm {
    /// All of them.
    pub const ALL: [HealthAlarm; 4] = [
        HealthAlarm::DeadLetters,
        HealthAlarm::Errors(Handler::Filter),
        HealthAlarm::Errors(Handler::Responder),
        HealthAlarm::UnreadableWatches,
    ];

    /// The alarm's name, under the names' prefix.
    pub fn name(self, prefix: &str) -> String {
        match self {
            Self::DeadLetters => dead_letters(prefix),
            Self::Errors(handler) => format!("{}-errors", function(prefix, handler)),
            Self::UnreadableWatches => format!("{}-watches", function(prefix, Handler::Filter)),
        }
    }

    /// The alarm of exactly that name.
    pub fn named(name: &str, prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alarm| alarm.name(prefix) == name)
    }

    /// The alarm's description, in the words that whoever it wakes reads; `place` is `<account>/<region>`.
    pub fn description(self, prefix: &str, place: &str) -> String {
        match self {
            Self::DeadLetters => format!(
                "guard: something could not be delivered or handled and waits in queue {} in {place} for 14 days. Read it, mend the cause and replay it (guide: It tripped: now what)",
                dead_letters(prefix)
            ),
            Self::Errors(handler) => format!(
                "guard: function {} in {place} failed. It is tried twice more; what then still fails is in the dead-letter queue. Its log group says why",
                function(prefix, handler)
            ),
            Self::UnreadableWatches => format!(
                "guard: function {} in {place} can't read what a guard expects, so that guard trips by its other signals only. Its log group names the parameter; terraform apply repairs it",
                function(prefix, Handler::Filter)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_names_are_guards_alarms() {
        for alarm in HealthAlarm::ALL {
            assert_eq!(HealthAlarm::named(&alarm.name("g"), "g"), Some(alarm));
        }
        for other in ["g-dead-letters2", "guard-dead-letters", "g-filter", "", "g-", "g-dead-letters\n"] {
            assert_eq!(HealthAlarm::named(other, "g"), None, "{other}");
        }
    }
}
