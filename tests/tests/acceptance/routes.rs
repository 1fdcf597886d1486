//! Every row of the route table: built, walked by a leaked key, taken away.

use std::collections::BTreeSet;

use guard_tests::{
    Error, Result,
    chain::{Guard, Incident, Step},
    script::{LEAK, Script, WORK},
    world::{Block, World},
};

const MEMBER: &str = "222222222222";

#[test]
fn a_member_in_another_region_is_guarded_over_its_relay() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new(MEMBER, "eu-west-1", "backup-script");
    walk(&world, &guard, "relay", &["hub", "relay", "edge"])
}

#[test]
fn a_member_in_another_region_is_guarded_in_one_hop() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new(MEMBER, "eu-west-1", "backup-script");
    walk(&world, &guard, "direct", &["hub", "edge"])
}

#[test]
fn a_member_in_a_region_to_opt_into_is_guarded_like_any_other() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new(MEMBER, "af-south-1", "backup-script");
    walk(&world, &guard, "relay", &["hub", "relay", "edge"])
}

#[test]
fn a_member_in_the_hubs_region_has_its_rule_on_the_relay() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new(MEMBER, world.hub(), "back+up=script,@x.y");
    walk(&world, &guard, "relay", &["hub", "edge"])
}

#[test]
fn a_user_of_the_management_account_in_another_region_needs_no_relay() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new(world.management(), "eu-west-1", "backup-script");
    walk(&world, &guard, "relay", &["hub", "edge"])
}

#[test]
fn a_user_of_the_management_account_in_the_hubs_region_has_its_rule_on_the_hub() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new(world.management(), world.hub(), "backup-script");
    walk(&world, &guard, "relay", &["hub"])
}

#[test]
fn an_event_that_is_stopped_is_missed_at_the_right_hop() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let guard = Guard::new(MEMBER, "eu-west-1", "backup-script");
    let mut script = Script::hire(&world.cloud, &guard.account, &guard.user)?;
    world.configure(&[Block::new("script", &guard)])?;
    world.apply()?;
    let relay = world.cloud.administrator(MEMBER);
    let rule = format!("guard-to-{MEMBER}-eu-west-1");
    relay.run(&["events", "disable-rule", "--event-bus-name", "guard-bus", "--name", &rule])?;
    script.does(&LEAK[0])?;
    let (since, _) = world.cloud.trace(u64::MAX)?;
    script.deliver(&world.cloud)?;
    world.cloud.until("the disabled rule being passed over", 60, |cloud| {
        let (_, hops) = cloud.trace(since)?;
        Ok(hops.iter().any(|hop| hop.kind == "rule_disabled").then_some(()))
    })?;
    let steps = Step::all(&world.cloud, &guard, "relay");
    let Err(stopped) = Step::follow(&steps, &world.cloud, since, 1, |_, _| ())? else {
        panic!("a disabled rule let the event through");
    };
    assert_eq!(stopped.at, format!("its rule matches ({MEMBER}/{})", world.hub()));
    assert!(stopped.instead.iter().any(|line| line.contains("rule_disabled")), "{stopped}");
    assert!(!script.is_denied()?);
    world.terraform.destroy()?;
    script.dismiss()?;
    world.empty()
}

/// Builds the guard, leaks the key where functions run, destroys.
fn walk(world: &World, guard: &Guard, topology: &str, places: &[&str]) -> Result<()> {
    let mut script = Script::hire(&world.cloud, &guard.account, &guard.user)?;
    let more = format!("topology = \"{topology}\"");
    world.configure(&[Block::new("script", guard).with(&more)])?;
    everything_is_known_in_the_plan(world)?;
    world.apply()?;
    let state = world.state("script")?;
    assert_eq!(state["status"], "armed");
    assert_eq!(state["id"], guard.to_string());
    let chain = state["chain"].as_array().cloned().unwrap_or_default();
    let seen: BTreeSet<_> = chain.iter().filter_map(|object| object["place"].as_str()).collect();
    assert_eq!(seen, places.iter().copied().collect());
    if world.can("events") {
        work_is_left_alone(world, &mut script)?;
        leak(world, guard, topology, &mut script)?;
    }
    world.terraform.destroy()?;
    script.dismiss()?;
    world.empty()
}

fn everything_is_known_in_the_plan(world: &World) -> Result<()> {
    let plan = world.terraform.plan()?;
    let unknown = &plan.json["resource_changes"][0]["change"]["after_unknown"];
    let unknown = serde_json::to_string(unknown).map_err(Error::json("after_unknown"))?;
    assert!(!unknown.contains("true"), "unknown in the plan: {unknown}");
    Ok(())
}

fn work_is_left_alone(world: &World, script: &mut Script) -> Result<()> {
    for action in &WORK {
        script.does(action)?;
    }
    let (since, _) = world.cloud.trace(u64::MAX)?;
    script.deliver(&world.cloud)?;
    world.cloud.until("the filter reading the file", 60, |cloud| {
        let (_, hops) = cloud.trace(since)?;
        let ended = |hop: &guard_tests::cloud::Hop| hop.outcome.as_deref() == Some("succeeded");
        Ok(hops.iter().any(ended).then_some(()))
    })?;
    assert!(!script.is_denied()?, "normal work was taken for a leak");
    Ok(())
}

fn leak(world: &World, guard: &Guard, topology: &str, script: &mut Script) -> Result<()> {
    for action in &LEAK[..2] {
        script.does(action)?;
    }
    let (since, _) = world.cloud.trace(u64::MAX)?;
    script.deliver(&world.cloud)?;
    let steps = Step::all(&world.cloud, guard, topology);
    if let Err(stopped) = Step::follow(&steps, &world.cloud, since, 90, |_, _| ())? {
        panic!("{stopped}");
    }
    assert!(script.is_denied()?);
    let by_alarm = world.cloud.until("the alarm calling the responder", 90, |cloud| {
        Ok(Incident::all(cloud, guard)?.into_iter().find(|incident| incident.path == "alarm"))
    })?;
    assert_eq!(by_alarm.user, guard.user);
    let plan = world.terraform.plan()?;
    assert!(!plan.changes, "a tripped guard is nothing to repair:\n{}", plan.output);
    let now = &plan.json["planned_values"]["root_module"]["resources"][0]["values"]["status"];
    assert_eq!(now, "tripped");
    Ok(())
}
