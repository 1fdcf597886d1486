//! The data sources: a guard that is there is read whole, one that isn't is an error, and what isn't known yet waits.

use guard_tests::{
    Result,
    chain::Guard,
    world::{Block, World, actions},
};
use serde_json::{Value, json};

use super::response::Scene;

const PLAN: [&str; 3] = ["plan", "-input=false", "-no-color"];

fn guard() -> Guard {
    Guard::new("222222222222", "eu-west-1", "backup")
}

fn data(Guard { account, region, user }: &Guard, more: &str) -> String {
    format!(
        "data \"guard_iam_user\" \"read\" {{\n  account_id = \"{account}\"\n  region = \"{region}\"\n  \
         user_name = \"{user}\"\n{more}\n}}\n"
    )
}

/// What the resource and the data source have in common.
fn common(mut attributes: Value) -> Value {
    let orders = ["rearm", "on_destroy", "timeouts", "expected"];
    if let Some(all) = attributes.as_object_mut() {
        all.retain(|name, _| !orders.contains(&name.as_str()));
    }
    attributes
}

#[test]
fn a_colleague_reads_a_guard_whole_and_changes_nothing() -> Result<()> {
    let world = World::new()?;
    world.hire(&guard())?;
    let more = "mode = \"monitor\"\n  tags = { team = \"platform\" }\n  ignored_actions = [\"sts:GetCallerIdentity\"]\n  \
                expected {\n    actions = [\"s3:List*\"]\n    regions = [\"eu-west-1\"]\n  }";
    world.configure(&[Block::new("backup", &guard()).with(more)])?;
    world.apply()?;

    let colleague = world.colleague()?;
    colleague.configure(&[])?;
    colleague.terraform.write("data.tf", &data(&guard(), ""))?;
    let (since, _) = world.cloud.requests(u64::MAX)?;
    colleague.apply()?;
    let read = colleague.terraform.resource("data.guard_iam_user.read")?;
    assert_eq!(common(read.clone()), common(world.state("backup")?));
    let expected = json!([{ "actions": ["s3:List*"], "regions": ["eu-west-1"], "source_ips": null, "user_agents": null, "vpce_ids": null }]);
    assert_eq!(read["expected"], expected);
    let requests = world.cloud.requests(since)?.1;
    let written: Vec<_> = requests.iter().filter(|request| request.is_write()).collect();
    assert!(written.is_empty(), "{written:?}");
    world.destroy()
}

#[test]
fn a_guard_that_has_tripped_is_read_as_tripped() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    scene.leak()?;
    scene.until_denied()?;
    let (state, _) = scene.refreshed()?;
    let colleague = scene.world.colleague()?;
    colleague.configure(&[])?;
    colleague.terraform.write("data.tf", &data(&scene.guard, ""))?;
    let said = colleague.terraform.apply()?;
    assert!(!said.contains("Warning: The guard"), "who reads decides whom to tell:\n{said}");
    let read = colleague.terraform.resource("data.guard_iam_user.read")?;
    assert_eq!(read["status"], "tripped");
    for told in ["tripped_at", "tripped_by", "tripped_signal"] {
        assert!(read[told].is_string() && read[told] == state[told], "{told}: {read}");
    }
    scene.end()
}

#[test]
fn a_guard_that_is_not_there_is_an_error() -> Result<()> {
    let world = World::new()?;
    world.hire(&guard())?;
    world.configure(&[])?;
    world.terraform.write("data.tf", &data(&guard(), ""))?;
    let said = world.terraform.fails(&PLAN)?;
    assert!(said.contains(&format!("There is no guard {}", guard())), "{said}");
    assert!(said.contains("on bus guard-bus in 222222222222/eu-west-1"), "{said}");
    world.terraform.write("data.tf", &data(&Guard::new("2222", "Europe", "a/b"), ""))?;
    let said = world.terraform.fails(&["validate", "-no-color"])?;
    for part in ["Not an account id", "Not a region", "Not a user name"] {
        assert!(said.contains(part), "wanted \"{part}\" in:\n{said}");
    }
    world.empty()
}

#[test]
fn what_is_not_known_yet_is_read_by_apply() -> Result<()> {
    let world = World::new()?;
    world.hire(&guard())?;
    world.configure(&[Block::new("backup", &guard())])?;
    let later = "resource \"terraform_data\" \"account\" {\n  input = \"222222222222\"\n}\n\
                 data \"guard_permissions\" \"all\" {\n  account_ids = [terraform_data.account.output]\n}\n";
    let after = "  depends_on = [guard_iam_user.backup]";
    world.terraform.write("data.tf", &(data(&guard(), after) + later))?;
    let plan = world.terraform.plan()?;
    assert_eq!(actions(&plan, "backup"), ["create"]);
    for address in ["data.guard_iam_user.read", "data.guard_permissions.all"] {
        let changes = plan.json["resource_changes"].as_array().cloned().unwrap_or_default();
        let change = changes.iter().find(|change| change["address"] == address);
        let change = change.unwrap_or_else(|| panic!("{address} is not in the plan:\n{}", plan.output));
        assert_eq!(change["change"]["actions"], json!(["read"]), "{}", plan.output);
    }
    world.apply()?;
    let read = world.terraform.resource("data.guard_iam_user.read")?;
    assert_eq!(common(read), common(world.state("backup")?));
    let made = world.terraform.resource("data.guard_permissions.all")?;
    assert_eq!(made["caller_account_id"], world.management());
    assert!(made["member_policies"]["222222222222"].is_string(), "{made}");
    world.destroy()
}

#[test]
fn permissions_name_what_the_provider_block_names() -> Result<()> {
    let world = World::new()?;
    let block = "  name_prefix = \"sentry\"\n  member_role_name = \"Security\"";
    world.configure_with(block, &[])?;
    let topic = "arn:aws:sns:eu-west-1:333333333333:security";
    let asked = format!(
        "data \"guard_permissions\" \"all\" {{\n  account_ids = [\"222222222222\"]\n  notify_topic_arns = [\"{topic}\"]\n}}\n"
    );
    world.terraform.write("data.tf", &asked)?;
    world.apply()?;
    let made = world.terraform.resource("data.guard_permissions.all")?;
    let caller = made["caller_policy"].as_str().unwrap_or_default();
    let bucket = format!("arn:aws:s3:::{}", world.cloud.ready().bucket);
    for part in ["arn:aws:iam::222222222222:role/Security", "event-bus/sentry-bus", &bucket] {
        assert!(caller.contains(part), "wanted \"{part}\" in {caller}");
    }
    assert!(made["member_policies"]["333333333333"].as_str().is_some_and(|policy| policy.contains(topic)));

    let wrong = "data \"guard_permissions\" \"all\" {\n  account_ids = [\"12\"]\n  notify_topic_arns = [\"security\"]\n}\n";
    world.terraform.write("data.tf", wrong)?;
    let said = world.terraform.fails(&["validate", "-no-color"])?;
    for part in ["Not an entry of account_ids[0]", "Not an entry of notify_topic_arns[0]"] {
        assert!(said.contains(part), "wanted \"{part}\" in:\n{said}");
    }
    world.empty()
}
