//! The table has every action that is called here and no other, and the guide has the table.

use std::{collections::BTreeSet, fs, path::Path};

use crate::chain::{Delivery, Hub, Location, Names};

use super::super::HandedOn;
use super::table::{Grant, Kind, On, TABLE, Who};
use super::*;

/// Made without credentials, so that no policy can allow it.
const ASKS_FOR_NO_PERMISSION: &str = "sts:AssumeRoleWithWebIdentity";
/// Nobody can be denied it.
const ALWAYS_ALLOWED: &str = "sts:GetCallerIdentity";

/// What stands behind `called(` and `call =` in the sources: each call is named as IAM names its action.
fn called() -> BTreeSet<String> {
    let mut actions = BTreeSet::new();
    for source in sources(Path::new("src/aws")) {
        let calls = source.split("called(").skip(1).chain(source.split("let call = ").skip(1));
        let named = calls.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        actions.extend(named.filter(|name| name.contains(':')).map(str::to_owned));
    }
    actions.remove(ASKS_FOR_NO_PERMISSION);
    actions.remove(ALWAYS_ALLOWED);
    actions
}

/// The texts of a folder's files, those of the folders in it too.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the sources are there").flatten();
    let texts = entries.flat_map(|entry| match entry.path() {
        folder if folder.is_dir() => sources(&folder),
        file => fs::read_to_string(file).into_iter().collect(),
    });
    texts.collect()
}

#[test]
fn the_table_has_every_action_that_is_called_once_and_no_other() {
    let rows = TABLE.iter().filter(|grant| grant.kind != Kind::Beside);
    let listed: Vec<String> = rows.flat_map(|grant| grant.actions).map(ToString::to_string).collect();
    let (called, once) = (called(), listed.iter().cloned().collect::<BTreeSet<_>>());
    assert!(called.len() > 50, "only {} calls were found in the sources", called.len());
    assert_eq!(listed.len(), once.len(), "an action stands in two rows");
    let missing: Vec<_> = called.difference(&once).collect();
    let surplus: Vec<_> = once.difference(&called).collect();
    assert!(missing.is_empty(), "the table lacks {missing:?}");
    assert!(surplus.is_empty(), "the table lists {surplus:?}, which nothing calls");
}

/// The rows of the guide, as the table has them.
fn rows(beside: bool) -> String {
    let grants = TABLE.iter().filter(|grant| (grant.kind == Kind::Beside) == beside);
    let row = |Grant { actions, on, who, why, .. }: &Grant| {
        let actions: Vec<_> = actions.iter().map(|action| format!("`{action}`")).collect();
        let (caller, member) = match who {
            Who::Caller => ("✓", ""),
            Who::SourceIdentity => ("with a source identity", ""),
            Who::SessionTags => ("with transitive tags", ""),
            Who::Hub => ("✓", "in the account of the block `trail`, instead of the caller"),
            Who::Subscriber => {
                ("with `delivery = \"sns\"`", "in the account of the block `trail`, instead of the caller")
            }
            Who::Member => ("", "✓"),
            Who::Both => ("✓", "✓"),
            Who::Users => ("for its own users", "✓"),
            Who::Topics => ("for its own topics", "for its topics"),
        };
        format!("| {} | {} | {caller} | {member} | {why} |\n", actions.join(", "), shown(*on))
    };
    let head = "| actions | on | caller | member role | for |\n| --- | --- | --- | --- | --- |\n";
    head.to_owned() + &grants.map(row).collect::<String>()
}

fn shown(on: On) -> &'static str {
    match on {
        On::Everything => "`*`",
        On::MemberRoles => "the member roles",
        On::Trails => "the account's trails",
        On::Bucket => "the trail's bucket",
        On::Parameters => "`/guard/watches` and what is in it",
        On::BusAndRules => "`guard-bus` and its rules",
        On::Functions => "functions `guard-*`",
        On::LogGroups => "log groups `/aws/lambda/guard-*`",
        On::Queue => "`guard-dead-letters`",
        On::Alarms => "alarms `guard-*`",
        On::MuteRules => "the account's alarm mute rules",
        On::Roles => "roles `guard-*`",
        On::PassedRoles => "roles `guard-*`, to Lambda and EventBridge only",
        On::Users => "the account's users",
        On::UsersDeny => "the account's users, `AWSDenyAll` only",
        On::TrailTopic => "the trail's topic",
        On::Topics => "the topics of `notify_topic_arns`",
    }
}

