//! What the filter knows before anything comes.

use guard_contract::{Handler, names};

use crate::environment::{EnvironmentError, prefix, variable};

/// Where the filter finds what it needs; all of it is in its own account and region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The hub bus's name.
    pub bus: String,
    /// The SSM path of the watches.
    pub watches: String,
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
        let prefix = prefix(Handler::Filter, variable)?;
        Ok(Self { bus: names::bus(&prefix), watches: names::watches(&prefix) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_name_is_all_that_it_needs() {
        let settings = Settings::of(|_| Some("my-guard-filter".to_owned())).expect("it is ours");
        assert_eq!(settings, Settings { bus: "my-guard-bus".into(), watches: "/my-guard/watches".into() });
    }
}
