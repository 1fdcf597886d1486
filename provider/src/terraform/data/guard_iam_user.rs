//! `guard_iam_user` as a data source: a guard that somebody has built, as it is.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::{
    DataSource, Diagnostics,
    schema::Schema,
    value::{Value, ValueEmpty},
};

use super::super::guard_iam_user::found;
use super::super::panics::caught;
use super::super::provider::Configured;
use super::super::state::{ChainObject, ExpectedBlock, List, State};
use super::super::{schema, validate};

/// The data source.
pub(in super::super) struct ExistingGuard {
    configured: Configured,
}

impl ExistingGuard {
    /// One of a provider that may not be configured yet.
    pub(super) fn new(configured: Configured) -> Self {
        Self { configured }
    }
}

/// What is read: the resource's attributes, but for those that only tell Terraform what to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct ReadGuard {
    pub(in super::super) account_id: Value<String>,
    pub(in super::super) region: Value<String>,
    pub(in super::super) user_name: Value<String>,
    id: Value<String>,
    user_arn: Value<String>,
    principal_id: Value<String>,
    topology: Value<String>,
    signals: Value<Vec<Value<String>>>,
    expected: Value<Vec<Value<ExpectedBlock>>>,
    ignored_actions: List,
    mode: Value<String>,
    deactivate_keys: Value<bool>,
    notify_topic_arns: List,
    tags: Value<BTreeMap<String, Value<String>>>,
    tags_all: Value<BTreeMap<String, Value<String>>>,
    status: Value<String>,
    tripped_at: Value<String>,
    tripped_by: Value<String>,
    tripped_signal: Value<String>,
    artifact_version: Value<String>,
    chain: Value<Vec<Value<ChainObject>>>,
}

impl ReadGuard {
    /// What a refresh of the resource would put into its state.
    fn of(state: State) -> Self {
        let expected = match state.expected {
            Value::Value(block) => vec![Value::Value(block)],
            Value::Null | Value::Unknown => Vec::new(),
        };
        Self {
            account_id: state.account_id,
            region: state.region,
            user_name: state.user_name,
            id: state.id,
            user_arn: state.user_arn,
            principal_id: state.principal_id,
            topology: state.topology,
            signals: state.signals,
            expected: Value::Value(expected),
            ignored_actions: state.ignored_actions,
            mode: state.mode,
            deactivate_keys: state.deactivate_keys,
            notify_topic_arns: state.notify_topic_arns,
            tags: state.tags,
            tags_all: state.tags_all,
            status: state.status,
            tripped_at: state.tripped_at,
            tripped_by: state.tripped_by,
            tripped_signal: state.tripped_signal,
            artifact_version: state.artifact_version,
            chain: state.chain,
        }
    }
}

#[async_trait]
impl DataSource for ExistingGuard {
    type State<'a> = ReadGuard;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema::existing_guard())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: ReadGuard) -> Option<()> {
        validate::identity(diags, &config.account_id, &config.region, &config.user_name);
        Some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        config: ReadGuard,
        _meta: ValueEmpty,
    ) -> Option<ReadGuard> {
        let engine = self.configured.engine(diags)?;
        let read = caught(diags, "read a guard", None, async |diags: &mut Diagnostics| {
            found(diags, &engine, &config.account_id, &config.region, &config.user_name).await
        });
        read.await.map(ReadGuard::of)
    }
}
