//! Nothing of the user's is lost: what others have put beside ours stays as it is.

mod beside;

use std::time::{Duration, Instant};

use guard_tests::{
    Result,
    aws::Aws,
    chain::Guard,
    world::{Block, World, actions},
};
use serde_json::{Value, json};

use crate::drift::case::{Chain, Place};

#[test]
fn a_foreign_entry_of_the_notification_survives() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    let management = world.cloud.administrator(world.management());
    let entries = foreign_entries(&world, &management)?;
    let block = Block::new("backup", &guard);
    world.configure(std::slice::from_ref(&block))?;
    world.apply()?;
    let mut built = notification(&world, &management)?;
    let ours = built.as_object_mut().and_then(|all| all.remove("LambdaFunctionConfigurations"));
    assert_eq!(ours.as_ref().and_then(Value::as_array).map(Vec::len), Some(1));
    assert_eq!(built, entries, "create changed a foreign entry");

    world.configure(&[block.with("signals = [\"access_denied\"]")])?;
    world.apply()?;
    world.terraform.destroy()?;
    assert_eq!(notification(&world, &management)?, entries, "destroy changed a foreign entry");
    Ok(())
}

#[test]
fn a_foreign_entry_that_leads_nowhere_is_named_and_stops_no_destroy() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    let management = world.cloud.administrator(world.management());
    let entries = foreign_entries(&world, &management)?;
    let arn = entries["QueueConfigurations"][0]["QueueArn"].as_str().unwrap_or_default().to_owned();
    let name = arn.rsplit(':').next().unwrap_or_default();
    let near = management.in_region(world.hub());
    let url = near.run(&["sqs", "get-queue-url", "--queue-name", name])?;
    let url = url["QueueUrl"].as_str().unwrap_or_default();
    let attributes = ["sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", "Policy"];
    let policy = near.run(&attributes)?["Attributes"].to_string();
    near.run(&["sqs", "delete-queue", "--queue-url", url])?;

    world.configure(&[Block::new("backup", &guard)])?;
    let begun = Instant::now();
    let said = world.terraform.fails(&["apply", "-auto-approve", "-input=false", "-no-color"])?;
    assert!(begun.elapsed() < Duration::from_secs(60), "it waited for somebody else's queue");
    let wanted =
        format!("can't deliver to {arn} (The destination queue does not exist), which is not guard's");
    assert!(said.contains(&wanted), "wanted \"{wanted}\" in:\n{said}");

    near.run(&["sqs", "create-queue", "--queue-name", name, "--attributes", &policy])?;
    world.apply()?;
    near.run(&["sqs", "delete-queue", "--queue-url", url])?;
    world.terraform.destroy()?;
    assert_eq!(notification(&world, &management)?, entries, "destroy changed a foreign entry");
    Ok(())
}

#[test]
fn a_foreign_rule_on_our_bus_survives() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    let block = Block::new("backup", &guard);
    world.configure(std::slice::from_ref(&block))?;
    world.apply()?;
    let aws = world.at(&guard);
    let put = ["events", "put-rule", "--event-bus-name", "guard-bus", "--name", "siem"];
    let pattern = json!({"source": ["guard.cloudtrail"]}).to_string();
    aws.run(&[&put[..], &["--description", "for the SIEM", "--event-pattern", &pattern]].concat())?;
    let describe = ["events", "describe-rule", "--event-bus-name", "guard-bus", "--name", "siem"];
    let before = aws.run(&describe)?;
    world.settled()?;
    world.configure(&[block.with("signals = [\"access_denied\"]")])?;
    world.apply()?;
    assert_eq!(aws.run(&describe)?, before, "an update changed a foreign rule");

    world.terraform.destroy()?;
    assert_eq!(aws.run(&describe)?, before, "destroy changed a foreign rule");
    let left = world.cloud.inventory()?;
    assert!(left.iter().all(|object| object.contains("222222222222/eu-west-1")), "{left:#?}");
    assert!(
        !left.iter().any(|object| object.contains("guard-user") || object.starts_with("function")),
        "{left:#?}"
    );
    Ok(())
}

#[test]
fn what_others_put_on_and_beside_ours_survives() -> Result<()> {
    let Some(chain) = Chain::that_can("drift")? else { return Ok(()) };
    let world = &chain.world;
    beside::put(&chain)?;
    let before = beside::now(&chain)?;
    assert!(before.iter().all(|one| !one.contains(beside::LOST)), "{before:#?}");
    world.settled()?;

    beside::change(&chain)?;
    assert_eq!(beside::now(&chain)?, before, "an update changed what is foreign");
    let tags = chain.run(
        Place::Edge,
        "events list-tags-for-resource --resource-arn arn:aws:events:<region>:<account>:rule/guard-bus/<own>",
    )?;
    assert!(!tags.to_string().contains("team"), "what was the guard's own went: {tags}");

    beside::break_ours(&chain)?;
    assert_eq!(actions(&world.terraform.plan()?, "script"), ["update"]);
    world.apply()?;
    assert_eq!(beside::now(&chain)?, before, "a repair changed what is foreign");

    let outliving = beside::outliving(&chain)?;
    world.terraform.destroy()?;
    assert_eq!(beside::outliving(&chain)?, outliving, "destroy changed what is foreign");
    let left = world.cloud.inventory()?;
    let ours = |line: &&String| {
        !line.starts_with("event_bus ") && !line.starts_with("bus_policy ") && !line.contains("siem")
    };
    assert_eq!(left.iter().filter(ours).collect::<Vec<_>>(), Vec::<&String>::new());
    Ok(())
}

#[test]
fn an_object_with_our_name_but_without_our_mark_is_refused() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    let aws = world.at(&guard);
    aws.run(&["events", "create-event-bus", "--name", "guard-bus"])?;
    world.configure(&[Block::new("backup", &guard)])?;
    let said = world.terraform.fails(&["apply", "-auto-approve", "-input=false", "-no-color"])?;
    assert!(said.contains("guard-bus") && said.contains("is not guard's"), "{said}");
    let said = world.terraform.destroy()?;
    assert_eq!(world.cloud.inventory()?, ["event_bus 222222222222/eu-west-1 guard-bus"], "{said}");
    Ok(())
}

/// A queue entry for another prefix, as a SIEM has it.
fn foreign_entries(world: &World, management: &Aws) -> Result<Value> {
    let arn = format!("arn:aws:sqs:{}:{}:siem", world.hub(), world.management());
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn},
    ]});
    let attributes = json!({ "Policy": policy.to_string() }).to_string();
    management.run(&["sqs", "create-queue", "--queue-name", "siem", "--attributes", &attributes])?;
    let entries = json!({"QueueConfigurations": [{
        "Id": "siem digests", "QueueArn": arn, "Events": ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "digests/"}]}},
    }]});
    let bucket = &world.cloud.ready().bucket;
    let put = ["s3api", "put-bucket-notification-configuration", "--bucket", bucket];
    management.run(&[&put[..], &["--notification-configuration", &entries.to_string()]].concat())?;
    notification(world, management)
}

fn notification(world: &World, management: &Aws) -> Result<Value> {
    let bucket = &world.cloud.ready().bucket;
    management.run(&["s3api", "get-bucket-notification-configuration", "--bucket", bucket])
}
