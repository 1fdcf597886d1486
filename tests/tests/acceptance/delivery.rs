//! A bucket that tells somebody else of the trail's files: guard hears of them by EventBridge, and leaves the bucket as
//! it was.

use guard_tests::{
    Error, Result,
    aws::Aws,
    chain::Guard,
    operators::Policies,
    script::{LEAK, Script, WORK},
    world::{Block, World},
};
use serde_json::{Value, json};

const BY_EVENTBRIDGE: &str = "  delivery = \"eventbridge\"";
const BY_SNS: &str = "  delivery = \"sns\"";
const MEMBER: &str = "222222222222";

/// The bucket with the trail's files, and who owns it.
struct Bucket<'a> {
    owner: Aws,
    account: &'a str,
    name: &'a str,
}

impl<'a> Bucket<'a> {
    fn of(world: &'a World) -> Self {
        let (account, name) = (world.management(), &world.cloud.ready().bucket);
        Self { owner: world.cloud.administrator(account), account, name }
    }

    fn notification(&self) -> Result<Value> {
        self.owner.run(&["s3api", "get-bucket-notification-configuration", "--bucket", self.name])
    }

    /// Writes a notification, as it is then read.
    fn notify(&self, entries: &Value) -> Result<Value> {
        let put = ["s3api", "put-bucket-notification-configuration", "--bucket", self.name];
        self.owner.run(&[&put[..], &["--notification-configuration", &entries.to_string()]].concat())?;
        self.notification()
    }

    /// Tells a queue of everything.
    fn notify_siem(&self) -> Result<Value> {
        let arn = format!("arn:aws:sqs:us-east-1:{}:siem", self.account);
        let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage",
            "Principal": {"Service": "s3.amazonaws.com"}, "Resource": arn}]});
        let attributes = json!({ "Policy": policy.to_string() }).to_string();
        self.owner.run(&["sqs", "create-queue", "--queue-name", "siem", "--attributes", &attributes])?;
        self.notify(&json!({"QueueConfigurations": [
            {"Id": "everything", "QueueArn": arn, "Events": ["s3:ObjectCreated:*"]},
        ]}))
    }

    /// Whom it tells: our function, EventBridge.
    fn tells(&self) -> Result<(bool, bool)> {
        let all = self.notification()?;
        Ok((all["LambdaFunctionConfigurations"].is_array(), all["EventBridgeConfiguration"].is_object()))
    }
}

fn guard() -> Guard {
    Guard::new(MEMBER, "eu-west-1", "backup")
}

#[test]
fn beside_somebody_elses_entry_the_filter_hears_by_eventbridge() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let bucket = Bucket::of(&world);
    let before = bucket.notify_siem()?;
    let mut script = Script::hire(&world.cloud, MEMBER, "backup")?;
    world.configure(&[Block::new("backup", &guard())])?;
    let said = world.terraform.fails(&["plan", "-input=false", "-no-color"])?;
    assert!(said.contains("delivery = \"eventbridge\""), "{said}");

    world.configure_with(BY_EVENTBRIDGE, &[Block::new("backup", &guard())])?;
    world.apply()?;
    assert_eq!(bucket.notification()?["QueueConfigurations"], before["QueueConfigurations"]);
    for action in &WORK {
        script.does(action)?;
    }
    script.does(&LEAK[0])?;
    script.deliver(&world.cloud)?;
    world.cloud.until("the user being denied", 90, |_| Ok(script.is_denied()?.then_some(())))?;
    world.terraform.destroy()?;
    assert_eq!(bucket.notification()?, before);
    bucket.notify(&json!({}))?;
    script.dismiss()?;
    let url = bucket.owner.run(&["sqs", "get-queue-url", "--queue-name", "siem"])?["QueueUrl"].clone();
    bucket.owner.run(&["sqs", "delete-queue", "--queue-url", url.as_str().unwrap_or_default()])?;
    world.empty()
}

#[test]
fn a_switch_that_was_on_stays_on() -> Result<()> {
    let world = World::new()?;
    let bucket = Bucket::of(&world);
    let before = bucket.notify(&json!({ "EventBridgeConfiguration": {} }))?;
    world.hire(&guard())?;
    world.configure_with(BY_EVENTBRIDGE, &[Block::new("backup", &guard())])?;
    world.apply()?;
    world.destroy()?;
    assert_eq!(bucket.notification()?, before);
    Ok(())
}

#[test]
fn what_somebody_does_to_the_switch_or_the_rule_is_drift() -> Result<()> {
    let world = World::new()?;
    let bucket = Bucket::of(&world);
    world.hire(&guard())?;
    world.configure_with(BY_EVENTBRIDGE, &[Block::new("backup", &guard())])?;
    world.apply()?;
    bucket.notify(&json!({}))?;
    bucket.owner.run(&["events", "disable-rule", "--name", "guard-trail"])?;
    let plan = world.terraform.plan()?;
    for named in ["guard-trail", "it is disabled"] {
        assert!(plan.output.contains(named), "{named}: {}", plan.output);
    }
    world.apply()?;
    assert_eq!(bucket.tells()?, (false, true));
    world.destroy()?;
    assert_eq!(bucket.tells()?, (false, false), "it is guard that turned it on");
    Ok(())
}

