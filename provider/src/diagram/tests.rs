//! The pictures of all routes and marks, held golden, and input that can't be drawn. `GUARD_GOLDEN=update`
//! writes the golden files, and the pictures in the guide, anew.

use std::{env, fs, path::PathBuf};

use serde_json::{Value, json};

use super::draw;
use crate::chain::{Object, Topology, example_chain, example_guard};

/// The guide that shows the pictures.
const GUIDE: &str = "../docs/guides/pictures.md";

/// The routes in the guide, under their headings' beginnings.
const ROUTES: [(&str, &str, &str, Topology); 5] = [
    ("relay", "222222222222", "eu-west-1", Topology::Relay),
    ("direct", "222222222222", "eu-west-1", Topology::Direct),
    ("member-at-hub-region", "222222222222", "us-east-1", Topology::Relay),
    ("management", "111111111111", "eu-west-1", Topology::Relay),
    ("management-at-hub", "111111111111", "us-east-1", Topology::Relay),
];

/// A guard's attributes, as terraform shows them.
fn values(account: &str, region: &str, topology: Topology) -> Value {
    let guard = example_guard(account, region, topology);
    let link = |object: &Object| {
        json!({
            "place": object.place.to_string(), "kind": object.kind(), "account_id": object.at.account,
            "region": object.at.region, "name": object.name(), "arn": object.arn(),
            "shared": object.shared(), "drift": null,
        })
    };
    json!({
        "account_id": account, "region": region, "user_name": guard.user, "user_arn": guard.user_arn,
        "topology": topology.name(), "status": "armed", "expected": [], "ignored_actions": null,
        "notify_topic_arns": null, "chain": example_chain(&guard).iter().map(link).collect::<Vec<_>>(),
    })
}

fn relay() -> Value {
    values("222222222222", "eu-west-1", Topology::Relay)
}

/// The attributes without the objects of that kind.
fn without(mut values: Value, kind: &str) -> Value {
    if let Some(chain) = values["chain"].as_array_mut() {
        chain.retain(|object| object["kind"] != kind);
    }
    values
}

fn state(values: &Value) -> Value {
    let resource = |values: &Value| {
        json!({"address": "guard_iam_user.backup", "type": "guard_iam_user", "mode": "managed",
            "values": values})
    };
    json!({"format_version": "1.0", "values": {"root_module": {"child_modules": [
        {"resources": [resource(values)]},
    ]}}})
}

fn plan(actions: &[&str], before: &Value, after: &Value) -> Value {
    json!({"format_version": "1.2", "resource_changes": [{
        "address": "guard_iam_user.backup", "type": "guard_iam_user", "mode": "managed",
        "change": {"actions": actions, "before": before, "after": after},
    }]})
}

fn picture(input: &Value) -> String {
    draw(&input.to_string()).expect("a guard that can be drawn")
}

