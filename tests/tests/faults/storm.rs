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

#[test]
fn every_change_of_a_busy_bus_or_rule_is_waited_for() -> Result<()> {
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
        "DeleteEventBus",
        "DeleteRule",
        "PutPermission",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
        "TagResource",
        "UntagResource",
    ];
    assert_eq!(waited_for, changes.map(str::to_owned).into());
    Ok(())
}
