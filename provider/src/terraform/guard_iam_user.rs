//! `guard_iam_user`: the resource as Terraform calls it. Each operation is a file beside this one.

mod apply;
mod plan;
mod read;

use async_trait::async_trait;
use tf_provider::{AttributePath, Diagnostics, Resource, schema::Schema, value::ValueEmpty};

use crate::chain::{Guard, Hub};
use crate::engine::{Engine, Error};

use super::diagnostics::error;
use super::panics::caught;
use super::provider::Configured;
use super::state::State;
use super::{schema, validate};

/// The resource.
pub(super) struct GuardIamUser {
    configured: Configured,
}

impl GuardIamUser {
    /// A resource of a provider that may not be configured yet.
    pub(super) fn new(configured: Configured) -> Self {
        Self { configured }
    }

    /// The engine; an error diagnostic if the provider isn't configured.
    fn engine(&self, diags: &mut Diagnostics) -> Option<&Engine> {
        let engine = self.configured.get();
        if engine.is_none() {
            error(
                diags,
                "The provider is not configured",
                "Terraform asked for a guard before it configured the provider.",
            );
        }
        engine
    }
}

/// The hub of a guard that exists: the one found by the trail, or, where the trail is gone or another, the
/// one that the state tells of, so that a guard can always be read and removed.
async fn hub_of(engine: &Engine, state: &State) -> Result<Hub, Error> {
    let before = state.hub(&engine.names);
    match (engine.hub().await, before) {
        (Ok((found, _)), Some(before))
            if before.location == found.location && before.bucket == found.bucket =>
        {
            Ok(found.clone())
        }
        (_, Some(before)) => {
            engine.check_caller(&before)?;
            Ok(before)
        }
        (Ok((found, _)), None) => Ok(found.clone()),
        (Err(cause), None) => Err(cause),
    }
}

fn described(guard: &Guard) -> String {
    format!("guard {}", Guard::id(&guard.edge, &guard.user))
}

#[async_trait]
impl Resource for GuardIamUser {
    type State<'a> = State;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema::guard_iam_user())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: State) -> Option<()> {
        validate::resource(diags, &config);
        Some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: State,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State, ValueEmpty)> {
        let engine = self.engine(diags)?;
        let kept = Some(state.clone());
        let state = caught(diags, "read a guard", kept, async |diags: &mut Diagnostics| {
            read::read(diags, engine, state).await
        });
        Some((state.await?, private))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        proposed: State,
        config: State,
        _meta: ValueEmpty,
    ) -> Option<(State, ValueEmpty)> {
        let engine = self.engine(diags)?;
        let planned = caught(diags, "plan a guard", None, async |diags: &mut Diagnostics| {
            plan::create(diags, engine, proposed, &config).await
        });
        Some((planned.await?, ValueEmpty::Null))
    }

    async fn plan_update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        proposed: State,
        config: State,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State, ValueEmpty, Vec<AttributePath>)> {
        let engine = self.engine(diags)?;
        let planned = caught(diags, "plan a guard", None, async |diags: &mut Diagnostics| {
            plan::update(diags, engine, &prior, proposed, &config).await
        });
        let (state, replaced) = planned.await?;
        Some((state, private, replaced))
    }

    async fn plan_destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<ValueEmpty> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: State,
        _config: State,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State, ValueEmpty)> {
        let engine = self.engine(diags)?;
        let state = caught(diags, "build a guard", None, async |diags: &mut Diagnostics| {
            apply::create(diags, engine, planned).await
        });
        Some((state.await?, private))
    }

    async fn update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        planned: State,
        _config: State,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State, ValueEmpty)> {
        let engine = self.engine(diags)?;
        let kept = Some(prior.clone());
        let state = caught(diags, "change a guard", kept, async |diags: &mut Diagnostics| {
            Some(apply::update(diags, engine, prior, planned).await)
        });
        Some((state.await?, private))
    }

    async fn destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        _private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<()> {
        // Without an error Terraform forgets the guard, whatever is returned.
        let engine = self.engine(diags)?;
        caught(diags, "remove a guard", (), async |diags: &mut Diagnostics| {
            apply::destroy(diags, engine, &prior).await;
        })
        .await;
        Some(())
    }

    async fn import<'a>(&self, diags: &mut Diagnostics, id: String) -> Option<(State, ValueEmpty)> {
        let engine = self.engine(diags)?;
        let state = caught(diags, "import a guard", None, async |diags: &mut Diagnostics| {
            read::import(diags, engine, &id).await
        });
        Some((state.await?, ValueEmpty::Null))
    }
}
