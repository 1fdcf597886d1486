//! The provider: configured once, then asked for its resource.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use tf_provider::{Diagnostics, DynamicResource, Provider, schema::Schema, value::ValueEmpty};

use crate::aws::Accounts;
use crate::engine::Engine;

use super::config::Config;
use super::diagnostics::{attribute_error, error, unknown};
use super::guard_iam_user::GuardIamUser;
use super::panics::caught;
use super::{schema, validate};

/// Where the resource finds the engine once the provider is configured.
pub(super) type Configured = Arc<OnceLock<Engine>>;

/// `guard`.
#[derive(Default)]
pub(crate) struct GuardProvider {
    engine: Configured,
}

#[async_trait]
impl Provider for GuardProvider {
    type Config<'a> = Config;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema::provider())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Config) -> Option<()> {
        validate::provider(diags, &config);
        Some(())
    }

    async fn configure<'a>(
        &self,
        diags: &mut Diagnostics,
        terraform_version: String,
        config: Config,
    ) -> Option<()> {
        let engine = &self.engine;
        caught(diags, "configure itself", (), async |diags: &mut Diagnostics| {
            configure(diags, engine, &terraform_version, &config).await;
        })
        .await;
        Some(())
    }

    fn get_resources(&self, _diags: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicResource>>> {
        let resource: Box<dyn DynamicResource> = Box::new(GuardIamUser::new(self.engine.clone()));
        Some(HashMap::from([("iam_user".to_owned(), resource)]))
    }
}

async fn configure(diags: &mut Diagnostics, slot: &Configured, terraform_version: &str, config: &Config) {
    let parts = (config.settings(terraform_version), config.trail_name(), config.names());
    let (settings, trail_name, names) = match parts {
        (Ok(settings), Ok(trail_name), Ok(Ok(names))) => (settings, trail_name, names),
        (_, _, Ok(Err(cause))) => return attribute_error(diags, "name_prefix", "Not a name prefix", cause),
        (Err(cause), _, _) | (_, Err(cause), _) | (_, _, Err(cause)) => return unknown(diags, &cause),
    };
    match Accounts::connect(&settings).await {
        Ok(accounts) => {
            // Terraform configures a provider once per process.
            let _ = slot.set(Engine::new(accounts, names, trail_name));
        }
        Err(cause) => error(diags, "AWS can't be reached as configured", cause),
    }
}
