//! Reading a guard from AWS: what is there, how it differs, whether it was tripped.

use std::collections::BTreeMap;

use tf_provider::{Diagnostics, value::Value};

use crate::aws::{User, read_user_rule, read_user_tags};
use crate::chain::{Guard, Hub, own_rule};
use crate::engine::{Engine, Error, Look};

use super::super::diagnostics::{error, warning};
use super::super::state::{ARMED, ChainObject, State, TRIPPED, UNREACHABLE, signal_names};
use super::super::timeouts::Timeouts;
use super::private::Private;
use super::{described, hub_of};

/// The state as AWS has it; `None` if nothing of the guard's own is left. In doubt the state is kept.
pub(super) async fn read(
    diags: &mut Diagnostics,
    engine: &Engine,
    state: State,
    private: Private,
) -> Option<(State, Private)> {
    let Some(guard) = state.guard() else {
        error(diags, "The guard can't be read", "Its state lacks account, region or user name.");
        return Some((state, private));
    };
    engine.note_refresh(&guard);
    let read = async {
        let hub = hub_of(engine, &state, &private).await?;
        let guard = Guard { former: private.former(), ..guard.clone() };
        // What was just imported knows no tags yet.
        let imported = state.chain.is_null();
        let (guard, look) = refreshed(engine, guard, &hub, imported).await?;
        Ok::<_, Error>((hub, guard, look))
    };
    match read.await {
        Ok((_, guard, look)) if look.is_gone() => {
            tracing::warn!(guard = described(&guard), "the guard is gone");
            None
        }
        Ok((hub, guard, look)) => {
            let private = Private::of(&hub).formerly(guard.former);
            Some((filled(diags, state, &guard, &look), private))
        }
        // An error would end the whole run. The status makes a difference to apply, and that fails for this
        // guard alone.
        Err(cause) if cause.is_unreachable() => {
            warning(diags, &format!("The {} can't be reached", described(&guard)), cause);
            Some((State { status: Value::Value(UNREACHABLE.to_owned()), ..state }, private))
        }
        Err(cause) => {
            error(diags, &format!("The {} can't be read", described(&guard)), cause);
            Some((state, private))
        }
    }
}

/// What stands in AWS outweighs what the state says; what can't be read there, the state says.
async fn refreshed(
    engine: &Engine,
    mut guard: Guard,
    hub: &Hub,
    imported: bool,
) -> Result<(Guard, Look), Error> {
    let site = engine.accounts.site(&guard.edge).await?;
    let (bus, name) = (hub.names.bus(), own_rule(hub, &guard.edge, &guard.user));
    let list = |source| Error::List { at: guard.edge.clone(), source };
    let rule = read_user_rule(&site, &bus, &name, &hub.mark()).await.map_err(list)?;
    if imported && rule.is_some() {
        guard.tags = read_user_tags(&site, &bus, &name).await.map_err(list)?;
    }
    if let Some(rule) = rule {
        guard.topology = rule.topology;
        guard.former = rule.former;
        guard.user_arn = rule.user_arn;
        if !rule.signals.is_empty() {
            guard.signals = rule.signals;
        }
    }
    // A user that was moved to another path has another ARN, which the chain then has to follow.
    let user = engine.user(&guard).await?;
    if let Some(user) = &user {
        guard.user_arn = user.arn.clone();
    }
    // What a guard must be knows no former way.
    let wanted = Guard { former: None, ..guard.clone() };
    let look = engine.look(&wanted, hub, user).await?;
    Ok((guard, look))
}

fn filled(diags: &mut Diagnostics, mut state: State, guard: &Guard, look: &Look) -> State {
    state.id = Value::Value(Guard::id(&guard.edge, &guard.user));
    state.user_arn = Value::Value(guard.user_arn.clone());
    state.topology = Value::Value(guard.topology.name().to_owned());
    state.signals = signal_names(&guard.signals);
    if !(guard.tags.is_empty() && matches!(&state.tags, Value::Value(tags) if tags.is_empty())) {
        state.tags = tags(&guard.tags);
    }
    let known = look.is_armed() || look.user.as_ref().is_some_and(|user| user.denied);
    state.status = if known { Value::Value(status(look.user.as_ref()).to_owned()) } else { Value::Null };
    state.artifact_version = look.artifact_version().map_or(Value::Null, Value::Value);
    state.chain = Value::Value(look.chain.iter().filter_map(ChainObject::seen).collect());
    warn(diags, guard, look.user.as_ref());
    state
}

fn tags(tags: &BTreeMap<String, String>) -> Value<BTreeMap<String, Value<String>>> {
    if tags.is_empty() {
        return Value::Null;
    }
    Value::Value(tags.iter().map(|(key, value)| (key.clone(), Value::Value(value.clone()))).collect())
}

/// A user's status.
pub(super) fn status(user: Option<&User>) -> &'static str {
    if user.is_some_and(|user| user.denied) { TRIPPED } else { ARMED }
}

fn warn(diags: &mut Diagnostics, guard: &Guard, user: Option<&User>) {
    let (name, account) = (&guard.user, &guard.edge.account);
    match user {
        Some(user) if user.denied => {
            let detail = format!(
                "IAM user {name} of account {account} is denied everything. If guard did it, the responder's log group in {} says by which event. Investigate, replace the user's keys, then take the deny off: aws iam detach-user-policy --user-name {name} --policy-arn {} (or delete the inline policy {}).",
                guard.edge,
                guard_contract::DENY_POLICY_ARN,
                guard_contract::INLINE_DENY_NAME,
            );
            warning(diags, &format!("The {} has tripped", described(guard)), detail);
        }
        Some(_) => {}
        None => {
            let detail = format!(
                "IAM user {name} does not exist in account {account} any more. The guard still stands; remove its block, or create the user again."
            );
            warning(diags, &format!("The {} guards nobody", described(guard)), detail);
        }
    }
}

/// What an id tells; Terraform reads the rest next.
pub(super) async fn import(diags: &mut Diagnostics, engine: &Engine, id: &str) -> Option<State> {
    let (edge, user) = match Guard::parse_id(id) {
        Ok(parts) => parts,
        Err(cause) => {
            error(diags, "Not a guard's id", cause);
            return None;
        }
    };
    let found: Result<(&Hub, _), Error> = async {
        let (hub, _) = engine.hub().await?;
        let site = engine.accounts.site(&edge).await?;
        let rule = own_rule(hub, &edge, &user);
        let rule = read_user_rule(&site, &hub.names.bus(), &rule, &hub.mark()).await;
        Ok((hub, rule.map_err(|source| Error::List { at: edge.clone(), source })?))
    }
    .await;
    match found {
        Ok((_, Some(_))) => Some(State {
            id: Value::Value(id.to_owned()),
            account_id: Value::Value(edge.account),
            region: Value::Value(edge.region),
            user_name: Value::Value(user),
            timeouts: Value::Value(Timeouts::default()),
            ..State::default()
        }),
        Ok((hub, None)) => {
            let rule = own_rule(hub, &edge, &user);
            let bus = hub.names.bus();
            let detail = format!(
                "There is no rule {rule} on bus {bus} in {edge} that a guard of this hub made; check the id, `name_prefix` and the credentials."
            );
            error(diags, &format!("There is no guard {id}"), detail);
            None
        }
        Err(cause) => {
            error(diags, &format!("The guard {id} can't be imported"), cause);
            None
        }
    }
}
