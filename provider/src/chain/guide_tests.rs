//! The guides list every object of every route and everything that our roles may, and nothing else.

use std::collections::BTreeSet;

use super::golden::{chain, guard, hub};
use super::*;
use crate::guides::{code, guide};

/// The columns of the guide's tables, in their order: where the user lives, where its guard stands, by which way.
const ROUTES: [(&str, &str, Topology); 5] = [
    ("222222222222", "eu-west-1", Topology::Relay),
    ("222222222222", "eu-west-1", Topology::Direct),
    ("222222222222", "us-east-1", Topology::Relay),
    ("111111111111", "eu-west-1", Topology::Relay),
    ("111111111111", "us-east-1", Topology::Relay),
];

/// Place, kind and name, as `chain` has them.
type Named = (String, String, String);

/// A line of a table: what it is, and on which routes it is.
struct Line {
    object: Named,
    on: Vec<bool>,
}

/// The lines under each heading that names a place.
fn lines(guide: &str) -> Vec<Line> {
    let mut place = String::new();
    let mut lines = Vec::new();
    for line in guide.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            place = heading.split(':').next().unwrap_or_default().to_lowercase();
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        // An empty cell at each end, kind, name, what for, and the routes.
        let [_, kind, name, _, on @ .., _] = &cells[..] else { continue };
        let code = |text: &str| text.strip_prefix('`')?.strip_suffix('`').map(str::to_owned);
        if let (Some(kind), Some(name), true) = (code(kind), code(name), on.len() == ROUTES.len()) {
            let on = on.iter().map(|mark| !mark.is_empty()).collect();
            lines.push(Line { object: (place.clone(), kind, name), on });
        }
    }
    lines
}

#[test]
fn the_guide_lists_everything_that_our_roles_may() {
    let guide = guide("permissions.md");
    let table = guide.split("## Guard's own roles").nth(1).expect("the part is there");
    let mut listed = BTreeSet::new();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').collect();
        let role = code(cells[1]).next().unwrap_or_default();
        listed.extend(code(cells[2]).map(|action| (role.to_owned(), action.to_owned())));
    }
    let hub = Hub { kms_key: Some("arn:aws:kms:us-east-1:111111111111:key/0000".into()), ..hub() };
    let mut granted = BTreeSet::new();
    for object in chain(&guard("222222222222", "eu-west-1", Topology::Relay), &hub) {
        let Spec::Role(role) = &object.spec else { continue };
        let name = match role.name.split("-to-").next().unwrap_or_default() {
            all if all == role.name => role.name.replace(&object.at.region, "<region>"),
            _ => "guard-<from>-to-<account>-<to>".to_owned(),
        };
        for statement in role.policy["Statement"].as_array().into_iter().flatten() {
            let actions = &statement["Action"];
            let each = actions.as_array().cloned().unwrap_or_else(|| vec![actions.clone()]);
            let each = each.iter().filter_map(|action| action.as_str());
            granted.extend(each.map(|action| (name.clone(), action.to_owned())));
        }
    }
    assert_eq!(listed, granted);
}

#[test]
fn each_diagram_of_the_guide_has_the_places_and_rules_of_its_route() {
    let guide = guide("what-is-created.md");
    let diagrams: Vec<&str> =
        guide.split("```mermaid").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(diagrams.len(), ROUTES.len());
    for (diagram, (account, region, topology)) in diagrams.into_iter().zip(ROUTES) {
        let named = |begin: &str| -> BTreeSet<String> {
            let found = diagram.split(begin).skip(1).filter_map(|rest| rest.split(['"', ']']).next());
            found.map(str::to_owned).collect()
        };
        let built = chain(&guard(account, region, topology), &hub());
        let places: BTreeSet<String> =
            built.iter().map(|object| format!("{}: {}", object.place, object.at)).collect();
        let rules = built.iter().filter(|object| object.kind() == "rule").map(Object::name);
        assert_eq!(named("subgraph ").len(), places.len(), "{diagram}");
        assert!(
            places.iter().all(|place| diagram.contains(&format!("\"{place}\""))),
            "{diagram}\n{places:?}"
        );
        assert_eq!(named("\"rule "), rules.collect(), "{diagram}");
    }
}

#[test]
fn the_guide_lists_every_object_of_every_route_and_no_other() {
    let lines = lines(&guide("what-is-created.md"));
    for (index, (account, region, topology)) in ROUTES.into_iter().enumerate() {
        let watched = vec!["sts:GetCallerIdentity".parse().expect("an action")];
        let guard = Guard { ignored_actions: watched, ..guard(account, region, topology) };
        let rule = own_rule(&hub(), &guard.edge, &guard.user);
        let listed = lines.iter().filter(|line| line.on[index]).map(|line| {
            let (place, kind, name) = line.object.clone();
            let name = name.replace("guard-user-<user>-<hash>", &rule).replace("<H>", "us-east-1");
            let name = name.replace("<A>", account).replace("<R>", region);
            // With one bus only, everything stands at the hub.
            let place = if index + 1 == ROUTES.len() { "hub".to_owned() } else { place };
            (place, kind, name)
        });
        let listed: BTreeSet<Named> = listed.collect();
        let built = chain(&guard, &hub());
        let built =
            built.iter().map(|object| (object.place.to_string(), object.kind().to_owned(), object.name()));
        let built: BTreeSet<Named> = built.collect();
        let surplus: Vec<_> = listed.difference(&built).collect();
        let missing: Vec<_> = built.difference(&listed).collect();
        assert!(
            surplus.is_empty() && missing.is_empty(),
            "column {}: the guide lists {surplus:?}, which isn't built, and lacks {missing:?}",
            index + 1
        );
    }
}
