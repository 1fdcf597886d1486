//! What AWS's services can be asked, by the names that CloudTrail has for it, and which action none of them is.
//!
//! An action is compared with CloudTrail's `eventSource` and `eventName`. Policies have other names for some calls,
//! and an entry that is one of those fits no record ever. Only what is certain, or probable, is called a wrong name:
//! CloudTrail also knows services that have no model, calls that only a console makes, and operations that are newer
//! than this provider.

mod iam;
mod near;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use guard_contract::{denial::BOTOCORE, expected::Action};

use table::Service;

/// Why no call has an action's name, and what has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Misnamed {
    /// CloudTrail has another name for the service.
    Service {
        /// The action with the right service.
        names: Vec<String>,
    },
    /// The name is one of policies only.
    Policy {
        /// What CloudTrail calls what the permission is for, if there is such a call.
        names: Vec<String>,
    },
    /// No operation has the name; some have a similar one.
    Unknown {
        /// The similar ones.
        names: Vec<String>,
    },
}

/// Whether an action is named as CloudTrail names no call; `None` if some call has the name, or if nobody can know.
pub(crate) fn misnamed(action: &Action) -> Option<Misnamed> {
    let (service, name) = action.parts();
    if service.contains(['*', '?']) {
        // It may be of a service that nobody here knows.
        return None;
    }
    let services: Vec<Service<'_>> = table::services().filter(|it| it.is_of(action)).collect();
    let known = services.iter().flat_map(Service::operations).chain(table::others(action));
    if known.into_iter().any(|operation| action.is_called(operation)) {
        return None;
    }
    if services.is_empty() {
        let mut names: Vec<String> = table::services()
            .filter(|it| it.never.iter().any(|never| action.is_of(never)))
            .filter_map(|it| Some(format!("{}:{name}", it.names.first()?)))
            .collect();
        names.dedup();
        return (!names.is_empty()).then_some(Misnamed::Service { names });
    }
    let full = |name: &str| format!("{service}:{name}");
    if let Some(names) = iam::names(action) {
        return Some(Misnamed::Policy { names: names.into_iter().map(full).collect() });
    }
    let near = near::names(name, services.iter().flat_map(Service::operations));
    (!near.is_empty()).then(|| Misnamed::Unknown { names: near.into_iter().map(full).collect() })
}

impl fmt::Display for Misnamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service { names } => {
                write!(f, "CloudTrail has another name for this service, so no call fits. ")?;
                write!(f, "Write {}.", listed(names))
            }
            Self::Policy { names } if names.is_empty() => write!(
                f,
                "It is a name in policies. CloudTrail writes it for no call, so none fits, and no single call needs it: remove it, and name the calls that the script makes."
            ),
            Self::Policy { names } => {
                write!(f, "It is a name in policies. CloudTrail writes it for no call, so none fits. ")?;
                write!(f, "What the permission is for, CloudTrail writes as {}.", listed(names))
            }
            Self::Unknown { names } => {
                write!(
                    f,
                    "AWS's models (botocore {BOTOCORE}) have no such operation, so probably no call fits. "
                )?;
                write!(f, "Similar names: {}. ", listed(names))?;
                write!(f, "If a record of CloudTrail's has the name all the same, keep it.")
            }
        }
    }
}

fn listed(names: &[String]) -> String {
    names.join(", ")
}
