//! Applying: what was built comes back, whatever happened.

use tf_provider::{Diagnostics, value::Value};

use crate::aws::Observed;
use crate::chain::{Guard, Hub, Object};
use crate::engine::{Engine, Error};
use crate::halt::within;

use super::super::diagnostics::{error, warning};
use super::super::state::{ChainObject, RELEASE, State, TRIPPED, given, wanted_chain};
use super::super::timeouts;
use super::private::{Private, Seen};
use super::read::status;
use super::{described, hub_of, left_hub};

/// Builds a guard. On an error the state holds what exists; nothing if nothing does.
pub(super) async fn create(
    diags: &mut Diagnostics,
    engine: &Engine,
    mut planned: State,
    private: Private,
) -> Option<(State, Private)> {
    known_tags(&mut planned, engine);
    let Some(mut guard) = planned.guard() else {
        error(diags, "The guard can't be built", "Its plan lacks a value that should be known by now.");
        return None;
    };
    guard.shared_tags = State::shared_tags(None, &engine.tagging);
    let seen = private.seen();
    let hub = match ready(engine, &mut guard, &private, seen).await {
        Ok(hub) => hub,
        Err(cause) => {
            error(diags, &format!("The {} can't be built", described(&guard)), cause);
            return None;
        }
    };
    if planned.user_arn.is_unknown() {
        planned.user_arn = Value::Value(guard.user_arn.clone());
        planned.principal_id = guard.principal_id.clone().map_or(Value::Null, Value::Value);
    }
    complete(&mut planned, engine, &guard);
    let limit = timeouts::of(&planned.timeouts, |block| &block.create);
    let built = within(limit, engine.create(&guard, &hub, seen.whole)).await;
    let private = Private::of(&hub);
    let Some(cause) = built.error else { return Some((finished(planned, &built.objects), private)) };
    error(diags, &format!("The {} is not complete", described(&guard)), cause);
    if built.objects.is_empty() {
        return None;
    }
    planned.chain = wanted_chain(&built.objects);
    planned.status = Value::Null;
    Some((planned.without_unknowns(), private))
}

/// The hub to build from, once nothing stands in the way.
async fn ready(engine: &Engine, guard: &mut Guard, private: &Private, seen: Seen) -> Result<Hub, Error> {
    engine.artifact()?;
    let hub = match private.hub(&engine.names) {
        Some(hub) => {
            engine.trust(&hub);
            hub
        }
        None => engine.hub().await?.0.clone(),
    };
    if !seen.user {
        let user = engine.user(guard).await?.ok_or_else(|| no_user(guard))?;
        (guard.user_arn, guard.principal_id) = (user.arn, Some(user.id));
    }
    Ok(hub)
}

fn no_user(guard: &Guard) -> Error {
    Error::NoUser { user: guard.user.clone(), account: guard.edge.account.clone() }
}

/// The tags, where one of them was unknown at plan time.
fn known_tags(planned: &mut State, engine: &Engine) {
    if planned.tags_all.is_unknown() {
        planned.plan_tags(&engine.tagging);
    }
}

/// What could not be known at plan time, because an attribute was unknown then.
fn complete(planned: &mut State, engine: &Engine, guard: &Guard) {
    if planned.id.is_unknown() {
        planned.id = Value::Value(Guard::id(&guard.edge, &guard.user));
    }
    if planned.status.is_unknown() {
        planned.stand(status(guard, None, None), None);
    }
    if let (true, Ok(artifact)) = (planned.artifact_version.is_unknown(), engine.artifact()) {
        planned.artifact_version = Value::Value(artifact.version.to_owned());
    }
}

/// Changes or repairs a guard. On an error the state keeps the prior values of what was not applied.
pub(super) async fn update(
    diags: &mut Diagnostics,
    engine: &Engine,
    prior: State,
    mut planned: State,
    private: Private,
) -> (State, Private) {
    known_tags(&mut planned, engine);
    let (Some(mut guard), Some(before)) = (planned.guard(), prior.guard()) else {
        error(diags, "The guard can't be changed", "Its plan lacks a value that should be known by now.");
        return (prior, private);
    };
    let hub = match hub_of(engine, &prior, &private).await {
        Ok(hub) => hub,
        Err(cause) => {
            error(diags, &format!("The {} can't be changed", described(&guard)), cause);
            return (prior, private);
        }
    };
    guard.principal_id = guard.principal_id.or_else(|| before.principal_id.clone());
    if planned.principal_id.is_unknown() {
        planned.principal_id = prior.principal_id.clone();
    }
    guard.former_tags = engine.tagging.heeded(before.tags.clone()).into_keys().collect();
    guard.shared_tags = State::shared_tags(Some(&prior), &engine.tagging);
    complete(&mut planned, engine, &guard);
    let limit = timeouts::of(&planned.timeouts, |block| &block.update);
    let built = within(limit, engine.update(&guard, &hub, &before)).await;
    keep_warning(diags, &guard, &built.kept);
    let private = Private::of(&hub);
    let Some(cause) = built.error else {
        return (finished(planned, &built.objects), private);
    };
    error(diags, &format!("The {} is not as planned", described(&guard)), cause);
    (merged(prior, planned, &built.objects), private)
}

