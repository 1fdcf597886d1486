//! The software bill of materials: every crate that the provider and the functions are built from (CycloneDX 1.6).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::VERSION;
use crate::{Error, Result, cargo::cargo};

/// The crates whose programs are released.
const RELEASED: [&str; 2] = ["terraform-provider-guard", "guard-lambda"];

/// The bill of this workspace, from its lock file.
pub(super) fn of_workspace() -> Result<String> {
    let mut command = cargo();
    command.args(["metadata", "--locked", "--format-version", "1"]);
    let output = command.output().map_err(Error::io("running cargo metadata"))?;
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Error::Unexpected(format!("cargo metadata: {error}")))?;
    Ok(serde_json::to_string_pretty(&of(&metadata)).map_err(|error| Error::Unexpected(error.to_string()))?
        + "\n")
}

fn of(metadata: &Value) -> Value {
    let mut components: Vec<Value> = Vec::new();
    let needed = needed(metadata);
    for package in list(&metadata["packages"]).filter(|package| needed.contains(text(&package["id"]))) {
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        let mut component = json!({
            "type": "library",
            "name": name,
            "version": version,
            "purl": format!("pkg:cargo/{name}@{version}"),
        });
        if let Some(license) = package["license"].as_str() {
            component["licenses"] = json!([{ "expression": license.replace('/', " OR ") }]);
        }
        components.push(component);
    }
    components.sort_by(|a, b| text(&a["purl"]).cmp(text(&b["purl"])));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": { "type": "application", "name": RELEASED[0], "version": VERSION } },
        "components": components,
    })
}

/// The ids of all that the released crates depend on, directly or not, but for their tests; without themselves.
fn needed(metadata: &Value) -> BTreeSet<&str> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|node| (text(&node["id"]), node)).collect();
    let released = list(&metadata["packages"]).filter(|package| RELEASED.contains(&text(&package["name"])));
    let roots: BTreeSet<&str> = released.map(|package| text(&package["id"])).collect();
    let (mut seen, mut queue) = (BTreeSet::new(), roots.iter().copied().collect::<Vec<_>>());
    while let Some(id) = queue.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in nodes.get(id).into_iter().flat_map(|node| list(&node["deps"])) {
            let is_built = list(&dependency["dep_kinds"]).any(|kind| kind["kind"] != "dev");
            queue.extend(is_built.then_some(text(&dependency["pkg"])));
        }
    }
    &seen - &roots
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_listed_and_what_only_tests_need_is_not() {
        let deps = |kind: Value, id: &str| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let package =
            |name: &str| json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT/Apache-2.0" });
        let metadata = json!({
            "packages": [package("guard-lambda"), package("b"), package("a"), package("t"), package("x")],
            "resolve": { "nodes": [
                { "id": "guard-lambda", "deps": [deps(Value::Null, "b"), deps(json!("dev"), "t")] },
                { "id": "b", "deps": [deps(json!("build"), "a")] },
                { "id": "x", "deps": [] },
            ] },
        });
        let bill = of(&metadata);
        let listed: Vec<&str> = list(&bill["components"]).map(|it| text(&it["purl"])).collect();
        assert_eq!(listed, ["pkg:cargo/a@1.0.0", "pkg:cargo/b@1.0.0"]);
        assert_eq!(bill["components"][0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
    }
}
