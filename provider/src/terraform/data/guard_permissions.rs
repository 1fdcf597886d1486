//! `guard_permissions`: the policies that whoever runs terraform needs.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::{
    DataSource, Diagnostics,
    schema::Schema,
    value::{Value, ValueEmpty},
};

use crate::aws::{Documents, Wanted, documents};
use crate::chain::topic_location;
use crate::engine::{Engine, Error};

use super::super::diagnostics::{attribute_error, error};
use super::super::panics::caught;
use super::super::provider::Configured;
use super::super::state::{List, given};
use super::super::{schema, validate};

/// The data source.
pub(in super::super) struct Permissions {
    configured: Configured,
}

impl Permissions {
    /// One of a provider that may not be configured yet.
    pub(super) fn new(configured: Configured) -> Self {
        Self { configured }
    }
}

/// For whom, and what.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Policies {
    pub(in super::super) account_ids: List,
    pub(in super::super) notify_topic_arns: List,
    caller_account_id: Value<String>,
    caller_policy: Value<String>,
    member_role_name: Value<String>,
    member_policies: Value<BTreeMap<String, Value<String>>>,
}

#[async_trait]
impl DataSource for Permissions {
    type State<'a> = Policies;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema::permissions())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Policies) -> Option<()> {
        validate::permissions(diags, &config.account_ids, &config.notify_topic_arns);
        Some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        config: Policies,
        _meta: ValueEmpty,
    ) -> Option<Policies> {
        let engine = self.configured.engine(diags)?;
        let read = caught(diags, "make policies", None, async |diags: &mut Diagnostics| {
            read(diags, &engine, config).await
        });
        read.await
    }
}

async fn read(diags: &mut Diagnostics, engine: &Engine, config: Policies) -> Option<Policies> {
    let found = async { Ok::<_, Error>((engine.hub().await?.0, engine.accounts.caller().await?)) };
    let (hub, caller) = match found.await {
        Ok(found) => found,
        Err(cause) => {
            error(diags, "The trail can't be found, whose bucket the policies name", cause);
            return None;
        }
    };
    let mut topics: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for topic in texts(&config.notify_topic_arns) {
        match topic_location(topic) {
            Ok(at) => topics.entry(at.account).or_default().insert(topic.to_owned()),
            Err(cause) => {
                attribute_error(diags, "notify_topic_arns", "Not a topic", cause);
                return None;
            }
        };
    }
    let accounts = texts(&config.account_ids).map(str::to_owned).collect();
    let member_role = engine.accounts.member_role.as_str();
    let role = |account: &str| engine.accounts.role(account);
    let wanted = Wanted { caller, hub, role: &role, accounts, topics, handed_on: engine.accounts.handed_on };
    let Documents { caller: callers, members } = documents(&wanted);
    let members = members.into_iter().map(|(account, policy)| (account, Value::Value(policy.to_string())));
    Some(Policies {
        caller_account_id: Value::Value(caller.to_owned()),
        caller_policy: Value::Value(callers.to_string()),
        member_role_name: Value::Value(member_role.to_owned()),
        member_policies: Value::Value(members.collect()),
        ..config
    })
}

/// The texts of a list: Terraform reads a data source once all is known.
fn texts(list: &List) -> impl Iterator<Item = &str> {
    let items = match list {
        Value::Value(items) => items.as_slice(),
        Value::Null | Value::Unknown => &[],
    };
    items.iter().filter_map(given)
}
