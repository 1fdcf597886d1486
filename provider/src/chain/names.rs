//! The names of our objects: computed, never random, so that a plan can tell them all.
//!
//! `<prefix>`, then what it is, then whom it is for. A user name may hold characters that rules may not, so
//! it enters a name as a readable part and a hash of account and user.

use guard_contract::{Handler, HealthAlarm, names};

use super::Location;

/// Names under one prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    prefix: String,
}

/// What no parameter's name may begin with (Systems Manager user guide, "Parameter name requirements and constraints").
const RESERVED: [&str; 2] = ["aws", "ssm"];

/// A prefix that would make names that AWS refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" can't be a name prefix: it needs 1 to 16 characters, lower-case letters, digits and hyphens, a letter first and no hyphen last (a role's name, with two regions and an account behind the prefix, has at most 64), and can't begin with aws or ssm (AWS refuses parameters of such names)"
)]
pub(crate) struct PrefixError(String);

impl Names {
    /// Names under that prefix.
    ///
    /// # Errors
    /// If a name made with it could be longer than AWS allows or hold what AWS refuses.
    pub(crate) fn new(prefix: &str) -> Result<Self, PrefixError> {
        let good = (1..=16).contains(&prefix.len())
            && prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && prefix.as_bytes()[0].is_ascii_lowercase()
            && !prefix.ends_with('-')
            && !RESERVED.iter().any(|reserved| prefix.starts_with(reserved));
        if good { Ok(Self { prefix: prefix.to_owned() }) } else { Err(PrefixError(prefix.to_owned())) }
    }

    /// What all names begin with.
    pub(crate) fn all(&self) -> String {
        format!("{}-", self.prefix)
    }

    /// The path of the parameters that tell the filter of guards.
    pub(crate) fn watches(&self) -> String {
        names::watches(&self.prefix)
    }

    /// The bus of an account and region.
    pub(crate) fn bus(&self) -> String {
        names::bus(&self.prefix)
    }

    /// The dead-letter queue of an account and region.
    pub(crate) fn queue(&self) -> String {
        names::dead_letters(&self.prefix)
    }

    /// A function.
    pub(crate) fn function(&self, handler: Handler) -> String {
        names::function(&self.prefix, handler)
    }

    /// An alarm on guard itself.
    pub(crate) fn health_alarm(&self, which: HealthAlarm) -> String {
        which.name(&self.prefix)
    }

    /// Whether an alarm of that name would be guard's: one on guard itself, or a user's.
    pub(crate) fn is_alarm(&self, name: &str) -> bool {
        let readable = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let user = name.strip_prefix(&self.user_rules()).and_then(|rest| rest.rsplit_once('-'));
        HealthAlarm::ALL.iter().any(|which| self.health_alarm(*which) == name)
            || user.is_some_and(|(slug, hash)| {
                slug.bytes().all(readable)
                    && hash.len() == 8
                    && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    }

    /// What that alarm says of itself.
    pub(crate) fn health_description(&self, which: HealthAlarm, at: &Location) -> String {
        which.description(&self.prefix, &at.to_string())
    }

    /// The log group of a function, where Lambda writes by itself.
    pub(crate) fn log_group(&self, handler: Handler) -> String {
        format!("/aws/lambda/{}", self.function(handler))
    }

    /// The role of a function. Roles are global in an account, so the region is in it.
    pub(crate) fn function_role(&self, handler: Handler, region: &str) -> String {
        format!("{}-{region}", self.function(handler))
    }

    /// The name that all forwarding rules begin with.
    pub(crate) fn forward_rules(&self) -> String {
        format!("{}-to-", self.prefix)
    }

    /// The rule, on the bus before, that forwards to the bus of `to`.
    pub(crate) fn forward_rule(&self, to: &Location) -> String {
        format!("{}{}-{}", self.forward_rules(), to.account, to.region)
    }

    /// The role with which that rule forwards.
    pub(crate) fn forward_role(&self, from: &Location, to: &Location) -> String {
        format!("{}-{}-to-{}-{}", self.prefix, from.region, to.account, to.region)
    }

    /// The name that all users' rules begin with.
    pub(crate) fn user_rules(&self) -> String {
        names::user_rules(&self.prefix)
    }

    /// A user's rule, and its alarm.
    pub(crate) fn user_rule(&self, account: &str, user: &str) -> String {
        guard_contract::user_rule(&self.user_rules(), account, user)
    }

    /// The rule, on the default bus, that picks the trail's files.
    pub(crate) fn trail_rule(&self) -> String {
        format!("{}-trail", self.prefix)
    }

    /// The id of our entry in the bucket's notification.
    pub(crate) fn notification(&self) -> String {
        self.function(Handler::Filter)
    }

    /// The id of our statement in policies of buses and functions.
    pub(crate) fn statement(&self, for_whom: &str) -> String {
        format!("{}-{for_whom}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_names_fit() {
        let names = Names::new("a234567890123456").expect("16 characters");
        let far = Location::new("222222222222", "ap-southeast-4");
        assert!(names.forward_role(&far, &far).len() <= 64);
        assert!(names.forward_rule(&far).len() <= 64);
        assert!(names.user_rule("222222222222", &"x".repeat(64)).len() <= 64);
        assert!(names.function_role(Handler::Responder, "ap-southeast-4").len() <= 64);
    }

    #[test]
    fn a_prefix_that_breaks_a_name_is_refused() {
        for bad in
            ["", "Guard", "1guard", "guard-", "guard_x", "seventeen-letters", "aws", "aws-guard", "ssm-guard"]
        {
            assert!(Names::new(bad).is_err(), "{bad}");
        }
    }
}