#[test]
fn the_guide_has_the_table() {
    let page = Path::new("../docs/guides/permissions.md");
    let mut guide = fs::read_to_string(page).expect("the guide is there");
    for (name, beside) in [("calls", false), ("beside", true)] {
        let (begin, end) = (format!("<!-- {name} -->\n\n"), format!("\n<!-- end of {name} -->"));
        let from = guide.find(&begin).expect("the guide has a place for it") + begin.len();
        let to = guide.find(&end).expect("the place has an end");
        if std::env::var("GUARD_GOLDEN").is_ok_and(|wish| wish == "update") {
            guide.replace_range(from..to, &rows(beside));
            fs::write(page, &guide).expect("the guide can be written");
        } else {
            assert_eq!(&guide[from..to], rows(beside), "GUARD_GOLDEN=update writes it anew");
        }
    }
}

fn made(accounts: &[&str], topics: &[(&str, &str)]) -> Documents {
    made_at("111111111111", accounts, topics)
}

/// The documents where the trail's bucket is in that account.
fn made_at(hub: &str, accounts: &[&str], topics: &[(&str, &str)]) -> Documents {
    made_by(hub, accounts, topics, HandedOn::default())
}

fn made_by(hub: &str, accounts: &[&str], topics: &[(&str, &str)], handed_on: HandedOn) -> Documents {
    let hub = Hub {
        location: Location::new(hub, "us-east-1"),
        bucket: "organization-trail-111111111111".to_owned(),
        key_prefix: "AWSLogs/".to_owned(),
        kms_key: None,
        delivery: Delivery::default(),
        topic: None,
        names: Names::new("guard").expect("a prefix"),
    };
    let accounts = accounts.iter().map(ToString::to_string).collect();
    let topics = topics.iter().map(|(at, arn)| (at.to_string(), BTreeSet::from([arn.to_string()]))).collect();
    let role = |account: &str| format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
    documents(&Wanted { caller: "111111111111", hub: &hub, role: &role, accounts, topics, handed_on })
}

fn sids(document: &serde_json::Value) -> Vec<&str> {
    let statements = document["Statement"].as_array().into_iter().flatten();
    statements.filter_map(|statement| statement["Sid"].as_str()).collect()
}

#[test]
fn an_account_has_the_statements_that_it_needs_and_no_other() {
    let topic = ("333333333333", "arn:aws:sns:eu-west-1:333333333333:security");
    let made = made(&["222222222222"], &[topic]);
    assert_eq!(made.members.keys().collect::<Vec<_>>(), ["222222222222", "333333333333"]);
    assert_eq!(sids(&made.members["333333333333"]), ["Topics"], "nobody is guarded there");
    assert!(!sids(&made.caller).contains(&"Users"), "it has no users to guard");
    assert!(!sids(&made.members["222222222222"]).contains(&"Bucket"), "the trail is the hub's");
    let enters = made.caller["Statement"][0]["Resource"].as_array().map(Vec::len);
    assert_eq!(enters, Some(2), "it looks at the topic by that account's role");
}

#[test]
fn a_session_that_hands_on_its_identity_and_tags_may_do_so() {
    let actions = |handed_on| {
        let made = made_by("111111111111", &["222222222222"], &[], handed_on);
        made.caller["Statement"][0]["Action"].as_array().cloned().unwrap_or_default()
    };
    assert_eq!(actions(HandedOn::default()), ["sts:AssumeRole"]);
    let identity = HandedOn { source_identity: true, tags: false };
    assert_eq!(actions(identity), ["sts:AssumeRole", "sts:SetSourceIdentity"]);
    let tags = HandedOn { source_identity: false, tags: true };
    assert_eq!(actions(tags), ["sts:AssumeRole", "sts:TagSession"]);
}

#[test]
fn who_is_where_the_bucket_is_gets_the_hubs_statements() {
    let made = made_at("333333333333", &["222222222222"], &[]);
    assert_eq!(sids(&made.caller), ["MemberRoles", "Everything", "Trails"], "it finds the trail and enters");
    let archive = sids(&made.members["333333333333"]);
    assert!(archive.contains(&"Bucket") && archive.contains(&"Functions"), "{archive:?}");
    assert!(!archive.contains(&"Users") && !archive.contains(&"Trails"), "{archive:?}");
}

// IAM, "IAM and AWS STS quotas": 6,144 characters for a managed policy.
#[test]
fn the_callers_document_fits_a_managed_policy_for_dozens_of_accounts() {
    let accounts: Vec<String> = (0..30).map(|number| format!("2222222222{number:02}")).collect();
    let accounts: Vec<&str> = accounts.iter().map(String::as_str).chain(["111111111111"]).collect();
    let documents = made(&accounts, &[]);
    let largest = documents.members.values().map(|document| document.to_string().len()).max();
    assert!(largest < Some(6144), "{largest:?}");
    let length = documents.caller.to_string().len();
    assert!(length < 6144, "{length}");
}
