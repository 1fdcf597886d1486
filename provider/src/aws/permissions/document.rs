//! The documents: the table as IAM policies for some accounts.

use std::collections::{BTreeMap, BTreeSet};

use guard_contract::{Partition, deny_policy_arn};
use serde_json::{Value, json};

use crate::chain::{Hub, Location, bucket_arn, iam_arn};

use super::super::HandedOn;
use super::table::{Grant, On, TABLE, Who};

/// For whom documents are wanted.
pub(crate) struct Wanted<'a> {
    /// The caller's account.
    pub(crate) caller: &'a str,
    /// The hub: the account and name of the trail's bucket, the names.
    pub(crate) hub: &'a Hub,
    /// ARN of the role in an account.
    pub(crate) role: &'a dyn Fn(&str) -> String,
    /// The accounts that guarded users live in.
    pub(crate) accounts: BTreeSet<String>,
    /// What the caller's session hands on to those of the roles.
    pub(crate) handed_on: HandedOn,
    /// ARNs of the topics that guards tell, by their account.
    pub(crate) topics: BTreeMap<String, BTreeSet<String>>,
}

/// The documents.
#[derive(Debug, PartialEq)]
pub(crate) struct Documents {
    /// The caller's.
    pub(crate) caller: Value,
    /// That of the role in each member account.
    pub(crate) members: BTreeMap<String, Value>,
}

/// Makes the documents.
pub(crate) fn documents(wanted: &Wanted<'_>) -> Documents {
    let others = wanted.others().into_iter();
    Documents {
        caller: document(wanted, wanted.caller),
        members: others.map(|account| (account.to_owned(), document(wanted, account))).collect(),
    }
}

/// The document of one account: a statement for each thing to do something on.
fn document(wanted: &Wanted<'_>, account: &str) -> Value {
    let mut statements: Vec<(On, Vec<&str>)> = Vec::new();
    for Grant { actions, on, .. } in TABLE.iter().filter(|grant| wanted.needs(grant.who, account)) {
        match statements.iter_mut().find(|(other, _)| other == on) {
            Some((_, all)) => all.extend(*actions),
            None => statements.push((*on, actions.to_vec())),
        }
    }
    let statement = |(on, mut actions): (On, Vec<&str>)| {
        actions.sort_unstable();
        let mut statement = json!({
            "Sid": format!("{on:?}"),
            "Effect": "Allow",
            "Action": actions,
            "Resource": wanted.resources(on, account),
        });
        if let Some(condition) = condition(on, wanted.hub.location.partition()) {
            statement["Condition"] = condition;
        }
        statement
    };
    json!({ "Version": "2012-10-17", "Statement": statements.into_iter().map(statement).collect::<Vec<_>>() })
}

impl Wanted<'_> {
    fn needs(&self, who: Who, account: &str) -> bool {
        let (at_hub, guarded) = (account == self.hub.location.account, self.accounts.contains(account));
        match who {
            Who::Caller => account == self.caller,
            Who::SourceIdentity => account == self.caller && self.handed_on.source_identity,
            Who::SessionTags => account == self.caller && self.handed_on.tags,
            Who::Hub => at_hub,
            Who::Subscriber => at_hub && self.hub.topic.is_some(),
            Who::Member => guarded && !at_hub,
            Who::Both => guarded || at_hub,
            Who::Users => guarded,
            Who::Topics => self.topics.contains_key(account),
        }
    }

    fn resources(&self, on: On, account: &str) -> Vec<String> {
        let names = &self.hub.names;
        let (all, bus, watches) = (names.all(), names.bus(), names.watches());
        let here = Location::new(account, &self.hub.location.region);
        let partition = here.partition().name();
        let one = |service: &str, what: &str| vec![format!("arn:{partition}:{service}:*:{account}:{what}")];
        let global = |what: &str| vec![iam_arn(&here, what)];
        match on {
            On::Everything => vec!["*".to_owned()],
            On::MemberRoles => self.member_roles(),
            On::Trails => one("cloudtrail", "trail/*"),
            On::Bucket => vec![bucket_arn(&here, &self.hub.bucket)],
            On::Parameters => {
                [one("ssm", &format!("parameter{watches}")), one("ssm", &format!("parameter{watches}/*"))]
                    .concat()
            }
            On::BusAndRules => {
                let mut all = vec![format!("event-bus/{bus}"), format!("rule/{bus}/*")];
                // On the default bus, where `delivery` is, or was, "eventbridge".
                all.extend(
                    (account == self.hub.location.account).then(|| format!("rule/{}", names.trail_rule())),
                );
                all.iter().flat_map(|what| one("events", what)).collect()
            }
            On::Functions => one("lambda", &format!("function:{all}*")),
            On::LogGroups => one("logs", &format!("log-group:/aws/lambda/{all}*")),
            On::Queue => one("sqs", &names.queue()),
            On::Alarms => one("cloudwatch", &format!("alarm:{all}*")),
            On::MuteRules => one("cloudwatch", "alarm-mute-rule:*"),
            On::Roles | On::PassedRoles => global(&format!("role/{all}*")),
            On::Users | On::UsersDeny => global("user/*"),
            On::TrailTopic => self.hub.topic.iter().cloned().collect(),
            On::Topics => self.topics.get(account).into_iter().flatten().cloned().collect(),
        }
    }

    /// The accounts that the caller enters by a role.
    fn others(&self) -> BTreeSet<&str> {
        let hub = &self.hub.location.account;
        let all = self.accounts.iter().chain(self.topics.keys()).chain([hub]).map(String::as_str);
        all.filter(|account| *account != self.caller).collect()
    }

    fn member_roles(&self) -> Vec<String> {
        self.others().into_iter().map(self.role).collect()
    }
}

fn condition(on: On, partition: Partition) -> Option<Value> {
    match on {
        On::PassedRoles => Some(json!({
            "StringEquals": { "iam:PassedToService": ["events.amazonaws.com", "lambda.amazonaws.com"] },
        })),
        On::UsersDeny => Some(json!({ "ArnEquals": { "iam:PolicyARN": deny_policy_arn(partition) } })),
        _ => None,
    }
}