fn finished(mut planned: State, built: &[Object]) -> State {
    if planned.chain.is_unknown() {
        planned.chain = wanted_chain(built);
    }
    planned.without_unknowns()
}

/// The prior state with what was built in it.
fn merged(prior: State, planned: State, built: &[Object]) -> State {
    let mut state = prior;
    let own = |kind| built.iter().any(|object| !object.shared() && object.kind() == kind);
    if own("rule") {
        state.topology = planned.topology;
        state.signals = planned.signals;
        state.mode = planned.mode;
        state.deactivate_keys = planned.deactivate_keys;
    }
    if own("rule") && own("alarm") {
        state.tags = planned.tags;
        state.tags_all = planned.tags_all;
    }
    let mut chain = match state.chain {
        Value::Value(chain) => chain,
        Value::Null | Value::Unknown => Vec::new(),
    };
    for object in built.iter().map(ChainObject::wanted) {
        let same = |other: &&mut Value<ChainObject>| match (other.as_ref_option(), object.as_ref_option()) {
            (Some(a), Some(b)) => a.kind == b.kind && a.arn == b.arn && a.name == b.name,
            _ => false,
        };
        match chain.iter_mut().find(same) {
            Some(other) => *other = object,
            None => chain.push(object),
        }
    }
    state.chain = Value::Value(chain);
    state.without_unknowns()
}

/// Removes a guard. Whatever is left makes an error, since without one Terraform forgets the guard.
pub(super) async fn destroy(diags: &mut Diagnostics, engine: &Engine, prior: &State, private: &Private) {
    let Some(mut guard) = prior.guard() else {
        let id = given(&prior.id).unwrap_or("without an id");
        error(
            diags,
            "The guard can't be removed",
            format!("The state of guard {id} lacks account, region or user name."),
        );
        return;
    };
    let left_hub = left_hub(engine, prior, private);
    let hub = match &left_hub {
        Some(hub) => {
            engine.trust(hub);
            Ok(hub.clone())
        }
        None => hub_of(engine, prior, private).await,
    };
    let hub = match hub {
        Ok(hub) => hub,
        Err(cause) => {
            error(diags, &format!("The {} can't be removed", described(&guard)), cause);
            return;
        }
    };
    // What was planned for the guard's successor has seen nothing of this one.
    let seen = if left_hub.is_some() { Seen::default() } else { private.seen() };
    guard.former = private.former();
    let limit = timeouts::of(&prior.timeouts, |block| &block.delete);
    if given(&prior.on_destroy) == Some(RELEASE)
        && let Err(cause) = within(limit, engine.let_go(&guard, &hub)).await
    {
        error(
            diags,
            &format!("The user of the {} is not released, so the guard stays", described(&guard)),
            cause,
        );
        return;
    }
    let removed = within(limit, async {
        let removed = engine.remove(&guard, &hub, seen.unmixed).await;
        if left_hub.is_some() && removed.error.is_none() {
            return removed.and(engine.leave_bucket(&guard, &hub).await);
        }
        removed
    })
    .await;
    if given(&prior.status) == Some(TRIPPED) && given(&prior.on_destroy) != Some(RELEASE) {
        let detail = format!(
            "The {} had tripped, and its user stays as the response has left it. `on_destroy = \"release\"` would have undone that.",
            described(&guard)
        );
        warning(diags, "A user stays denied", detail);
    }
    keep_warning(diags, &guard, &removed.kept);
    if let Some(cause) = removed.error {
        let detail = if cause.is_unreachable() {
            format!(
                "{cause}. Its objects stay as they are. If the account stays closed to you, let its guards go as the guide \"An account that can't be entered\" says."
            )
        } else {
            format!("{cause}. {} Run destroy again once the cause is gone.", left(engine, &guard, &hub).await)
        };
        error(diags, &format!("The {} is not removed completely", described(&guard)), detail);
    }
}

/// What is left of the guard, in words.
async fn left(engine: &Engine, guard: &Guard, hub: &Hub) -> String {
    match engine.look(guard, hub, None).await {
        Err(_) => "What is left could not be listed.".to_owned(),
        Ok(look) => {
            let there = look.chain.iter().filter(|seen| !matches!(seen.observed, Observed::Absent));
            let there: Vec<String> = there.map(|seen| seen.object.to_string()).collect();
            format!("Still there: {}.", there.join("; "))
        }
    }
}

fn keep_warning(diags: &mut Diagnostics, guard: &Guard, kept: &[String]) {
    for text in kept {
        warning(diags, &format!("Something of the {} stays", described(guard)), text);
    }
}
