//! Reading a guard from AWS: what is there, how it differs, whether it was tripped.

use guard_contract::{Mode, Signal, Tripped, UserArn};
use tf_provider::{Diagnostics, value::Value};

use crate::aws::{User, read_user_rule, read_user_tags};
use crate::chain::{Guard, Hub, Location, own_rule};
use crate::engine::{Engine, Error, Look, is_let_go};

use super::super::diagnostics::{error, warning};
use super::super::state::{
    ARMED, ChainObject, ExpectedBlock, KEEP_DENY, MONITORING, State, TRIPPED, UNREACHABLE, given, list,
    signal_names, tag_map,
};
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
    let imported = state.chain.is_null();
    match looked(engine, guard.clone(), &state, &private).await {
        Ok((_, guard, look, _)) if look.is_gone() => {
            tracing::warn!(guard = described(&guard), "the guard is gone");
            None
        }
        Ok((hub, guard, look, tripped)) => {
            let private = Private::of(&hub).formerly(guard.former);
            if imported {
                warn_of_other_state(diags, engine, &guard, &hub).await;
            }
            warn_of_renamed(diags, &guard, &look);
            warn(diags, &guard, &look, tripped.as_ref());
            Some((filled(engine, state, &guard, &look, tripped.as_ref()), private))
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

/// Warns of a guard that is imported and that the state of another folder may still have.
async fn warn_of_other_state(diags: &mut Diagnostics, engine: &Engine, guard: &Guard, hub: &Hub) {
    // That the rule could be read is told by what was just read of it.
    let Ok(Some(builder)) = engine.built_elsewhere(guard, hub).await else { return };
    let detail = format!(
        "It was built {builder}. If the state of that folder still has it, each of the two undoes what the other applies, and a destroy there takes the guard away. Take it out of that state: terraform state rm, or a block `removed` with destroy = false. If that state is lost, nothing is to be done."
    );
    warning(diags, &format!("The {} was built in another folder", described(guard)), detail);
}

/// The guard as AWS has it, its hub, its chain, and how it has tripped.
async fn looked(
    engine: &Engine,
    guard: Guard,
    state: &State,
    private: &Private,
) -> Result<(Hub, Guard, Look, Option<Tripped>), Error> {
    let hub = hub_of(engine, state, private).await?;
    let shared_tags = State::shared_tags(Some(state), &engine.tagging);
    let tags = engine.tagging.heeded(guard.tags.clone());
    let guard = Guard { former: private.former(), tags, shared_tags, ..guard };
    // What was just imported knows no tags yet.
    let imported = state.chain.is_null();
    let (guard, mut look) = refreshed(engine, guard, &hub, imported).await?;
    let tripped = engine.tripped(&guard, &hub, look.user.as_ref()).await?;
    if let (Some(tripped), Some(user)) = (&tripped, &look.user)
        && is_let_go(tripped, guard.response.mode, user)
    {
        look.differs("rule", "its guard has tripped, and its user is not denied any more");
    }
    Ok((hub, guard, look, tripped))
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
    let refused = |source| Error::List { at: guard.edge.clone(), source };
    let rule = read_user_rule(&site, &bus, &name, &hub.mark()).await.map_err(refused)?;
    if imported && rule.is_some() {
        let (tags, topics) = read_user_tags(&site, &bus, &name).await.map_err(refused)?;
        (guard.tags, guard.topics) = (engine.tagging.heeded(tags), topics);
        if let Some(watch) = engine.watch(&guard, hub).await? {
            (guard.expected, guard.ignored_actions) = (watch.expected, watch.ignored_actions);
        }
    }
    if let Some(rule) = rule {
        guard.topology = rule.topology;
        guard.former = rule.former;
        // Anybody in the account may have written it.
        if UserArn::parse(&rule.user_arn, &guard.edge.account).is_ok_and(|arn| arn.name() == guard.user) {
            guard.user_arn = rule.user_arn;
        }
        guard.response = rule.response;
        let chosen: Vec<Signal> =
            rule.signals.iter().copied().filter(|signal| Signal::CHOICES.contains(signal)).collect();
        if !rule.signals.is_empty() {
            guard.signals = chosen;
        }
    }
    // A user that was moved to another path has another ARN, which the chain then has to follow.
    let user = engine.user(&guard).await?;
    let renamed = engine.renamed(&guard).await;
    if let Some(user) = &user {
        guard.user_arn = user.arn.clone();
        // Another user of the name is guarded by it; the one that was renamed by its id, as long as it is there.
        if renamed.is_none() {
            guard.principal_id = Some(user.id.clone());
        }
    }
    // What a guard must be knows no former way.
    let wanted = Guard { former: None, ..guard.clone() };
    let look = Look { renamed, ..engine.look(&wanted, hub, user).await? };
    engine.warn_of_muted(&look, hub).await;
    Ok((guard, look))
}

fn filled(engine: &Engine, mut state: State, guard: &Guard, look: &Look, tripped: Option<&Tripped>) -> State {
    fill_tags(&mut state, guard, engine);
    if state.chain.is_null() {
        // What was just imported.
        state.expected =
            guard.expected.as_ref().map_or(Value::Null, |it| Value::Value(ExpectedBlock::of(it)));
        state.ignored_actions = list(&guard.ignored_actions);
        state.notify_topic_arns = list(&guard.topics);
        state.on_destroy = Value::Value(KEEP_DENY.to_owned());
    }
    state.mode = Value::Value(guard.response.mode.name().to_owned());
    state.deactivate_keys = Value::Value(guard.response.deactivate_keys);
    if state.on_destroy.is_null() {
        // An older version's state.
        state.on_destroy = Value::Value(KEEP_DENY.to_owned());
    }
    state.id = Value::Value(Guard::id(&guard.edge, &guard.user));
    state.user_arn = Value::Value(guard.user_arn.clone());
    state.principal_id = guard.principal_id.clone().map_or(Value::Null, Value::Value);
    state.topology = Value::Value(guard.topology.name().to_owned());
    state.signals = signal_names(&guard.signals);
    let status = status(guard, look.user.as_ref(), tripped);
    state.stand(status, tripped);
    if !look.is_armed() && status != TRIPPED {
        state.status = Value::Null;
    }
    state.artifact_version = look.artifact_version().map_or(Value::Null, Value::Value);
    state.chain = Value::Value(look.chain.iter().filter_map(ChainObject::seen).collect());
    state
}

/// The tags that were set last; how those in AWS differ is in the chain. An import finds out what they are.
fn fill_tags(state: &mut State, guard: &Guard, engine: &Engine) {
    if state.chain.is_null() {
        let own = engine.tagging.beside_defaults(&guard.tags);
        state.tags = if own.is_empty() { Value::Null } else { tag_map(&own) };
    }
    if state.chain.is_null() || state.tags_all.is_null() {
        state.tags_all = tag_map(&guard.tags);
    }
}

/// How a guard stands.
pub(super) fn status(guard: &Guard, user: Option<&User>, tripped: Option<&Tripped>) -> &'static str {
    match (guard.response.mode, user) {
        _ if tripped.is_some() => TRIPPED,
        (_, Some(user)) if user.denied => TRIPPED,
        (Mode::Enforce, _) => ARMED,
        (Mode::Monitor, _) => MONITORING,
    }
}

fn warn_of_renamed(diags: &mut Diagnostics, guard: &Guard, look: &Look) {
    let (name, account) = (&guard.user, &guard.edge.account);
    let Some(now) = &look.renamed else { return };
    let other =
        if look.user.is_some() { format!(" Another user is called {name} now.") } else { String::new() };
    let detail = format!(
        "IAM user {name} of account {account} is called {now} now.{other} Its calls still trip the guard, which knows its unique id. If you have not renamed it, somebody hides: look into it. Rename the user back (aws iam update-user --user-name {now} --new-user-name {name}), or give `user_name` the new name.",
    );
    warning(diags, &format!("The user of the {} was renamed", described(guard)), detail);
}

fn warn(diags: &mut Diagnostics, guard: &Guard, look: &Look, tripped: Option<&Tripped>) {
    let (name, account, user) = (&guard.user, &guard.edge.account, look.user.as_ref());
    let denied = user.is_some_and(|user| user.denied);
    match (tripped, user) {
        (_, None) if look.renamed.is_some() => {}
        (_, None) => {
            let detail = format!(
                "IAM user {name} does not exist in account {account} any more. The guard still stands; remove its block, or create the user again."
            );
            warning(diags, &format!("The {} guards nobody", described(guard)), detail);
        }
        (Some(tripped), Some(_)) => {
            let Tripped { at, by, signal, keys, .. } = tripped;
            let state = match (denied, guard.response.mode) {
                (true, _) => "is denied everything",
                (false, Mode::Enforce) if keys.is_empty() => "is not denied",
                (false, Mode::Enforce) => "has no active key of then",
                (false, Mode::Monitor) => "is not denied, since the guard only monitors",
            };
            let keys = match keys.len() {
                0 => String::new(),
                _ => format!(" Made inactive: {}.", keys.join(", ")),
            };
            let detail = format!(
                "IAM user {name} of account {account} {state}: signal {signal} at {at}, by {by}. The responder's log group in {} has the evidence.{keys} Investigate and replace the user's keys; then apply with `rearm` set to a ticket's number, which undoes just what the guard did.",
                guard.edge,
            );
            warning(diags, &format!("The {} has tripped", described(guard)), detail);
        }
        (None, Some(_)) if denied => {
            let detail = format!(
                "IAM user {name} of account {account} is denied everything, and not by this guard as far as its rule tells. Investigate, then take the deny off: aws iam detach-user-policy --user-name {name} --policy-arn {} (or delete the inline policy {}).",
                guard_contract::deny_policy_arn(guard.edge.partition()),
                guard_contract::INLINE_DENY_NAME,
            );
            warning(diags, &format!("The user of the {} is denied", described(guard)), detail);
        }
        (None, Some(_)) => {}
    }
}

/// A guard that must be there, for who only looks: in doubt there is an error, and nobody is warned.
pub(in super::super) async fn found(
    diags: &mut Diagnostics,
    engine: &Engine,
    account: &Value<String>,
    region: &Value<String>,
    user: &Value<String>,
) -> Option<State> {
    let (account, region, user) = (given(account)?, given(region)?, given(user)?);
    let id = Guard::id(&Location::new(account, region), user);
    let state = import(diags, engine, &id).await?;
    match looked(engine, state.guard()?, &state, &Private::default()).await {
        Ok((_, guard, look, tripped)) => Some(filled(engine, state, &guard, &look, tripped.as_ref())),
        Err(cause) => {
            error(diags, &format!("The guard {id} can't be read"), cause);
            None
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
            error(diags, &format!("The guard {id} can't be read"), cause);
            None
        }
    }
}
