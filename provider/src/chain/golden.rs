//! Golden files: the whole chain of each route, as it is built. Update them with `GUARD_GOLDEN=update`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use guard_contract::{Mode, Rearmed, Response, Signal};
use serde_json::{Value, json};

use super::*;

pub(super) fn hub() -> Hub {
    Hub {
        location: Location::new("111111111111", "us-east-1"),
        bucket: "organization-trail-111111111111".into(),
        key_prefix: "AWSLogs/".into(),
        kms_key: None,
        delivery: Delivery::default(),
        topic: None,
        names: Names::new("guard").expect("a prefix"),
    }
}

/// A guard like most.
pub(crate) fn guard(account: &str, region: &str, topology: Topology) -> Guard {
    Guard {
        edge: Location::new(account, region),
        user: "backup-script".into(),
        user_arn: format!("arn:aws:iam::{account}:user/scripts/backup-script"),
        principal_id: Some("AIDAEXAMPLE".into()),
        topology,
        former: None,
        signals: Signal::CHOICES.to_vec(),
        expected: None,
        ignored_actions: Vec::new(),
        topics: Vec::new(),
        response: Response::default(),
        rearm: None,
        tags: BTreeMap::from([("team".to_owned(), "storage".to_owned())]),
        former_tags: BTreeSet::new(),
        shared_tags: SharedTags::default(),
    }
}

/// Its chain.
pub(crate) fn example_chain(guard: &Guard) -> Vec<Object> {
    chain(guard, &hub())
}

pub(super) fn chain(guard: &Guard, hub: &Hub) -> Vec<Object> {
    expand(guard, hub, std::slice::from_ref(&guard.user_arn)).expect("within all limits")
}

/// What the reader of a golden file wants to see of an object.
fn shown(object: &Object) -> Value {
    let json = |text: &str| serde_json::from_str::<Value>(text).expect("our own JSON");
    let spec = match &object.spec {
        Spec::Queue(queue) => json!(queue.statements),
        Spec::LogGroup(group) => json!({ "retention_days": group.retention_days }),
        Spec::Role(role) => json!({ "trusts": role.service, "policy": role.policy }),
        Spec::Bus(_) => Value::Null,
        Spec::BusPermission(permission) => permission.statement.clone(),
        Spec::Function(function) => json!({
            "handler": function.handler.name(), "role": function.role_arn,
            "memory_mb": function.memory_mb, "timeout_seconds": function.timeout_seconds,
        }),
        Spec::AsyncSettings(settings) => json!({ "on_failure": settings.queue_arn }),
        Spec::FunctionPermission(permission) => json!({
            "principal": permission.principal, "source_arn": permission.source_arn,
            "source_account": permission.source_account, "replaces": permission.replaces,
        }),
        Spec::BucketNotification(entry) => match entry.delivery {
            Delivery::Notification => {
                json!({ "function": entry.function_arn, "prefix": entry.prefix, "suffix": entry.suffix })
            }
            Delivery::EventBridge => json!("switched on"),
            Delivery::Sns => json!("nothing of ours"),
        },
        Spec::Subscription(it) => json!({ "tells": it.function_arn }),
        Spec::Rule(rule) => json!({
            "pattern": json(&rule.pattern),
            "description": serde_json::from_str(&rule.description).unwrap_or(json!(rule.description)),
            "tags": object.tags,
        }),
        Spec::Target(target) => json!({
            "leads_to": target.arn, "role": target.role_arn, "dead_letters": target.dead_letters_arn,
        }),
        Spec::Alarm(alarm) => json!({
            "metric": format!("{} {} {:?}", alarm.metric.namespace, alarm.metric.name, alarm.metric.statistic),
            "of": alarm.metric.dimensions, "action": alarm.function_arn,
        }),
        Spec::Watch(watch) => json(&watch.value),
    };
    let who = if object.shared() { "shared" } else { "own" };
    json!({ "object": format!("{}: {object}", object.place), "arn": object.arn(), "of": who, "is": spec })
}

