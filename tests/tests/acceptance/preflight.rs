//! What can be known beforehand is said in the plan; what can't, at apply.

use guard_tests::{
    Result,
    chain::Guard,
    operators::Policies,
    world::{Block, World},
};
use serde_json::json;

const PLAN: [&str; 3] = ["plan", "-input=false", "-no-color"];
const APPLY: [&str; 4] = ["apply", "-auto-approve", "-input=false", "-no-color"];

fn with_one_guard() -> Result<(World, Guard)> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.configure(&[Block::new("backup", &guard)])?;
    Ok((world, guard))
}

/// The plan fails with this text, and nothing was built.
fn refused(world: &World, text: &str) -> Result<()> {
    let said = world.terraform.fails(&PLAN)?;
    assert!(said.contains(text), "wanted \"{text}\" in:\n{said}");
    world.empty()
}

#[test]
fn a_missing_trail_is_named() -> Result<()> {
    let (world, _) = with_one_guard()?;
    let trail = &world.cloud.ready().trail;
    world.cloud.administrator(world.management()).run(&["cloudtrail", "delete-trail", "--name", trail])?;
    refused(&world, "has no organization trail in us-east-1")
}

#[test]
fn a_trail_that_is_not_the_organizations_is_refused() -> Result<()> {
    let (world, _) = with_one_guard()?;
    let trail = &world.cloud.ready().trail;
    let management = world.cloud.administrator(world.management());
    management.run(&["cloudtrail", "delete-trail", "--name", trail])?;
    let bucket = &world.cloud.ready().bucket;
    let create = ["cloudtrail", "create-trail", "--is-multi-region-trail", "--name", "own"];
    management.run(&[&create[..], &["--s3-bucket-name", bucket]].concat())?;
    management.run(&["cloudtrail", "start-logging", "--name", "own"])?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.configure_with("trail_name = \"own\"", &[Block::new("backup", &guard)])?;
    refused(&world, "trail own is not an organization trail")
}

#[test]
fn a_stopped_trail_is_refused() -> Result<()> {
    let (world, _) = with_one_guard()?;
    let trail = &world.cloud.ready().trail;
    world.cloud.administrator(world.management()).run(&["cloudtrail", "stop-logging", "--name", trail])?;
    refused(&world, "is not logging, so no guard would ever trip")
}

#[test]
fn a_trail_without_read_events_is_refused() -> Result<()> {
    let (world, _) = with_one_guard()?;
    let trail = &world.cloud.ready().trail;
    let selectors = json!([{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true}]).to_string();
    let put = ["cloudtrail", "put-event-selectors", "--trail-name", trail];
    let management = world.cloud.administrator(world.management());
    management.run(&[&put[..], &["--event-selectors", &selectors]].concat())?;
    refused(&world, "doesn't log all management events, read-only ones included")
}

#[test]
fn the_hub_is_in_the_region_of_the_trails_bucket() -> Result<()> {
    let (world, guard) = with_one_guard()?;
    world.hire(&guard)?;
    let management = world.cloud.administrator(world.management()).in_region("eu-west-2");
    let elsewhere = r#"{"LocationConstraint": "eu-west-2"}"#;
    let create =
        ["s3api", "create-bucket", "--bucket", "elsewhere", "--create-bucket-configuration", elsewhere];
    management.run(&create)?;
    let trail = &world.cloud.ready().trail;
    let update = ["cloudtrail", "update-trail", "--name", trail, "--s3-bucket-name", "elsewhere"];
    world.cloud.administrator(world.management()).run(&update)?;
    if world.can("denials") {
        world.cloud.equip(&Policies::anew(&world.cloud)?)?;
    }
    world.apply()?;
    let entries = ["s3api", "get-bucket-notification-configuration", "--bucket", "elsewhere"];
    let entries = management.run(&entries)?;
    let function = &entries["LambdaFunctionConfigurations"][0]["LambdaFunctionArn"];
    let wanted = format!("arn:aws:lambda:eu-west-2:{}:function:guard-filter", world.management());
    assert_eq!(*function, json!(wanted));
    world.destroy()
}

#[test]
fn an_overlapping_notification_is_named() -> Result<()> {
    let (world, _) = with_one_guard()?;
    let management = world.cloud.administrator(world.management());
    let arn = format!("arn:aws:sqs:us-east-1:{}:siem", world.management());
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn},
    ]});
    let attributes = json!({ "Policy": policy.to_string() }).to_string();
    management.run(&["sqs", "create-queue", "--queue-name", "siem", "--attributes", &attributes])?;
    let entries = json!({"QueueConfigurations": [
        {"Id": "everything", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]},
    ]});
    let put = ["s3api", "put-bucket-notification-configuration", "--bucket", &world.cloud.ready().bucket];
    management.run(&[&put[..], &["--notification-configuration", &entries.to_string()]].concat())?;
    let said = world.terraform.fails(&PLAN)?;
    assert!(said.contains("already notifies") && said.contains("everything"), "{said}");
    Ok(())
}

#[test]
fn an_account_that_cannot_be_entered_is_named() -> Result<()> {
    let Some(world) = World::that_can("roles")? else { return Ok(()) };
    let stranger = Guard::new("999999999999", "eu-west-1", "backup");
    world.configure(&[Block::new("backup", &stranger)])?;
    refused(&world, "999999999999")
}

#[test]
fn unknown_signals_are_refused_without_asking_aws() -> Result<()> {
    let (world, guard) = with_one_guard()?;
    let (before, _) = world.cloud.requests(u64::MAX)?;
    world.configure(&[Block::new("backup", &guard).with("signals = [\"access_denied\", \"root_login\"]")])?;
    let said = world.terraform.fails(&["validate", "-no-color"])?;
    assert!(said.contains("\"root_login\" is not a signal"), "{said}");
    assert_eq!(world.cloud.requests(before)?.1.len(), 0);
    Ok(())
}

#[test]
fn a_user_that_does_not_exist_is_refused_at_apply() -> Result<()> {
    let (world, guard) = with_one_guard()?;
    let said = world.terraform.fails(&APPLY)?;
    assert!(said.contains("IAM user backup does not exist in account 222222222222"), "{said}");
    world.empty()?;
    world.hire(&guard)?;
    world.apply()?;
    world.destroy()
}

#[test]
fn a_user_of_another_case_is_refused_at_apply() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "Backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &Guard::new("222222222222", "eu-west-1", "backup"))])?;
    let said = world.terraform.fails(&APPLY)?;
    assert!(said.contains("does not exist") || said.contains("user_name = \"Backup\""), "{said}");
    world.empty()
}
