//! What the responder asks of AWS, beside IAM ([`UserDenier`]) and topics ([`Publisher`]).

use std::{collections::BTreeMap, future::Future};

use super::UserDenier;
use crate::{Refusal, notify::Publisher};

/// A user's rule: the guard's record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Its ARN.
    pub arn: String,
    /// Its event pattern, which names the user.
    pub pattern: String,
    /// Its description, which holds the guard's settings.
    pub description: String,
}

/// Where rules and their tags are: the edge bus.
pub trait RuleBook {
    /// The rule of that name; `None` if there is none.
    ///
    /// # Errors
    /// If it may not be read.
    fn rule(&self, bus: &str, rule: &str) -> impl Future<Output = Result<Option<Rule>, Refusal>> + Send;

    /// The ARNs of all rules whose names begin so.
    ///
    /// # Errors
    /// If they may not be listed.
    fn rules(&self, bus: &str, prefix: &str) -> impl Future<Output = Result<Vec<String>, Refusal>> + Send;

    /// A rule's tags.
    ///
    /// # Errors
    /// If there is no such rule, or they may not be read.
    fn tags(&self, arn: &str) -> impl Future<Output = Result<BTreeMap<String, String>, Refusal>> + Send;

    /// Sets tags of a rule, and leaves all others as they are.
    ///
    /// # Errors
    /// If there is no such rule, or they may not be written.
    fn tag(
        &self,
        arn: &str,
        tags: &BTreeMap<String, String>,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;
}

/// Where an incident is claimed and its evidence kept: log streams of the function's own log group. Making one is
/// the one thing that a function may do anyway and of which AWS lets only the first succeed.
pub trait Claims {
    /// Makes a log stream; `false` if it exists already.
    ///
    /// # Errors
    /// If it can't be made.
    fn claim(&self, stream: &str) -> impl Future<Output = Result<bool, Refusal>> + Send;

    /// Puts a text into a log stream.
    ///
    /// # Errors
    /// If it is not taken.
    fn keep(&self, stream: &str, text: &str) -> impl Future<Output = Result<(), Refusal>> + Send;
}

/// Who puts `Guard Tripped` on the account's default bus.
pub trait Announcer {
    /// Puts the event; `resource` is what it is about, the user's ARN.
    ///
    /// # Errors
    /// If the bus does not take it.
    fn announce(
        &self,
        resource: Option<&str>,
        detail: &str,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;
}

/// All of them, as one client of AWS (or a double of it) is.
pub trait Services: UserDenier + RuleBook + Claims + Announcer + Publisher {}

impl<T: UserDenier + RuleBook + Claims + Announcer + Publisher> Services for T {}
