//! What the function is told by its environment.

use guard_contract::{BUS_VARIABLE, RULES_VARIABLE};
use time::OffsetDateTime;

use crate::environment::variable;

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
        Self::of(variable)
    }

    fn of(variable: impl Fn(&'static str) -> Option<String>) -> Self {
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

#[cfg(test)]
mod tests {
    use guard_contract::Handler;

    use super::*;
    use crate::environment::asked;

    /// Row 2 of the peers' bugs: the switch that is documented is not the one that is read.
    #[test]
    fn it_reads_the_variables_that_the_provider_sets() {
        assert_eq!(asked(|variable| drop(Settings::of(variable))), Handler::Responder.variables());
    }
}
