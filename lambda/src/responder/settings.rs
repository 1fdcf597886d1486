//! What the responder knows before anything comes.

use guard_contract::{Handler, names};
use time::OffsetDateTime;

use crate::environment::{EnvironmentError, FUNCTION_NAME, prefix, variable};

/// Where the responder finds what it needs; all of it is in its own account and region.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The edge bus's name.
    pub bus: String,
    /// What the names of users' rules begin with.
    pub rules: String,
    /// The function's log group.
    pub log_group: String,
    /// What time it is.
    pub clock: fn() -> OffsetDateTime,
}

impl Settings {
    /// The settings of this process.
    ///
    /// # Errors
    /// If the function's name does not tell them.
    pub fn from_environment() -> Result<Self, EnvironmentError> {
        Self::of(variable)
    }

    fn of(variable: impl Fn(&'static str) -> Option<String>) -> Result<Self, EnvironmentError> {
        // Lambda sets the group; where it does not, the group is where Lambda logs unless told otherwise.
        let log_group = variable("AWS_LAMBDA_LOG_GROUP_NAME")
            .unwrap_or_else(|| format!("/aws/lambda/{}", variable(FUNCTION_NAME).unwrap_or_default()));
        let prefix = prefix(Handler::Responder, variable)?;
        Ok(Self {
            bus: names::bus(&prefix),
            rules: names::user_rules(&prefix),
            log_group,
            clock: OffsetDateTime::now_utc,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_name_is_all_that_it_needs() {
        let name = |variable: &str| (variable == FUNCTION_NAME).then(|| "my-guard-responder".to_owned());
        let settings = Settings::of(name).expect("it is ours");
        assert_eq!((settings.bus.as_str(), settings.rules.as_str()), ("my-guard-bus", "my-guard-user-"));
        assert_eq!(settings.log_group, "/aws/lambda/my-guard-responder");
    }
}
