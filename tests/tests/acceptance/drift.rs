//! What somebody changes behind terraform's back shows in the plan, and apply repairs it.

use guard_tests::{
    Result,
    aws::Aws,
    chain::Guard,
    world::{Block, World, actions},
};
use serde_json::{Value, json};

const MEMBER: &str = "222222222222";

#[test]
fn a_disabled_rule_is_repaired() -> Result<()> {
    repaired("disabled", |world, aws, rule| {
        aws.run(&["events", "disable-rule", "--event-bus-name", "guard-bus", "--name", rule])?;
        let state = || aws.run(&["events", "describe-rule", "--event-bus-name", "guard-bus", "--name", rule]);
        assert_eq!(state()?["State"], "DISABLED");
        repair(world)?;
        assert_eq!(state()?["State"], "ENABLED");
        Ok(())
    })
}

#[test]
fn a_deleted_alarm_is_repaired() -> Result<()> {
    repaired("alarm", |world, aws, rule| {
        aws.run(&["cloudwatch", "delete-alarms", "--alarm-names", rule])?;
        repair(world)
    })
}

#[test]
fn a_removed_target_is_repaired() -> Result<()> {
    repaired("target", |world, aws, rule| {
        aws.run(&[
            "events",
            "remove-targets",
            "--event-bus-name",
            "guard-bus",
            "--rule",
            rule,
            "--ids",
            "responder",
        ])?;
        repair(world)
    })
}

#[test]
fn a_deleted_function_is_repaired() -> Result<()> {
    repaired("function", |world, aws, _| {
        aws.run(&["lambda", "delete-function", "--function-name", "guard-responder"])?;
        repair(world)
    })
}

#[test]
fn an_opened_bus_policy_is_closed() -> Result<()> {
    repaired("policy", |world, aws, _| {
        let aws = aws.in_region(world.hub());
        let policy = || {
            let bus = aws.run(&["events", "describe-event-bus", "--name", "guard-bus"])?;
            Ok(bus["Policy"].as_str().unwrap_or_default().to_owned())
        };
        let before = policy()?;
        let arn = format!("arn:aws:events:{}:{MEMBER}:event-bus/guard-bus", world.hub());
        let open = json!({"Version": "2012-10-17", "Statement": [{
            "Sid": "guard-hub", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": arn,
        }]})
        .to_string();
        aws.run(&["events", "put-permission", "--event-bus-name", "guard-bus", "--policy", &open])?;
        assert_ne!(policy()?, before);
        repair(world)?;
        let same =
            |text: &str| serde_json::from_str::<Value>(text).map_err(guard_tests::Error::json("a policy"));
        assert_eq!(same(&policy()?)?, same(&before)?);
        Ok(())
    })
}

#[test]
fn a_role_that_may_more_is_cut_back() -> Result<()> {
    repaired("role", |world, aws, _| {
        let role = "guard-responder-eu-west-1";
        let wide = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let put = ["iam", "put-role-policy", "--role-name", role, "--policy-name", role];
        aws.run(&[&put[..], &["--policy-document", wide]].concat())?;
        repair(world)
    })
}

/// Builds a guard, lets something happen to it, destroys it.
fn repaired(user: &str, happens: impl FnOnce(&World, &Aws, &str) -> Result<()>) -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new(MEMBER, "eu-west-1", user);
    world.hire(&guard)?;
    world.configure(&[Block::new("script", &guard)])?;
    world.apply()?;
    let state = world.state("script")?;
    let chain = state["chain"].as_array().cloned().unwrap_or_default();
    let own = chain.iter().find(|object| object["kind"] == "rule" && object["shared"] == false);
    let rule = own.and_then(|object| object["name"].as_str()).unwrap_or_default().to_owned();
    let aws = world.at(&guard);
    happens(&world, &aws, &rule)?;
    world.cloud.administrator(MEMBER).call(&["iam", "delete-user", "--user-name", user])?;
    world.hire(&guard)?;
    world.destroy()
}

/// The plan shows it as an update, apply repairs it, and then there is nothing to change.
fn repair(world: &World) -> Result<()> {
    let plan = world.terraform.plan()?;
    assert_eq!(actions(&plan, "script"), ["update"], "{}", plan.output);
    world.apply()
}
