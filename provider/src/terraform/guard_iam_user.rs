//! `guard_iam_user`: the resource as Terraform calls it. Each operation is a file beside this one.

mod apply;
mod plan;
mod private;
mod read;

use async_trait::async_trait;
use tf_provider::{
    AttributePath, Diagnostics, Resource,
    schema::Schema,
    value::{Value, ValueEmpty},
};

use crate::chain::{Guard, Hub};
use crate::engine::{Engine, Error};

use super::diagnostics::warning;
use super::panics::caught;
use super::provider::Configured;
use super::state::State;
use super::{schema, validate};
use private::Private;

pub(super) use read::found;

/// The resource.
pub(super) struct GuardIamUser {
    configured: Configured,
}

impl GuardIamUser {
    /// A resource of a provider that may not be configured yet.
    pub(super) fn new(configured: Configured) -> Self {
        Self { configured }
    }
}

/// The hub of a guard that exists: the one that it was built from, so that a guard can always be read and
/// removed, or, where nothing tells, the one found by the trail.
async fn hub_of(engine: &Engine, state: &State, private: &Private) -> Result<Hub, Error> {
    if let Some(hub) = private.hub(&engine.names) {
        engine.trust(&hub);
        return Ok(hub);
    }
    let before = state.hub(&engine.names);
    match (engine.hub().await, before) {
        (Ok((found, _)), Some(before))
            if before.location == found.location && before.bucket == found.bucket =>
        {
            Ok(found.clone())
        }
        (_, Some(before)) => {
            engine.trust(&before);
            Ok(before)
        }
        (Ok((found, _)), None) => Ok(found.clone()),
        (Err(cause), None) => Err(cause),
    }
}

/// The hub that a guard was built from, if what is kept tells of another: when a guard is replaced because the trail
/// has moved, Terraform hands us what was planned for the new one.
fn left_hub(engine: &Engine, state: &State, private: &Private) -> Option<Hub> {
    let (kept, before) = (private.hub(&engine.names)?, state.hub(&engine.names)?);
    (kept.location != before.location || kept.bucket != before.bucket).then_some(before)
}

/// What Terraform gave us to keep; nothing if it kept nothing.
fn kept(private: Value<Private>) -> Private {
    match private {
        Value::Value(private) => private,
        Value::Null | Value::Unknown => Private::default(),
    }
}

/// Tells what the run has found that it can go on without.
fn tell(diags: &mut Diagnostics, engine: &Engine) {
    for found in engine.take_warnings() {
        warning(diags, &found.summary, found.detail);
    }
}

fn described(guard: &Guard) -> String {
    format!("guard {}", Guard::id(&guard.edge, &guard.user))
}

#[async_trait]
impl Resource for GuardIamUser {
    type State<'a> = State;
    type PrivateState<'a> = Value<Private>;
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
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(State, Value<Private>)> {
        let engine = self.configured.engine(diags)?;
        let fallback = Some((state.clone(), kept(private.clone())));
        let read = caught(diags, "read a guard", fallback, async |diags: &mut Diagnostics| {
            read::read(diags, &engine, state, kept(private)).await
        });
        let read = read.await;
        tell(diags, &engine);
        let (state, private) = read?;
        Some((state, Value::Value(private)))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        proposed: State,
        config: State,
        _meta: ValueEmpty,
    ) -> Option<(State, Value<Private>)> {
        let engine = self.configured.engine(diags)?;
        let planned = caught(diags, "plan a guard", None, async |diags: &mut Diagnostics| {
            plan::create(diags, &engine, proposed, &config).await
        });
        let planned = planned.await;
        tell(diags, &engine);
        let (state, private) = planned?;
        Some((state, Value::Value(private)))
    }

    async fn plan_update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        proposed: State,
        config: State,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(State, Value<Private>, Vec<AttributePath>)> {
        let engine = self.configured.engine(diags)?;
        let private = kept(private);
        let planned = caught(diags, "plan a guard", None, async |diags: &mut Diagnostics| {
            plan::update(diags, &engine, &prior, proposed, &config, private).await
        });
        let planned = planned.await;
        tell(diags, &engine);
        let (state, private, replaced) = planned?;
        Some((state, Value::Value(private), replaced))
    }

    async fn plan_destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<Value<Private>> {
        let engine = self.configured.engine(diags)?;
        let planned = caught(diags, "plan a guard", None, async |diags: &mut Diagnostics| {
            plan::destroy(diags, &engine, &prior, kept(private)).await
        });
        planned.await.map(Value::Value)
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: State,
        _config: State,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(State, Value<Private>)> {
        let engine = self.configured.engine(diags)?;
        let created = caught(diags, "build a guard", None, async |diags: &mut Diagnostics| {
            apply::create(diags, &engine, planned, kept(private)).await
        });
        let created = created.await;
        tell(diags, &engine);
        let (state, private) = created?;
        Some((state, Value::Value(private)))
    }

    async fn update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        planned: State,
        _config: State,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<(State, Value<Private>)> {
        let engine = self.configured.engine(diags)?;
        let private = kept(private);
        let fallback = (prior.clone(), private.clone().applied());
        let updated = caught(diags, "change a guard", fallback, async |diags: &mut Diagnostics| {
            apply::update(diags, &engine, prior, planned, private).await
        });
        let (state, private) = updated.await;
        tell(diags, &engine);
        Some((state, Value::Value(private)))
    }

    async fn destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State,
        private: Value<Private>,
        _meta: ValueEmpty,
    ) -> Option<()> {
        // Without an error Terraform forgets the guard, whatever is returned.
        let engine = self.configured.engine(diags)?;
        caught(diags, "remove a guard", (), async |diags: &mut Diagnostics| {
            apply::destroy(diags, &engine, &prior, &kept(private)).await;
        })
        .await;
        tell(diags, &engine);
        Some(())
    }

    async fn import<'a>(&self, diags: &mut Diagnostics, id: String) -> Option<(State, Value<Private>)> {
        let engine = self.configured.engine(diags)?;
        let state = caught(diags, "import a guard", None, async |diags: &mut Diagnostics| {
            read::import(diags, &engine, &id).await
        });
        Some((state.await?, Value::Null))
    }
}
