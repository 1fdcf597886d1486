//! What the function is told by its environment.

use std::env;

use guard_contract::{BUS_VARIABLE, RULES_VARIABLE};
use time::OffsetDateTime;

/// What the responder knows before anything comes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// ARN of the edge bus; a function that an older provider made has none.
    pub bus: Option<String>,
    /// What the names of users' rules begin with; the same.
    pub rules: Option<String>,
    /// The function's log group.
    pub log_group: String,
    /// What time it is.
    pub clock: fn() -> OffsetDateTime,
}

impl Settings {
    /// The settings of this process.
    pub fn from_environment() -> Self {
        let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
        // Lambda sets the group; where it does not, the group is where Lambda logs unless told otherwise.
        let log_group = variable("AWS_LAMBDA_LOG_GROUP_NAME").unwrap_or_else(|| {
            format!("/aws/lambda/{}", variable("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default())
        });
        Self {
            bus: variable(BUS_VARIABLE),
            rules: variable(RULES_VARIABLE),
            log_group,
            clock: OffsetDateTime::now_utc,
        }
    }
}
