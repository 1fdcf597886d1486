//! Updates in place, and what replaces.

use guard_tests::{
    Result,
    chain::Guard,
    world::{Block, World, actions},
};

#[test]
fn signals_and_tags_change_in_place() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &guard)])?;
    world.apply()?;
    let all = world.state("backup")?;
    assert_eq!(all["signals"].as_array().map(Vec::len), Some(4));

    let fewer = "signals = [\"console_login\"]\ntags = { team = \"platform\" }";
    world.configure(&[Block::new("backup", &guard).with(fewer)])?;
    assert_eq!(actions(&world.terraform.plan()?, "backup"), ["update"]);
    world.apply()?;
    assert_eq!(pattern(&world, &guard)?["detail"]["guard"]["signals"], serde_json::json!(["console_login"]));

    world.configure(&[Block::new("backup", &guard)])?;
    world.apply()?;
    let signals = pattern(&world, &guard)?["detail"]["guard"]["signals"].clone();
    assert_eq!(signals.as_array().map(Vec::len), Some(4), "without the argument all four count again");
    world.destroy()
}

#[test]
fn the_route_changes_and_leaves_nothing_of_the_old_one() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    let block = Block::new("backup", &guard);
    world.configure(std::slice::from_ref(&block))?;
    world.apply()?;
    assert!(world.cloud.inventory()?.contains(&"event_bus 222222222222/us-east-1 guard-bus".to_owned()));
    world.configure(&[block.clone().with("topology = \"direct\"")])?;
    world.apply()?;
    let direct = world.cloud.inventory()?;
    let relay: Vec<_> = direct.iter().filter(|object| object.contains("222222222222/us-east-1")).collect();
    assert!(relay.is_empty(), "the relay is needed by nobody: {relay:#?}");
    world.configure(&[block])?;
    world.apply()?;
    world.destroy()
}

#[test]
fn another_region_replaces_the_guard() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &guard)])?;
    world.apply()?;
    let moved = Guard { region: "eu-central-1".into(), ..guard };
    world.configure(&[Block::new("backup", &moved)])?;
    assert_eq!(actions(&world.terraform.plan()?, "backup"), ["delete", "create"]);
    world.apply()?;
    let left: Vec<_> =
        world.cloud.inventory()?.into_iter().filter(|object| object.contains("eu-west-1")).collect();
    assert!(left.is_empty(), "{left:#?}");
    world.destroy()
}

#[test]
fn a_guard_can_be_replaced_by_itself() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &guard)])?;
    world.apply()?;
    let replace = "-replace=guard_iam_user.backup";
    world.terraform.run(&["apply", "-auto-approve", "-input=false", "-no-color", replace])?;
    world.settled()?;
    // As a create that failed at its very end leaves it.
    world.terraform.run(&["taint", "guard_iam_user.backup"])?;
    assert_eq!(actions(&world.terraform.plan()?, "backup"), ["delete", "create"]);
    world.apply()?;
    assert_eq!(world.state("backup")?["status"], "armed");
    world.destroy()
}

fn pattern(world: &World, guard: &Guard) -> Result<serde_json::Value> {
    let rules = world.at(guard).run(&["events", "list-rules", "--event-bus-name", "guard-bus"])?;
    let pattern = rules["Rules"][0]["EventPattern"].as_str().unwrap_or_default();
    serde_json::from_str(pattern).map_err(guard_tests::Error::json("the rule's pattern"))
}
