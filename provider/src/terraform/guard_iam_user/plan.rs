//! Planning: everything that a guard will be, told before anything is done.

use guard_contract::Signal;
use tf_provider::{AttributePath, Diagnostics, value::Value};

use crate::chain::{Guard, Hub, Topology, expand};
use crate::engine::{Engine, Error};

use super::super::diagnostics::{error, warning};
use super::super::state::{State, UNREACHABLE, given, signal_names, wanted_chain};
use super::private::{Private, Seen};
use super::read::status;
use super::{described, hub_of};

/// What makes another guard of it.
const IDENTITY: [&str; 3] = ["account_id", "region", "user_name"];

/// A new guard.
pub(super) async fn create(
    diags: &mut Diagnostics,
    engine: &Engine,
    mut planned: State,
    config: &State,
) -> Option<(State, Private)> {
    defaults(&mut planned, config);
    planned.user_arn = Value::Unknown;
    let Some(mut guard) = planned.planned_guard() else {
        return Some((unknown(planned), Private::default()));
    };
    let plan: Result<_, Error> = async {
        preflight(diags, engine, &guard).await?;
        let (hub, _) = engine.hub().await?;
        engine.refuse_planned_duplicate(&guard, hub).await?;
        let user = engine.user(&guard).await?;
        let mut seen = Seen { user: user.is_some(), ..Seen::default() };
        planned.status = Value::Value(status(user.as_ref()).to_owned());
        if let Some(user) = user {
            guard.user_arn = user.arn.clone();
            planned.user_arn = Value::Value(user.arn);
        }
        fill(&mut planned, engine, &guard).await?;
        if let Some(look) = engine.foresee(&guard, hub).await? {
            if let Some(object) = look.foreign() {
                return Err(Error::foreign(object, hub));
            }
            seen.whole = look.is_whole();
        }
        Ok((planned, Private::of(hub).foreseeing(seen)))
    }
    .await;
    report(diags, &guard, plan)
}

/// A guard that goes.
///
/// `terraform destroy` refreshes in a process of its own, before this one: what it has seen is in the state.
/// Terraform plans a removed block before it refreshes it: then the guard is looked at here, and one answer
/// serves both.
pub(super) async fn destroy(engine: &Engine, prior: &State, private: Private) -> Private {
    let (mut unmixed, mut former) = (prior.is_unmixed(), private.former());
    if let (true, Some(guard)) = (engine.refreshes().await, prior.guard()) {
        // What can't be looked at now is looked at before it is removed.
        unmixed = false;
        if let Ok(hub) = hub_of(engine, prior, &private).await {
            unmixed = engine.is_unmixed(&guard)
                || engine.look(&guard, &hub, None).await.is_ok_and(|look| look.foreign().is_none());
            former = engine.former_way(&guard, &hub).await.ok().flatten().or(former);
        }
    }
    private.formerly(former).foreseeing(Seen { unmixed, ..Seen::default() })
}

/// A guard that is there; with the attributes that make another one of it.
pub(super) async fn update(
    diags: &mut Diagnostics,
    engine: &Engine,
    prior: &State,
    mut planned: State,
    config: &State,
    private: Private,
) -> Option<(State, Private, Vec<AttributePath>)> {
    defaults(&mut planned, config);
    let changed = [
        prior.account_id != planned.account_id,
        prior.region != planned.region,
        prior.user_name != planned.user_name,
    ];
    let replaced: Vec<AttributePath> = IDENTITY
        .iter()
        .zip(changed)
        .filter(|(_, changed)| *changed)
        .map(|(name, _)| AttributePath::new(*name))
        .collect();
    if !replaced.is_empty() {
        return Some((unknown(planned), private, replaced));
    }
    planned.user_arn = prior.user_arn.clone();
    planned.status = prior.status.clone();
    let Some(guard) = planned.planned_guard() else {
        let mut planned = unknown(planned);
        planned.id = prior.id.clone();
        return Some((planned, private, replaced));
    };
    let plan: Result<_, Error> = async {
        match preflight(diags, engine, &guard).await {
            Err(cause) if cause.is_unreachable() => {
                let (id, user_arn) = (planned.id.clone(), planned.user_arn.clone());
                return Ok((State { id, user_arn, ..unknown(planned) }, private, replaced));
            }
            possible => possible?,
        }
        let (hub, _) = engine.hub().await?;
        if let Some(before) = private.hub(&engine.names).filter(|before| moved(before, hub)) {
            tracing::warn!(before = before.bucket, now = hub.bucket, "the trail has moved");
            return Ok((unknown(planned), private, vec![AttributePath::new("chain")]));
        }
        if given(&planned.status).is_none_or(|status| status == UNREACHABLE) {
            planned.status = Value::Value(status(engine.user(&guard).await?.as_ref()).to_owned());
        }
        planned.user_arn = Value::Value(guard.user_arn.clone());
        fill(&mut planned, engine, &guard).await?;
        Ok((planned, Private::of(hub), replaced))
    }
    .await;
    report(diags, &guard, plan)
}

/// Whether the trail now writes into another bucket: the guard has to be built from there.
fn moved(before: &Hub, now: &Hub) -> bool {
    before.location != now.location || before.bucket != now.bucket || before.key_prefix != now.key_prefix
}

/// Terraform proposes the prior value where the configuration is silent; a default is no prior value.
fn defaults(planned: &mut State, config: &State) {
    if config.topology.is_null() {
        planned.topology = Value::Value(Topology::default().name().to_owned());
    }
    if config.signals.is_null() {
        planned.signals = signal_names(&Signal::CHOICES);
    }
}

/// Everything that is computed, unknown: something that it depends on is.
fn unknown(mut planned: State) -> State {
    planned.id = Value::Unknown;
    planned.user_arn = Value::Unknown;
    planned.status = Value::Unknown;
    planned.artifact_version = Value::Unknown;
    planned.chain = Value::Unknown;
    planned
}

async fn preflight(diags: &mut Diagnostics, engine: &Engine, guard: &Guard) -> Result<(), Error> {
    engine.artifact()?;
    let (hub, warnings) = engine.hub().await?;
    if engine.first_to_warn() {
        for text in warnings {
            warning(diags, "The trail doesn't see everything", text);
        }
    }
    engine.preflight(guard, hub).await
}

async fn fill(planned: &mut State, engine: &Engine, guard: &Guard) -> Result<(), Error> {
    let (hub, _) = engine.hub().await?;
    let users = std::slice::from_ref(&guard.user_arn);
    planned.id = Value::Value(Guard::id(&guard.edge, &guard.user));
    planned.artifact_version = Value::Value(engine.planned_artifact(guard, hub).await?);
    planned.chain = wanted_chain(&expand(guard, hub, users)?);
    Ok(())
}

fn report<T>(diags: &mut Diagnostics, guard: &Guard, plan: Result<T, Error>) -> Option<T> {
    plan.map_err(|cause| error(diags, &format!("The {} can't be planned", described(guard)), cause)).ok()
}
