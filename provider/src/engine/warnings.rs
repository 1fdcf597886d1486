//! What a run has found that it can go on without, told once.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use crate::chain::{Forged, Hub, Location};

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

    /// What is to be told and has not been yet.
    pub(crate) fn take_warnings(&self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings.0.lock().unwrap_or_else(PoisonError::into_inner).0)
    }
}