fn check(name: &str, chain: &[Object]) {
    let path = PathBuf::from(format!("golden/chain-{name}.json"));
    let shown: Vec<Value> = chain.iter().map(shown).collect();
    let text = serde_json::to_string_pretty(&shown).expect("JSON") + "\n";
    if std::env::var("GUARD_GOLDEN").is_ok_and(|wish| wish == "update") {
        fs::write(&path, &text).expect("the golden folder can be written");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    // As values: another crate of the workspace may make serde_json keep the order of keys.
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    assert_eq!(read(&golden), read(&text), "{} differs; GUARD_GOLDEN=update writes it anew", path.display());
}

#[test]
fn a_member_in_another_region_over_its_relay() {
    check("relay", &chain(&guard("222222222222", "eu-west-1", Topology::Relay), &hub()));
}

#[test]
fn a_member_in_another_region_directly() {
    check("direct", &chain(&guard("222222222222", "eu-west-1", Topology::Direct), &hub()));
}

#[test]
fn a_member_in_the_hubs_region() {
    check("member-at-hub-region", &chain(&guard("222222222222", "us-east-1", Topology::Relay), &hub()));
}

#[test]
fn the_management_account_in_another_region() {
    check("management", &chain(&guard("111111111111", "eu-west-1", Topology::Relay), &hub()));
}

#[test]
fn the_management_account_at_the_hub() {
    check("management-at-hub", &chain(&guard("111111111111", "us-east-1", Topology::Relay), &hub()));
}

#[test]
fn a_hub_that_hears_of_files_by_eventbridge() {
    let hub = Hub { delivery: Delivery::EventBridge, ..hub() };
    check("eventbridge", &chain(&guard("222222222222", "eu-west-1", Topology::Relay), &hub));
}

#[test]
fn a_hub_that_hears_of_files_by_the_trails_topic() {
    let topic = Some("arn:aws:sns:us-east-1:111111111111:trail-files".to_owned());
    let hub = Hub { delivery: Delivery::Sns, topic, ..hub() };
    check("sns", &chain(&guard("222222222222", "eu-west-1", Topology::Relay), &hub));
}

/// A member's chain in another partition, where its region is the hub's.
fn elsewhere(region: &str, topology: Topology) -> Vec<Object> {
    let hub = Hub { location: Location::new("111111111111", region), ..hub() };
    let guard = guard("222222222222", region, topology);
    let user_arn = Guard::plain_user_arn(&guard.edge, &guard.user);
    chain(&Guard { user_arn, ..guard }, &hub)
}

#[test]
fn a_member_in_china() {
    check("china", &elsewhere("cn-north-1", Topology::Relay));
}

#[test]
fn another_partitions_chain_names_nothing_of_this_one() {
    for region in ["cn-north-1", "us-gov-west-1"] {
        let chain = elsewhere(region, Topology::Relay);
        let text = chain.iter().map(|object| shown(object).to_string()).collect::<String>();
        let partition = chain[0].at.partition().name();
        assert!(text.contains(&format!("arn:{partition}:iam::aws:policy/AWSDenyAll")), "{text}");
        assert!(!text.contains("arn:aws:"), "{text}");
    }
}

#[test]
fn a_guard_with_everything() {
    let expected = json!({"actions": ["s3:Get*"], "source_ips": ["192.0.2.0/24"]});
    let response = Response {
        mode: Mode::Monitor,
        deactivate_keys: true,
        rearmed: Some(Rearmed { at: 1_764_036_600, word: Rearmed::word("OPS-17") }),
        since: Some(1_764_000_000),
        principal_id: None,
    };
    let guard = Guard {
        expected: serde_json::from_value(expected).ok(),
        ignored_actions: vec!["sts:GetCallerIdentity".parse().expect("an action")],
        topics: vec!["arn:aws:sns:eu-west-1:222222222222:ops".into()],
        response,
        ..guard("222222222222", "eu-west-1", Topology::Relay)
    };
    let own: Vec<Object> = chain(&guard, &hub()).into_iter().filter(|object| !object.shared()).collect();
    check("own-with-everything", &own);
}

#[test]
fn too_much_to_watch_for_is_refused() {
    let topics = vec!["arn:aws:sns:eu-west-1:222222222222:ops".repeat(110)];
    let guard = Guard { topics, ..guard("222222222222", "eu-west-1", Topology::Relay) };
    let refused = expand(&guard, &hub(), &[]).expect_err("it is too long").to_string();
    assert!(refused.contains("expected"), "{refused}");
}

#[test]
fn an_encrypted_trail_lets_the_filter_decrypt() {
    let key = "arn:aws:kms:us-east-1:111111111111:key/0000";
    let hub = Hub { kms_key: Some(key.into()), ..hub() };
    let chain = chain(&guard("222222222222", "eu-west-1", Topology::Relay), &hub);
    let decrypts = |object: &Object| match &object.spec {
        Spec::Role(role) => role.policy.to_string().contains("DecryptTrail"),
        _ => false,
    };
    let with: Vec<String> = chain.iter().filter(|object| decrypts(object)).map(Object::name).collect();
    assert_eq!(with, ["guard-filter-us-east-1"]);
}

#[test]
fn no_two_objects_of_a_chain_are_the_same() {
    for topology in [Topology::Relay, Topology::Direct] {
        let chain = chain(&guard("222222222222", "eu-west-1", topology), &hub());
        let mut names: Vec<String> = chain.iter().map(ToString::to_string).collect();
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}

#[test]
fn too_many_users_at_one_place_are_refused_before_iam_does() {
    let guard = guard("222222222222", "eu-west-1", Topology::Relay);
    let users: Vec<String> =
        (0..300).map(|n| format!("arn:aws:iam::222222222222:user/scripts/u-{n}")).collect();
    let refused = expand(&guard, &hub(), &users).expect_err("300 users don't fit").to_string();
    assert!(refused.contains("guard-responder") || refused.contains("300 users"), "{refused}");
}

#[test]
fn a_path_that_doesnt_fit_the_record_is_refused() {
    let path = "x".repeat(500);
    let guard = Guard {
        user_arn: format!("arn:aws:iam::222222222222:user/{path}/backup-script"),
        ..guard("222222222222", "eu-west-1", Topology::Relay)
    };
    assert!(expand(&guard, &hub(), &[]).expect_err("it is too long").to_string().contains("shorter path"));
}
