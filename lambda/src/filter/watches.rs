//! What the filter knows of guarded users beyond the signals: what their scripts do, and what is to be ignored.

use std::collections::{BTreeSet, HashMap};

use guard_contract::{
    Signal, Signals, Watch,
    expected::{Action, Called, Expected, is_one_of},
};

use guard_skim::Span;

use super::{
    candidates::Candidates,
    identity::{self, User},
    record::Record,
    signals,
};

/// All guards' watches, ready to be asked about records. The default has none.
#[derive(Debug, Default)]
pub struct Watches {
    /// By account, then by name, both in their exact case. Guards in several regions may watch one user.
    users: HashMap<String, HashMap<String, Vec<Watched>>>,
    /// By account, the names of guarded users by their unique ids, which renaming leaves as they are. AWS never gives an
    /// id twice (IAM, "Unique identifiers").
    names: HashMap<String, HashMap<String, String>>,
    /// The signals' words and the names of users of whom more is known; `None` if there are no such users.
    candidates: Option<Candidates>,
    topics: BTreeSet<String>,
    accounts: BTreeSet<String>,
}

/// One guard's word on its user.
#[derive(Debug)]
struct Watched {
    expected: Option<Expected>,
    /// The same, of an ignored action: it may be called, but not from everywhere.
    elsewhere: Option<Expected>,
    ignored: Vec<Action>,
}

impl Watches {
    /// Those watches.
    pub fn new(watches: impl IntoIterator<Item = Watch>) -> Self {
        let mut all = Self::default();
        let mut names = BTreeSet::new();
        for watch in watches {
            let Watch { account, user, principal_id, expected, ignored_actions: ignored, topics, .. } = watch;
            all.topics.extend(topics);
            all.accounts.insert(account.clone());
            if expected.is_some() {
                names.extend(principal_id.clone());
                names.insert(user.clone());
            }
            if let Some(id) = principal_id {
                all.names.entry(account.clone()).or_default().insert(id, user.clone());
            }
            if expected.is_some() || !ignored.is_empty() {
                let elsewhere = expected.clone().map(|it| Expected { actions: None, ..it });
                let watched = Watched { expected, elsewhere, ignored };
                all.users.entry(account).or_default().entry(user).or_default().push(watched);
            }
        }
        if !names.is_empty() {
            let names: Vec<String> = names.iter().map(|name| closing(name)).collect();
            all.candidates = Some(Candidates::new(&names));
        }
        all
    }

    /// A user by the name under which it is guarded: one that was renamed is known by its unique id.
    pub fn guarded<'a>(&self, mut user: User<'a>) -> User<'a> {
        let names = self.names.get(&*user.account);
        let name = names.and_then(|names| names.get(user.principal_id.as_deref()?));
        if let Some(name) = name.filter(|name| **name != user.name) {
            user.name = name.clone().into();
        }
        user
    }

    /// The topics that any guard tells, sorted and each once: whom an alarm at the hub concerns.
    pub fn topics(&self) -> Vec<String> {
        self.topics.iter().cloned().collect()
    }

    /// The accounts of the guards.
    pub fn accounts(&self) -> &BTreeSet<String> {
        &self.accounts
    }

    /// Whether a record may carry a signal that has none of the signals' own words: any call of some users may.
    pub fn has_names(&self) -> bool {
        self.candidates.is_some()
    }

    /// Whether a record may carry a signal, if [`guard_skim::WORDS`] and escaped letters begin there or, without a
    /// span, anywhere; cheap, and never wrong when it says no.
    pub fn is_candidate(&self, record: &[u8], span: Option<Span>) -> bool {
        match &self.candidates {
            None => signals::is_candidate(record, span),
            Some(candidates) => candidates.may_be(record, None),
        }
    }

    /// The signals of a record of that user.
    ///
    /// If several guards watch the user, what one of them takes for a signal is one.
    pub fn signals(&self, record: &Record<'_>, user: &User<'_>) -> Signals {
        let found = signals::signals(record);
        let Some(watched) = self.users.get(&*user.account).and_then(|users| users.get(&*user.name)) else {
            return found;
        };
        let called = [
            record.event_name,
            record.source_ip_address,
            record.vpc_endpoint_id,
            record.aws_region,
            record.user_agent,
        ];
        let [name, address, vpc_endpoint, region, user_agent] = called.map(|it| it.string());
        let (source, invoked_by) = (record.service(), identity::invoked_by(record));
        let called = Called {
            source: source.as_deref(),
            name: name.as_deref(),
            address: address.as_deref(),
            vpc_endpoint: vpc_endpoint.as_deref(),
            invoked_by: invoked_by.as_deref(),
            region: region.as_deref(),
            user_agent: user_agent.as_deref(),
        };
        watched.iter().flat_map(|it| it.signals(&called, found).iter()).collect()
    }
}

impl Watched {
    /// The signals of a call that has these, expectations apart.
    fn signals(&self, called: &Called<'_>, found: Signals) -> Signals {
        let is_ignored = is_one_of(&self.ignored, called);
        let (mut signals, expected) =
            if is_ignored { (Signals::default(), &self.elsewhere) } else { (found, &self.expected) };
        if expected.as_ref().is_some_and(|expected| !expected.allows(called)) {
            signals.insert(Signal::Unexpected);
        }
        signals
    }
}

/// The end of a name in JSON. With the quote behind it, a short name is not found in every longer word; without
/// the one before it, it is also found behind a path, in an ARN.
fn closing(name: &str) -> String {
    let quoted = serde_json::Value::from(name).to_string();
    quoted[1..].to_owned()
}

#[cfg(test)]
#[path = "watches_tests.rs"]
mod tests;
