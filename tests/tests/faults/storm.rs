//! Faults at random, all the time: nobody notices, nothing is left.

use std::collections::BTreeSet;

use guard_tests::{
    Result,
    chain::Guard,
    cloud::Faults,
    effort,
    world::{Block, World},
};

/// The share of calls that are struck.
const RATE: f64 = 0.02;

/// Everything that AWS gets over by itself.
const KINDS: [&str; 8] =
    ["throttle", "error", "reset_before", "reset_after", "slow", "stale", "unassumable", "concurrent"];

const GUARDS: usize = 20;

#[test]
fn nobody_notices_a_fault_now_and_then() -> Result<()> {
    let Some(mut world) = World::that_can("faults")? else { return Ok(()) };
    let rounds = if effort::full() { 20 } else { 2 };
    let (mut calls, mut struck) = (0, 0);
    let mut guards = Vec::new();
    for number in 0..GUARDS {
        let account = ["222222222222", "333333333333"][number % 2];
        let region = ["us-east-1", "eu-west-1"][number / 2 % 2];
        guards.push((format!("script_{number}"), Guard::new(account, region, &format!("script-{number}"))));
    }
    for round in 0..rounds {
        world = world.renewed()?;
        for (_, guard) in &guards {
            world.hire(guard)?;
        }
        let blocks: Vec<_> = guards.iter().map(|(name, guard)| Block::new(name, guard)).collect();
        world.configure(&blocks)?;
        let mut stormy = |seed: u64, step: &dyn Fn() -> Result<String>| {
            world.cloud.strike(&Faults::at_random(RATE, seed, &KINDS))?;
            step()?;
            let told = world.cloud.struck()?;
            (calls, struck) = (calls + told.calls, struck + told.struck.len());
            world.cloud.strike(&Faults::none())
        };
        let seed = effort::seed() + 2 * round;
        stormy(seed, &|| world.terraform.apply())?;
        world.settled()?;
        stormy(seed + 1, &|| world.terraform.destroy())?;
        world.empty()?;
        println!("storm: round {} of {rounds}: {struck} of {calls} calls struck", round + 1);
    }
    Ok(())
}

#[test]
fn a_role_whose_policy_is_still_seen_is_deleted_later() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let guard = Guard::new("222222222222", "us-east-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &guard)])?;
    world.apply()?;
    world.cloud.strike(&Faults::at_operation("DeleteRole", "delete_conflict").repeated(3))?;
    world.terraform.destroy()?;
    assert_eq!(world.cloud.struck()?.struck.len(), 3);
    world.cloud.strike(&Faults::none())?;
    world.empty()
}

/// What Lambda, IAM, S3 and EventBridge do about what was made, or went, a moment ago: the operation, the kind, how often.
const SOON: [(&str, &str, u32); 7] = [
    ("CreateFunction", "young_role", 3),
    ("PutFunctionEventInvokeConfig", "young_queue", 3),
    ("AddPermission", "lost", 2),
    ("PutBucketNotificationConfiguration", "lost", 2),
    ("PutRolePolicy", "concurrent", 3),
    ("DeleteRolePolicy", "concurrent", 3),
    // More often than a bus is listed anew that seems to have rules.
    ("DeleteEventBus", "rules_seen", 10),
];

#[test]
fn what_passes_by_itself_is_waited_for() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let guard = Guard::new("222222222222", "us-east-1", "backup");
    world.hire(&guard)?;
    for (operation, kind, times) in SOON {
        world.configure(&[Block::new("backup", &guard)])?;
        let deletes = operation.starts_with("Delete");
        let strike = || world.cloud.strike(&Faults::at_operation(operation, kind).repeated(times));
        if !deletes {
            strike()?;
        }
        world.terraform.apply()?;
        if kind == "lost" {
            world.settled()?;
        }
        if deletes {
            strike()?;
        }
        world.terraform.destroy()?;
        let struck = world.cloud.struck()?.struck.len();
        assert_eq!(struck, usize::try_from(times).unwrap_or_default(), "{operation}: {kind}");
        world.cloud.strike(&Faults::none())?;
        world.empty()?;
    }
    Ok(())
}

#[test]
fn an_update_that_lambda_fails_is_an_error_and_then_drift() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let guard = Guard::new("222222222222", "us-east-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &guard)])?;
    world.apply()?;
    let function = ["--function-name", "guard-responder"];
    let timeout = [&["lambda", "update-function-configuration"], &function[..], &["--timeout", "5"]].concat();
    let edge = world.at(&guard);
    edge.run(&timeout)?;
    world.cloud.until("the change of the timeout", 30, |_| {
        let have = edge.run(&[&["lambda", "get-function-configuration"], &function[..]].concat())?;
        Ok((have["LastUpdateStatus"] == "Successful").then_some(()))
    })?;
    world.cloud.strike(&Faults::at_operation("UpdateFunctionConfiguration", "update_failed"))?;
    let said = world.terraform.apply().expect_err("the update failed").to_string();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("the update of function guard-responder failed: The update of the function"),
        "{said}"
    );
    world.cloud.strike(&Faults::none())?;
    assert!(world.terraform.plan()?.changes, "the function is as it should be, but for its failed update");
    world.apply()?;
    world.destroy()
}

#[test]
fn every_change_of_a_busy_bus_role_or_rule_is_waited_for() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let guard = Guard::new("222222222222", "us-east-1", "backup");
    world.hire(&guard)?;
    let mut waited_for = BTreeSet::new();
    let mut busy = |step: &dyn Fn() -> Result<String>| {
        world.cloud.strike(&Faults::at_each_operation("concurrent"))?;
        step()?;
        waited_for.extend(world.cloud.struck()?.struck.into_iter().map(|strike| strike.operation));
        world.cloud.strike(&Faults::none())
    };
    for tag in ["team", "owner"] {
        world
            .configure(&[Block::new("backup", &guard).with(&format!("tags = {{ {tag} = \"storage\" }}"))])?;
        busy(&|| world.terraform.apply())?;
        world.settled()?;
    }
    busy(&|| world.terraform.destroy())?;
    world.empty()?;
    let changes = [
        "CreateEventBus",
        "CreateRole",
        "DeleteEventBus",
        "DeleteRole",
        "DeleteRolePolicy",
        "DeleteRule",
        "PutPermission",
        "PutRolePolicy",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
        "TagResource",
        "UntagResource",
    ];
    assert_eq!(waited_for, changes.map(str::to_owned).into());
    Ok(())
}
