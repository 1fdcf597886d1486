//! What the filter is told by its environment.

use guard_contract::{BUS_VARIABLE, WATCHES_VARIABLE};

use crate::environment::{MissingVariable, variable};

/// What the filter knows before anything comes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// ARN of the hub bus.
    pub bus: String,
    /// The SSM path of the watches; a function that an older provider made has none.
    pub watches: Option<String>,
}

impl Settings {
    /// The settings of this process.
    ///
    /// # Errors
    /// If it is not told of its bus.
    pub fn from_environment() -> Result<Self, MissingVariable> {
        Self::of(variable)
    }

    fn of(variable: impl Fn(&'static str) -> Option<String>) -> Result<Self, MissingVariable> {
        let bus = variable(BUS_VARIABLE).ok_or(MissingVariable(BUS_VARIABLE))?;
        Ok(Self { bus, watches: variable(WATCHES_VARIABLE) })
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
        assert_eq!(asked(|variable| drop(Settings::of(variable))), Handler::Filter.variables());
    }
}
