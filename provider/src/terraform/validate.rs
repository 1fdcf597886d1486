//! What can be checked without AWS. Unknown values are left for later.

mod lists;
mod provider;
mod tags;

use guard_contract::{Mode, Signal};
use tf_provider::{Diagnostics, value::Value};

use crate::chain::{Guard, Topology};

use super::diagnostics::{attribute_error, error, missing};
use super::state::{KEEP_DENY, RELEASE, State, given};
use super::timeouts;

pub(super) use lists::permissions;
pub(super) use provider::provider;
pub(super) use tags::{defaults as default_tags, merged as merged_tags};

/// Checks a resource block.
pub(super) fn resource(diags: &mut Diagnostics, config: &State) {
    identity(diags, &config.account_id, &config.region, &config.user_name);
    if let Some(Err(cause)) = given(&config.topology).map(str::parse::<Topology>) {
        attribute_error(diags, "topology", "Not a topology", cause);
    }
    signals(diags, config);
    response(diags, config);
    lists::check(diags, config);
    tags::resource(diags, config);
    timeouts(diags, config);
}

/// Checks what names a guard.
pub(super) fn identity(
    diags: &mut Diagnostics,
    account: &Value<String>,
    region: &Value<String>,
    user: &Value<String>,
) {
    for (attribute, value) in [("account_id", account), ("region", region), ("user_name", user)] {
        if value.is_null() {
            let (summary, detail) = missing(attribute);
            attribute_error(diags, attribute, summary, detail);
        }
    }
    let account = given(account).unwrap_or("000000000000");
    let region = given(region).unwrap_or("us-east-1");
    let user = given(user).unwrap_or("user");
    for (attribute, summary, checked) in [
        ("account_id", "Not an account id", Guard::check(account, "us-east-1", "user")),
        ("region", "Not a region", Guard::check("000000000000", region, "user")),
        ("user_name", "Not a user name", Guard::check("000000000000", "us-east-1", user)),
    ] {
        if let Err(cause) = checked {
            attribute_error(diags, attribute, summary, cause);
        }
    }
}

fn timeouts(diags: &mut Diagnostics, config: &State) {
    let Value::Value(block) = &config.timeouts else { return };
    for (name, value) in block.each() {
        if let Some(Err(cause)) = given(value).map(timeouts::parse) {
            error(diags, &format!("Not a duration (timeouts.{name})"), cause);
        }
    }
}

fn signals(diags: &mut Diagnostics, config: &State) {
    let Value::Value(names) = &config.signals else { return };
    if names.is_empty() && config.expected.is_null() {
        let detail = "A guard without signals never trips. Leave `signals` out for all three, name those that the script never gives, or say in a block `expected` what it does.";
        attribute_error(diags, "signals", "No signals", detail);
    }
    for name in names.iter().filter_map(given) {
        match name.parse::<Signal>() {
            Ok(signal) if Signal::CHOICES.contains(&signal) => {}
            Ok(signal) => {
                let detail = format!("{signal} can't be chosen: it comes with the block `expected`.");
                attribute_error(diags, "signals", "Not a signal to choose", detail);
            }
            Err(cause) => attribute_error(diags, "signals", "Unknown signal", cause),
        }
    }
    if names.iter().any(Value::is_null) {
        attribute_error(diags, "signals", "Unknown signal", "null is not a signal");
    }
}

fn response(diags: &mut Diagnostics, config: &State) {
    for (attribute, value, choices) in [
        ("mode", &config.mode, Mode::ALL.map(Mode::name)),
        ("on_destroy", &config.on_destroy, [KEEP_DENY, RELEASE]),
    ] {
        if let Some(name) = given(value).filter(|name| !choices.contains(name)) {
            let detail = format!("\"{name}\" is neither {} nor {}.", choices[0], choices[1]);
            attribute_error(diags, attribute, "Not a choice", detail);
        }
    }
    if given(&config.rearm).is_some_and(str::is_empty) {
        let detail =
            "An empty text tells nobody why the guard was re-armed. Name a ticket, or leave `rearm` out.";
        attribute_error(diags, "rearm", "Nothing to re-arm with", detail);
    }
}
