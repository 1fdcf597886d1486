//! What a function is told by its environment.

use std::env;

/// Why a function can't start.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set; Lambda, or the function's configuration, has to set it")]
pub struct MissingVariable(pub &'static str);

/// A variable of this process; an empty one is none.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Which variables of ours are asked for, in that order.
#[cfg(test)]
pub(crate) fn asked(read: impl FnOnce(&dyn Fn(&'static str) -> Option<String>)) -> Vec<&'static str> {
    let asked = std::cell::RefCell::new(Vec::new());
    read(&|name| {
        asked.borrow_mut().push(name);
        Some("something".to_owned())
    });
    let mut asked = asked.into_inner();
    // The others are Lambda's.
    asked.retain(|name| name.starts_with("GUARD_"));
    asked
}
