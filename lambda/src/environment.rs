//! What Lambda's environment variables say; guard gives its functions none of its own.

use std::env;

use guard_contract::{Handler, names};

/// Why a function can't start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// A variable of Lambda's is missing.
    #[error("the environment variable {0} is not set; Lambda sets it")]
    Missing(&'static str),
    /// The function's name is not one that the provider gives.
    #[error(
        "the function's name is \"{name}\", but has to end in \"-{handler}\": what is before it is what the names of the bus, the rules and the parameters begin with. terraform apply makes the function under its right name"
    )]
    Name {
        /// The name.
        name: String,
        /// What its handler is called.
        handler: &'static str,
    },
}

/// A variable of this process; an empty one is none.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// What the names of guard's objects begin with, by the function's own name.
///
/// # Errors
/// If its name is missing, or not one that the provider gives.
pub fn prefix(
    handler: Handler,
    variable: impl Fn(&'static str) -> Option<String>,
) -> Result<String, EnvironmentError> {
    let name = variable(FUNCTION_NAME).ok_or(EnvironmentError::Missing(FUNCTION_NAME))?;
    match names::prefix_of(&name, handler) {
        Some(prefix) => Ok(prefix.to_owned()),
        None => Err(EnvironmentError::Name { name, handler: handler.name() }),
    }
}

/// The function's name (Lambda developer guide, "Defined runtime environment variables").
pub const FUNCTION_NAME: &str = "AWS_LAMBDA_FUNCTION_NAME";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_under_another_name_does_not_start() {
        let of = |name: &str| {
            let name = name.to_owned();
            prefix(Handler::Filter, move |_| Some(name.clone())).map_err(|error| error.to_string())
        };
        assert_eq!(of("my-guard-filter"), Ok("my-guard".to_owned()));
        let error = of("guard-responder").expect_err("it is the other one");
        assert!(error.contains("\"guard-responder\"") && error.contains("\"-filter\""), "{error}");
        assert_eq!(prefix(Handler::Filter, |_| None), Err(EnvironmentError::Missing(FUNCTION_NAME)));
    }
}
