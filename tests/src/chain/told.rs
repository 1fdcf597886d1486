//! What a state tells of, as the inventory lists it: the two must be the same.

use std::collections::BTreeSet;

use serde_json::Value;

/// The inventory's lines for the objects of a guard's attribute `chain`. A role's policies are left out:
/// the chain has them with the role.
pub fn told(chain: &Value) -> BTreeSet<String> {
    chain.as_array().into_iter().flatten().map(line).collect()
}

fn line(object: &Value) -> String {
    let [kind, account, region, name, arn] =
        ["kind", "account_id", "region", "name", "arn"].map(|field| object[field].as_str().unwrap_or("-"));
    // The last part of what an object is a part of: bus, function, bucket or rule.
    let whole = arn.rsplit([':', '/']).next().unwrap_or_default();
    match kind {
        // Roles are global in their account.
        "role" => format!("role {account}/ {name}"),
        "event_bus_permission" => format!("bus_policy {account}/{region} {whole}"),
        "function_permission" | "bucket_notification" | "target" => {
            format!("{kind} {account}/{region} {whole}/{name}")
        }
        "watch" => format!("parameter {account}/{region} {name}"),
        _ => format!("{kind} {account}/{region} {name}"),
    }
}
