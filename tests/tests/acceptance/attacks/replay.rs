//! Forged messages in a member account's dead-letter queue, which the operator then replays.

use guard_tests::{
    Error, Result,
    aws::{Aws, AwsCli},
    chain::Guard,
    world::World,
};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::Neighbours;

/// A signal of that user, as EventBridge leaves it where it can't deliver it.
fn signal(guard: &Guard, hub_account: &str) -> Result<Value> {
    let Guard { account, user, .. } = guard;
    let now = OffsetDateTime::now_utc().format(&Rfc3339).map_err(|error| Error::Cloud(error.to_string()))?;
    Ok(json!({
        "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "account": hub_account, "region": "us-east-1",
        "source": "guard.cloudtrail", "detail-type": "CloudTrail Signal", "time": now,
        "resources": [format!("arn:aws:iam::{account}:user/{user}")],
        "detail": {
            "eventVersion": "1.11", "eventTime": now, "eventSource": "sts.amazonaws.com",
            "eventName": "GetCallerIdentity", "awsRegion": "us-east-1", "sourceIPAddress": "198.51.100.7",
            "eventID": "0b6f1b4e-0000-4000-8000-000000000001", "recipientAccountId": account,
            "guard": {
                "version": 1, "account": account, "user": user, "signals": ["get_caller_identity"], "truncated": false,
            },
        },
    }))
}

/// A message is put into guard's queue there.
fn leave(world: &World, aws: &Aws, account: &str, body: &Value) -> Result<()> {
    let queue = format!("{}/{account}/guard-dead-letters", world.cloud.ready().endpoint);
    aws.run(&["sqs", "send-message", "--queue-url", &queue, "--message-body", &body.to_string()]).map(drop)
}

/// What a function answers when it is to replay the queue of an account in its region.
fn replay(aws: &Aws, function: &str, account: &str) -> Result<String> {
    let queue = format!("https://sqs.{}.amazonaws.com/{account}/guard-dead-letters", aws.region());
    let payload = json!({"replay": {"queue": queue}}).to_string();
    let answer = tempfile::NamedTempFile::new().map_err(Error::io("making a file"))?;
    let path = answer.path().to_string_lossy().into_owned();
    AwsCli(aws).run(&["lambda", "invoke", "--function-name", function, "--payload", &payload, &path])?;
    std::fs::read_to_string(&path).map_err(Error::io("reading an answer"))
}

fn is_denied(world: &World, guard: &Guard) -> Result<bool> {
    let list = ["iam", "list-attached-user-policies", "--user-name", &guard.user];
    Ok(world.at(guard).run(&list)?.to_string().contains("AWSDenyAll"))
}

fn becomes_denied(world: &World, guard: &Guard) -> Result<()> {
    world.cloud.until("the deny", 60, |_| Ok(is_denied(world, guard)?.then_some(())))
}

#[test]
fn a_forged_dead_letter_denies_no_user_of_another_account() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let neighbours = Neighbours::on(world)?;
    let Neighbours { world, attacked, other } = &neighbours;
    let hub = world.cloud.administrator(world.management()).in_region(world.hub());
    let relay = world.at(attacked).in_region(world.hub());
    let bucket = &world.cloud.ready().bucket;
    let files = json!({"requestPayload": {"Records": [{
        "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": {"key": "AWSLogs/old.json.gz", "size": 100}},
    }]}});
    leave(world, &relay, &attacked.account, &signal(other, world.management())?)?;
    leave(world, &relay, &attacked.account, &files)?;
    leave(world, &relay, &attacked.account, &signal(attacked, world.management())?)?;

    let said = replay(&hub, "guard-filter", &attacked.account)?;
    assert!(said.contains(r#"\"received\":3,\"replayed\":1,\"failed\":2"#), "{said}");
    assert!(said.contains("a queue of account 222222222222 may hold only signals"), "{said}");
    becomes_denied(world, attacked)?;
    assert!(!is_denied(world, other)?, "another account's user was denied");
    Ok(())
}

#[test]
fn every_dead_letter_queue_is_replayed_by_the_function_that_the_guide_names() -> Result<()> {
    for place in ["hub", "relay", "edge"] {
        let Some(world) = World::that_can("events")? else { return Ok(()) };
        let neighbours = Neighbours::on(world)?;
        let Neighbours { world, attacked, .. } = &neighbours;
        let hub = world.cloud.administrator(world.management()).in_region(world.hub());
        let edge = world.at(attacked);
        let (owner, account, caller, function) = match place {
            "hub" => (hub.clone(), world.management(), hub, "guard-filter"),
            "relay" => (edge.in_region(world.hub()), &*attacked.account, hub, "guard-filter"),
            _ => (edge.clone(), &*attacked.account, edge, "guard-responder"),
        };
        leave(world, &owner, account, &signal(attacked, world.management())?)?;
        let said = replay(&caller, function, account)?;
        let report: Value = serde_json::from_str(&said).unwrap_or_default();
        let whole = json!({"received": 1, "replayed": 1, "failed": 0, "errors": []});
        assert_eq!(report, whole, "{place}: {said}");
        becomes_denied(world, attacked)?;
    }
    Ok(())
}

#[test]
fn a_responder_replays_no_queue_of_another_account() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let neighbours = Neighbours::on(world)?;
    let said = replay(&neighbours.world.at(&neighbours.attacked), "guard-responder", "333333333333")?;
    assert!(said.contains("account 333333333333's queue is not this function's"), "{said}");
    let hub = neighbours.world.cloud.administrator(neighbours.world.management());
    let answer = tempfile::NamedTempFile::new().map_err(Error::io("making a file"))?;
    let path = answer.path().to_string_lossy().into_owned();
    let payload = r#"{"replay":{"queue":"https://sqs.us-east-1.amazonaws.com/222222222222/orders"}}"#;
    let hub = hub.in_region(neighbours.world.hub());
    AwsCli(&hub).run(&[
        "lambda",
        "invoke",
        "--function-name",
        "guard-filter",
        "--payload",
        payload,
        &path,
    ])?;
    let said = std::fs::read_to_string(&path).map_err(Error::io("reading an answer"))?;
    assert!(said.contains("replays queues of the name guard-dead-letters only"), "{said}");
    Ok(())
}
