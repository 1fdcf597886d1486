//! The block `expected`: what a user does.

use std::fmt::Display;

use guard_contract::expected::Expected;
use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use super::{List, known, text};

/// The block `expected`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::terraform) struct ExpectedBlock {
    pub(in crate::terraform) actions: List,
    pub(in crate::terraform) source_ips: List,
    pub(in crate::terraform) vpce_ids: List,
    pub(in crate::terraform) regions: List,
    pub(in crate::terraform) user_agents: List,
}

impl ExpectedBlock {
    /// What the block says; `None` while anything of it is unknown.
    pub(in crate::terraform) fn expected(&self) -> Option<Expected> {
        Some(Expected {
            actions: known(&self.actions)?,
            source_ips: known(&self.source_ips)?,
            vpce_ids: known(&self.vpce_ids)?,
            regions: known(&self.regions)?,
            user_agents: known(&self.user_agents)?,
        })
    }

    /// The block that says it.
    pub(in crate::terraform) fn of(expected: &Expected) -> Self {
        fn list<T: Display>(items: Option<&Vec<T>>) -> List {
            items.map_or(Value::Null, |items| Value::Value(items.iter().map(text).collect()))
        }
        Self {
            actions: list(expected.actions.as_ref()),
            source_ips: list(expected.source_ips.as_ref()),
            vpce_ids: list(expected.vpce_ids.as_ref()),
            regions: list(expected.regions.as_ref()),
            user_agents: list(expected.user_agents.as_ref()),
        }
    }
}
