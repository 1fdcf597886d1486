//! The provider: configured once, then asked for its resource and data sources.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use tf_provider::{
    Diagnostics, DynamicDataSource, DynamicResource, Provider, schema::Schema, value::ValueEmpty,
};

use crate::aws::{Accounts, Environment};
use crate::engine::{Common, Engine};

use super::config::Config;
use super::data;
use super::diagnostics::{attribute_error, error, unknown};
use super::guard_iam_user::GuardIamUser;
use super::panics::caught;
use super::{schema, validate};

/// Where resource and data sources find the engine once the provider is configured.
#[derive(Clone, Default)]
pub(super) struct Configured(Arc<RwLock<Option<Arc<Engine>>>>);

impl Configured {
    /// The engine of the last configuration; an error diagnostic if there was none.
    pub(super) fn engine(&self, diags: &mut Diagnostics) -> Option<Arc<Engine>> {
        let engine = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if engine.is_none() {
            let detail = "Terraform asked for a guard before it configured the provider.";
            error(diags, "The provider is not configured", detail);
        }
        engine
    }

    /// A process that serves several runs (`TF_REATTACH_PROVIDERS`) is configured for each of them anew, and
    /// what one run has found out doesn't count for the next.
    fn set(&self, engine: Engine) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(engine));
    }
}

/// `guard`.
#[derive(Default)]
pub(crate) struct GuardProvider {
    engine: Configured,
    common: Arc<Common>,
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
        let (engine, common) = (&self.engine, &self.common);
        caught(diags, "configure itself", (), async |diags: &mut Diagnostics| {
            if let Some(configured) = configure(diags, common, &terraform_version, &config).await {
                engine.set(configured);
            }
        })
        .await;
        Some(())
    }

    fn get_resources(&self, _diags: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicResource>>> {
        let resource: Box<dyn DynamicResource> = Box::new(GuardIamUser::new(self.engine.clone()));
        Some(HashMap::from([("iam_user".to_owned(), resource)]))
    }

    fn get_data_sources(
        &self,
        _diags: &mut Diagnostics,
    ) -> Option<HashMap<String, Box<dyn DynamicDataSource>>> {
        Some(data::sources(&self.engine))
    }
}

async fn configure(
    diags: &mut Diagnostics,
    common: &Arc<Common>,
    terraform_version: &str,
    config: &Config,
) -> Option<Engine> {
    let environment = Environment::of_process();
    let settings = config.settings(terraform_version);
    let settings = settings.and_then(|settings| Ok((settings, config.tagging(&environment)?)));
    let ((settings, tagging), names) = match (settings, config.names()) {
        (Ok(settings), Ok(Ok(names))) => (settings, names),
        (_, Ok(Err(cause))) => {
            attribute_error(diags, "name_prefix", "Not a name prefix", cause);
            return None;
        }
        (Err(cause), _) | (_, Err(cause)) => {
            unknown(diags, &cause);
            return None;
        }
    };
    let delivery = match config.delivery() {
        Ok(Ok(delivery)) => delivery,
        Ok(Err(cause)) => {
            attribute_error(diags, "delivery", "Not a delivery", cause);
            return None;
        }
        Err(cause) => {
            unknown(diags, &cause);
            return None;
        }
    };
    validate::default_tags(diags, &tagging);
    match Accounts::connect(&settings, &environment).await {
        Ok(accounts) => Some(Engine::new(common.clone(), accounts, names, delivery, tagging)),
        Err(cause) => {
            let summary = "AWS can't be reached as configured";
            match cause.argument() {
                Some(argument) => attribute_error(diags, argument, summary, cause),
                None => error(diags, summary, cause),
            }
            None
        }
    }
}
