//! What a state tells of, and what there is, in the same words.

use std::collections::BTreeSet;

use guard_tests::{Result, world::World};
use serde_json::Value;

/// The objects of a state's chain, as `kind account/region name`.
pub(crate) fn told(state: &Value) -> BTreeSet<String> {
    state["chain"].as_array().into_iter().flatten().map(line).collect()
}

fn line(object: &Value) -> String {
    let field = |name: &str| object[name].as_str().unwrap_or_default();
    let (kind, name) = (field("kind"), field("name"));
    // The name of what an object is a part of ends that one's ARN.
    let whole = field("arn").rsplit(['/', ':']).next().unwrap_or_default();
    let region = if kind == "role" { "" } else { field("region") };
    let name = match kind {
        "target" | "function_permission" | "bucket_notification" => format!("{whole}/{name}"),
        "event_bus_permission" => whole.to_owned(),
        _ => name.to_owned(),
    };
    format!("{kind} {}/{region} {name}", field("account_id"))
}

/// What exists, in the words of a chain. A role's policies are part of the role there.
///
/// # Errors
/// If the local AWS does not answer.
pub(crate) fn there(world: &World) -> Result<BTreeSet<String>> {
    let all = world.cloud.inventory()?.into_iter();
    let shown = all.filter(|object| !object.starts_with("role_policy "));
    Ok(shown
        .map(|object| {
            object
                .replace("bus_policy ", "event_bus_permission ")
                .replace("parameter ", "watch ")
                .replace("/- ", "/ ")
        })
        .collect())
}
