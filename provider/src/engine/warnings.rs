//! What a run has found that it can go on without, told once.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use crate::chain::{Forged, Guard, Hub, Location};

use super::Engine;

/// A warning for people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Warning {
    /// In a few words.
    pub(crate) summary: String,
    /// All of it.
    pub(crate) detail: String,
}

/// The warnings of a run: those not told yet, and all.
#[derive(Default)]
pub(super) struct Warnings(Mutex<(Vec<Warning>, HashSet<Warning>)>);

impl Engine {
    /// Notes something to be told; the same is told once.
    pub(super) fn warn(&self, summary: String, detail: String) {
        let warning = Warning { summary, detail };
        let mut all = self.warnings.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.1.insert(warning.clone()) {
            all.0.push(warning);
        }
    }

    /// Notes rules on a bus that pretend to be guard's.
    pub(super) fn warn_of_forged(&self, forged: &[Forged], bus: &Location, hub: &Hub) {
        for Forged { rule, why } in forged {
            let detail = format!(
                "Rule {rule} on bus {} in account {}, region {}, has a description like guard's, but guard has not written it so: {why}. guard doesn't go by it. If a guard stands there, terraform apply repairs its rule; else find out who wrote it and delete it.",
                hub.names.bus(),
                bus.account,
                bus.region,
            );
            // Terraform shows only the first of those with the same summary.
            self.warn(format!("Rule {rule} in {bus} pretends to be guard's"), detail);
        }
    }

    /// Notes that the key which tripped a guard stays inactive when the guard is re-armed.
    pub(super) fn warn_of_leaked_key(&self, guard: &Guard, key: &str) {
        let (user, account) = (&guard.user, &guard.edge.account);
        let detail = format!(
            "The call that tripped the guard of user {user} in account {account} was made with this key, which the response made inactive. The rest of the response is undone; the key stays inactive, as whoever has it could go on. Create another one for the script and delete this one. Only if the script itself was the cause, make it active again: aws iam update-access-key --user-name {user} --access-key-id {key} --status Active"
        );
        self.warn(format!("Access key {key} of user {user} stays inactive"), detail);
    }

    /// What is to be told and has not been yet.
    pub(crate) fn take_warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings.0.lock().unwrap_or_else(PoisonError::into_inner).0)
    }
}
