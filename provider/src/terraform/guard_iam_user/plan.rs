//! Planning: everything that a guard will be, told before anything is done.

use guard_contract::{Mode, Signal};
use tf_provider::{AttributePath, Diagnostics, value::Value};

use crate::chain::{Guard, Hub, Topology, expand};
use crate::engine::{Engine, Error, Planned};

use super::super::diagnostics::{attribute_error, error, warning};
use super::super::state::{KEEP_DENY, State, TRIPPED, given, signal_names, wanted_chain};
use super::super::validate;
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
    tags(diags, &mut planned, engine)?;
    (planned.user_arn, planned.principal_id) = (Value::Unknown, Value::Unknown);
    let Some(mut guard) = planned.planned_guard() else {
        return Some((unknown(planned), Private::default()));
    };
    guard.shared_tags = State::shared_tags(None, &engine.tagging);
    let plan: Result<_, Error> = async {
        preflight(diags, engine, &guard).await?;
        let (hub, _) = engine.hub().await?;
        engine.refuse_renamed(&guard, Planned::New)?;
        engine.refuse_planned_duplicate(&guard, hub).await?;
        let user = engine.user(&guard).await?;
        let mut seen = Seen { user: user.is_some(), ..Seen::default() };
        topics(diags, engine, &guard, hub).await;
        planned.stand(status(&guard, user.as_ref(), None), None);
        if let Some(user) = user {
            guard.user_arn = user.arn.clone();
            planned.user_arn = Value::Value(user.arn);
            guard.principal_id = Some(user.id.clone());
            planned.principal_id = Value::Value(user.id);
        }
        fill(&mut planned, engine, &guard).await?;
        if let Some(look) = engine.foresee(&guard, hub).await? {
            if let Some(object) = look.foreign() {
                return Err(Error::foreign(object, hub));
            }
            engine.warn_of_muted(&look, hub).await;
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
pub(super) async fn destroy(
    diags: &mut Diagnostics,
    engine: &Engine,
    prior: &State,
    private: Private,
) -> Option<Private> {
    if let Some(guard) = prior.guard() {
        report(diags, &guard, engine.refuse_renamed(&guard, Planned::Gone))?;
    }
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
    Some(private.formerly(former).foreseeing(Seen { unmixed, ..Seen::default() }))
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
    tags(diags, &mut planned, engine)?;
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
    planned.principal_id = prior.principal_id.clone();
    for (planned, prior) in [
        (&mut planned.status, &prior.status),
        (&mut planned.tripped_at, &prior.tripped_at),
        (&mut planned.tripped_by, &prior.tripped_by),
        (&mut planned.tripped_signal, &prior.tripped_signal),
    ] {
        *planned = prior.clone();
    }
    let Some(guard) = planned.planned_guard() else {
        let mut planned = unknown(planned);
        planned.id = prior.id.clone();
        return Some((planned, private, replaced));
    };
    let plan: Result<_, Error> = async {
        match preflight(diags, engine, &guard).await {
            Err(cause) if cause.is_unreachable() => {
                let (id, user_arn) = (planned.id.clone(), planned.user_arn.clone());
                let principal_id = planned.principal_id.clone();
                return Ok((State { id, user_arn, principal_id, ..unknown(planned) }, private, replaced));
            }
            possible => possible?,
        }
        let (hub, _) = engine.hub().await?;
        if let Some(before) = private.hub(&engine.names).filter(|before| moved(before, hub)) {
            tracing::warn!(before = before.bucket, now = hub.bucket, "the trail has moved");
            return Ok((unknown(planned), private, vec![AttributePath::new("chain")]));
        }
        if prior.notify_topic_arns != planned.notify_topic_arns {
            topics(diags, engine, &guard, hub).await;
        }
        if engine.is_rearming(&guard, hub, given(&prior.rearm)).await? {
            planned.stand(status(&guard, None, None), None);
        } else if given(&planned.status).is_none_or(|status| status != TRIPPED) {
            let user = engine.user(&guard).await?;
            let tripped = engine.tripped(&guard, hub, user.as_ref()).await?;
            planned.stand(status(&guard, user.as_ref(), tripped.as_ref()), tripped.as_ref());
        }
        planned.user_arn = Value::Value(guard.user_arn.clone());
        fill(&mut planned, engine, &guard).await?;
        if private.hub(&engine.names).is_some_and(|before| before.kms_key != hub.kms_key) {
            // The filter's role has to follow, and nothing else in the plan would tell.
            planned.chain = Value::Unknown;
        }
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
    if config.mode.is_null() {
        planned.mode = Value::Value(Mode::default().name().to_owned());
    }
    if config.deactivate_keys.is_null() {
        planned.deactivate_keys = Value::Value(false);
    }
    if config.on_destroy.is_null() {
        planned.on_destroy = Value::Value(KEEP_DENY.to_owned());
    }
}

/// All tags, once the provider's defaults are with them; nothing if they are too many.
fn tags(diags: &mut Diagnostics, planned: &mut State, engine: &Engine) -> Option<()> {
    planned.plan_tags(&engine.tagging);
    let before = diags.errors.len();
    validate::merged_tags(diags, planned);
    (diags.errors.len() == before).then_some(())
}

/// Everything that is computed, unknown: something that it depends on is.
fn unknown(mut planned: State) -> State {
    planned.id = Value::Unknown;
    planned.user_arn = Value::Unknown;
    planned.principal_id = Value::Unknown;
    planned.status = Value::Unknown;
    planned.tripped_at = Value::Unknown;
    planned.tripped_by = Value::Unknown;
    planned.tripped_signal = Value::Unknown;
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

/// That the guard's topics can be told.
async fn topics(diags: &mut Diagnostics, engine: &Engine, guard: &Guard, hub: &Hub) {
    for trouble in engine.topic_troubles(guard, hub).await {
        if trouble.is_fatal() {
            attribute_error(diags, "notify_topic_arns", "A topic that can't be told", trouble);
        } else {
            warning(diags, "A topic that may not be told", trouble);
        }
    }
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