fn check(name: &str, input: &Value) {
    let path = PathBuf::from(format!("golden/diagram-{name}.mmd"));
    let drawn = picture(input);
    if updates() {
        fs::write(&path, &drawn).expect("the golden folder can be written");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(golden, drawn, "{} differs; GUARD_GOLDEN=update writes it anew", path.display());
}

fn updates() -> bool {
    env::var("GUARD_GOLDEN").is_ok_and(|wish| wish == "update")
}

#[test]
fn the_guide_shows_the_picture_of_each_route() {
    let path = PathBuf::from(GUIDE);
    let mut guide = fs::read_to_string(&path).expect("the guide is there");
    let pictures =
        ROUTES.map(|(_, account, region, topology)| picture(&state(&values(account, region, topology))));
    if updates() {
        let mut parts = guide.split("```mermaid\n");
        let mut made = parts.next().unwrap_or_default().to_owned();
        for (part, picture) in parts.zip(&pictures) {
            let after = part.split_once("```").map_or("", |(_, after)| after);
            made += &format!("```mermaid\n{picture}```{after}");
        }
        fs::write(&path, &made).expect("the guide can be written");
        guide = made;
    }
    let shown: Vec<&str> =
        guide.split("```mermaid\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert_eq!(shown, pictures, "GUARD_GOLDEN=update writes them anew");
}

#[test]
fn every_object_of_every_route_is_a_node_that_something_leads_to_or_from() {
    for (_, account, region, topology) in ROUTES {
        let drawn = picture(&state(&values(account, region, topology)));
        let nodes = drawn
            .lines()
            .map(str::trim)
            .filter_map(|line| line.strip_prefix('n')?.split(['[', '(', '{']).next());
        let nodes: Vec<&str> = nodes.filter(|number| number.parse::<u32>().is_ok()).collect();
        let chain = example_chain(&example_guard(account, region, topology)).len();
        assert_eq!(nodes.len(), chain + 2, "the chain, the bucket and the user:\n{drawn}");
        for number in nodes {
            let (from, to) = (format!("  n{number} "), format!("> n{number}\n"));
            assert!(
                drawn.contains(&from) || drawn.contains(&to),
                "nothing leads to or from n{number}:\n{drawn}"
            );
        }
    }
}

#[test]
fn what_is_missing_or_differs_in_a_state_is_marked() {
    let mut values = without(relay(), "alarm");
    values["chain"][0]["drift"] = json!("its policy is \"*\" <b>");
    check("state-with-drift", &state(&values));
}

#[test]
fn what_a_plan_repairs_is_marked_as_missing() {
    check("plan-repairs", &plan(&["update"], &without(relay(), "target"), &relay()));
}

#[test]
fn what_a_plan_builds_is_new() {
    let drawn = picture(&plan(&["create"], &Value::Null, &relay()));
    let chain = relay()["chain"].as_array().map_or(0, Vec::len);
    assert_eq!(drawn.matches("<br/>NEW").count(), chain);
    assert!(!drawn.contains("MISSING"), "{drawn}");
}

#[test]
fn what_a_plan_takes_away_goes() {
    let drawn = picture(&plan(&["delete"], &without(relay(), "alarm"), &Value::Null));
    let chain = without(relay(), "alarm")["chain"].as_array().map_or(0, Vec::len);
    assert_eq!(drawn.matches("<br/>GOES").count(), chain);
    assert!(!drawn.contains("MISSING"), "{drawn}");
}

#[test]
fn a_guard_that_is_only_known_after_apply_is_its_user() {
    let after = json!({"account_id": "222222222222", "region": "eu-west-1"});
    let drawn = picture(&plan(&["create"], &Value::Null, &after));
    assert!(drawn.contains("IAM user<br/>(unknown)"), "{drawn}");
}

#[test]
fn two_guards_share_their_nodes() {
    let one = picture(&state(&relay()));
    let mut both = state(&relay());
    let module = both["values"]["root_module"].clone();
    both["values"]["root_module"] = json!({"child_modules": [module.clone(), module]});
    let both = picture(&both);
    let nodes = |text: &str| text.lines().filter(|line| line.contains('"')).count();
    assert_eq!(nodes(&one), nodes(&both));
}

#[test]
fn what_is_no_state_or_plan_is_refused_with_the_reason() {
    let refused = |text: &str| draw(text).expect_err("it is no guard's").to_string();
    assert!(refused("terraform").contains("not JSON"));
    assert!(refused("{}").contains("no `format_version`"));
    assert!(refused("[]").contains("no `format_version`"));
    assert!(refused(r#"{"version": 4, "lineage": "a"}"#).contains("state file"));
    assert!(refused(r#"{"format_version": "2.0"}"#).contains("is 2.0"));
    assert!(refused(r#"{"format_version": "1.0"}"#).contains("no guard_iam_user"));
    let odd = state(&json!({"chain": "none"})).to_string();
    assert!(refused(&odd).contains("guard_iam_user.backup is not as"));
}
