//! The policies of whoever runs terraform: those that `guard_permissions` makes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};

use crate::{
    Error, Result,
    cloud::Cloud,
    terraform::{SOURCE, Workspace},
};

/// Every topic that the tests tell.
const TOPICS: [&str; 5] = [
    "arn:aws:sns:eu-west-1:222222222222:missing",
    "arn:aws:sns:eu-west-1:222222222222:near",
    "arn:aws:sns:eu-west-1:222222222222:security",
    "arn:aws:sns:us-east-1:333333333333:far",
    "arn:aws:sns:us-east-1:333333333333:theirs",
];

/// IAM: the length of a managed policy.
const MANAGED: usize = 6_144;

/// What the provider said for some accounts: asking it takes longer than starting a local AWS.
static MADE: Mutex<BTreeMap<Vec<String>, Policies>> = Mutex::new(BTreeMap::new());

/// Documents of policies.
#[derive(Clone, Debug)]
pub struct Policies {
    /// The caller's.
    pub caller: Value,
    /// That of the role in each member account.
    pub members: BTreeMap<String, Value>,
}

impl Policies {
    /// Those for guards in every account of a local AWS that tell every topic of the tests.
    ///
    /// # Errors
    /// If the provider doesn't say.
    pub fn usual(cloud: &Cloud) -> Result<Self> {
        let accounts = accounts(cloud);
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(policies) = made.get(&accounts) {
            return Ok(policies.clone());
        }
        let policies = Self::of(cloud, &accounts, &TOPICS)?;
        made.insert(accounts, policies.clone());
        Ok(policies)
    }

    /// The same where a trail is not as it was made: they name its bucket.
    ///
    /// # Errors
    /// If the provider doesn't say.
    pub fn anew(cloud: &Cloud) -> Result<Self> {
        Self::of(cloud, &accounts(cloud), &TOPICS)
    }

    /// Those of somebody who may do everything, in every account.
    pub fn of_anybody(cloud: &Cloud) -> Self {
        let all = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        });
        let members = cloud.ready().member_accounts.iter().map(|account| (account.clone(), all.clone()));
        Self { members: members.collect(), caller: all }
    }

    /// Those for guards in these accounts that tell these topics.
    ///
    /// # Errors
    /// If the provider doesn't say.
    pub fn of(cloud: &Cloud, accounts: &[String], topics: &[&str]) -> Result<Self> {
        Self::configured(cloud, "", accounts, topics)
    }

    /// The same with further arguments in the provider block.
    ///
    /// # Errors
    /// If the provider doesn't say.
    pub fn configured(cloud: &Cloud, block: &str, accounts: &[String], topics: &[&str]) -> Result<Self> {
        let ready = cloud.ready();
        let terraform = Workspace::new(&cloud.administrator(&ready.management_account))?;
        Self::said(&terraform, &ready.hub_region, block, accounts, topics)
    }

    /// What the provider says in a workspace, with further arguments in the provider block.
    ///
    /// # Errors
    /// If it doesn't say.
    pub fn said(
        terraform: &Workspace,
        region: &str,
        block: &str,
        accounts: &[String],
        topics: &[&str],
    ) -> Result<Self> {
        let text = format!(
            "terraform {{\n  required_providers {{\n    guard = {{ source = \"{SOURCE}\" }}\n  }}\n}}\n\
             provider \"guard\" {{\n  region = \"{region}\"\n{block}\n}}\n\
             data \"guard_permissions\" \"all\" {{\n  account_ids = {accounts:?}\n  notify_topic_arns = {topics:?}\n}}\n"
        );
        terraform.write("main.tf", &text)?;
        terraform.apply()?;
        let said = terraform.resource("data.guard_permissions.all")?;
        let members = said["member_policies"].as_object().into_iter().flatten();
        let members = members.map(|(account, policy)| Ok((account.clone(), document(policy)?)));
        Ok(Self { caller: document(&said["caller_policy"])?, members: members.collect::<Result<_>>()? })
    }

    /// The caller's documents: its own, and that of the member roles in a second one where a managed policy
    /// (6,144 characters) can't hold both, as the documentation of `guard_permissions` says.
    pub fn callers(&self) -> (String, String) {
        let whole = self.caller.to_string();
        if whole.len() <= MANAGED {
            return (whole, String::new());
        }
        let (mut rest, mut entering) = (self.caller.clone(), self.caller.clone());
        for (document, keeps) in [(&mut rest, false), (&mut entering, true)] {
            if let Some(statements) = document["Statement"].as_array_mut() {
                statements.retain(|statement| (statement["Sid"] == "MemberRoles") == keeps);
            }
        }
        (rest.to_string(), entering.to_string())
    }

    /// Every permission in them: account (of the caller, or the member's), statement, action.
    pub fn each(&self, management: &str) -> Vec<Permission> {
        let caller = [(management.to_owned(), &self.caller)];
        let members = self.members.iter().map(|(account, policy)| (account.clone(), policy));
        let mut all = Vec::new();
        for (account, policy) in caller.into_iter().chain(members) {
            for statement in policy["Statement"].as_array().into_iter().flatten() {
                for action in statement["Action"].as_array().into_iter().flatten() {
                    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                    all.push(Permission {
                        account: account.clone(),
                        statement: text(&statement["Sid"]),
                        action: text(action),
                    });
                }
            }
        }
        all
    }

    /// The same without one of them.
    #[must_use]
    pub fn without(&self, permission: &Permission) -> Self {
        let mut less = self.clone();
        let policy = less.members.get_mut(&permission.account).unwrap_or(&mut less.caller);
        for statement in policy["Statement"].as_array_mut().into_iter().flatten() {
            if statement["Sid"] == permission.statement.as_str()
                && let Some(actions) = statement["Action"].as_array_mut()
            {
                actions.retain(|action| action != permission.action.as_str());
            }
        }
        if let Some(statements) = policy["Statement"].as_array_mut() {
            statements.retain(|statement| statement["Action"].as_array().is_some_and(|all| !all.is_empty()));
        }
        less
    }
}

/// One action of one statement of an account's policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission {
    /// The account of whoever has it.
    pub account: String,
    /// The statement.
    pub statement: String,
    /// The action.
    pub action: String,
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} in {}", self.action, self.statement, self.account)
    }
}

fn document(text: &Value) -> Result<Value> {
    serde_json::from_str(text.as_str().unwrap_or_default()).map_err(Error::json("a policy"))
}

fn accounts(cloud: &Cloud) -> Vec<String> {
    let ready = cloud.ready();
    ready.member_accounts.iter().chain([&ready.management_account]).cloned().collect()
}