/// Gives the trail a topic, and whoever runs terraform what the provider says that it takes.
fn tell_topic(world: &World) -> Result<String> {
    let management = world.cloud.administrator(world.management());
    let made = management.run(&["sns", "create-topic", "--name", "files"])?["TopicArn"].clone();
    let topic = made.as_str().unwrap_or_default().to_owned();
    let trail = &world.cloud.ready().trail;
    management.run(&["cloudtrail", "update-trail", "--name", trail, "--sns-topic-name", "files"])?;
    if world.can("denials") {
        let accounts = [MEMBER, world.management()].map(str::to_owned);
        let policies = Policies::configured(&world.cloud, BY_SNS, &accounts, &[])?;
        world.cloud.equip(&policies)?;
    }
    Ok(topic)
}

#[test]
fn by_the_trails_topic_the_bucket_is_left_alone() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let bucket = Bucket::of(&world);
    let mut script = Script::hire(&world.cloud, MEMBER, "backup")?;
    world.configure_with(BY_SNS, &[Block::new("backup", &guard())])?;
    let said = world.terraform.fails(&["plan", "-input=false", "-no-color"])?;
    assert!(said.contains("tells no topic of its files"), "{said}");

    let topic = tell_topic(&world)?;
    let before = bucket.notification()?;
    world.apply()?;
    assert_eq!(bucket.notification()?, before);
    for action in &WORK {
        script.does(action)?;
    }
    script.does(&LEAK[0])?;
    let file = script.deliver(&world.cloud)?.key;
    let message = json!({ "s3Bucket": bucket.name, "s3ObjectKey": [file] }).to_string();
    bucket.owner.run(&["sns", "publish", "--topic-arn", &topic, "--message", &message])?;
    world.cloud.until("the user being denied", 90, |_| Ok(script.is_denied()?.then_some(())))?;
    world.terraform.destroy()?;
    script.dismiss()?;
    world.empty()
}

#[test]
fn each_permission_for_the_topic_is_needed() -> Result<()> {
    let Some(world) = World::that_can("denials")? else { return Ok(()) };
    world.hire(&guard())?;
    world.configure_with(BY_SNS, &[Block::new("backup", &guard())])?;
    tell_topic(&world)?;
    let accounts = [MEMBER, world.management()].map(str::to_owned);
    let policies = Policies::configured(&world.cloud, BY_SNS, &accounts, &[])?;
    let permissions = policies.each(world.management());
    let fails = |action: &str, args: &[&str]| {
        let lacked = permissions.iter().find(|one| one.action == action);
        let lacked = lacked.ok_or_else(|| Error::Cloud(format!("nobody has {action}")))?;
        world.cloud.equip(&policies.without(lacked))?;
        let said = world.terraform.fails(args)?;
        assert!(said.contains(action), "{action}: {said}");
        world.cloud.equip(&policies)
    };
    fails("sns:Subscribe", &["apply", "-auto-approve", "-input=false", "-no-color"])?;
    world.apply()?;
    fails("sns:ListSubscriptions", &["plan", "-input=false", "-no-color"])?;
    fails("sns:Unsubscribe", &["destroy", "-auto-approve", "-input=false", "-no-color"])?;
    world.destroy()
}

/// From one way to the other: both tell until S3 is sure to tell in the new way, which takes five minutes.
fn change(from: &str, to: &str, tells: (bool, bool)) -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let bucket = Bucket::of(&world);
    world.hire(&guard())?;
    if [from, to].contains(&BY_SNS) {
        tell_topic(&world)?;
    }
    world.configure_with(from, &[Block::new("backup", &guard())])?;
    world.apply()?;
    world.configure_with(to, &[Block::new("backup", &guard())])?;
    world.apply()?;
    assert_eq!(bucket.tells()?, tells);
    world.destroy()
}

#[test]
fn the_filter_goes_on_hearing_while_it_changes_to_eventbridge() -> Result<()> {
    change("", BY_EVENTBRIDGE, (false, true))
}

#[test]
fn the_filter_goes_on_hearing_while_it_changes_back() -> Result<()> {
    change(BY_EVENTBRIDGE, "", (true, false))
}

#[test]
fn the_filter_goes_on_hearing_while_it_changes_to_the_topic() -> Result<()> {
    change("", BY_SNS, (false, false))
}

#[test]
fn the_filter_goes_on_hearing_while_it_changes_from_the_topic() -> Result<()> {
    change(BY_SNS, BY_EVENTBRIDGE, (false, true))
}
