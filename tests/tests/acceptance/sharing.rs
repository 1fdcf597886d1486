//! Guards share what they can; the last one takes it away.

use guard_tests::{
    Result,
    chain::Guard,
    world::{Block, World},
};

#[test]
fn two_guards_share_and_the_last_one_takes_everything() -> Result<()> {
    let world = World::new()?;
    let [backup, report] = ["backup", "report"].map(|user| Guard::new("222222222222", "eu-west-1", user));
    world.hire(&backup)?;
    world.hire(&report)?;
    world.configure(&[Block::new("backup", &backup), Block::new("report", &report)])?;
    world.apply()?;
    let both = world.cloud.inventory()?;
    assert_eq!(both.iter().filter(|object| object.starts_with("function ")).count(), 2, "{both:#?}");
    let alarms = both.iter().filter(|object| object.starts_with("alarm ") && object.contains("guard-user-"));
    assert_eq!(alarms.count(), 2);

    world.configure(&[Block::new("report", &report)])?;
    world.apply()?;
    let one = world.cloud.inventory()?;
    let gone: Vec<_> = both.iter().filter(|object| !one.contains(object)).collect();
    assert_eq!(gone.len(), 4, "only the leaver's parameter, rule, target and alarm may go: {gone:#?}");
    assert!(gone.iter().all(|object| object.contains("guard-user-backup")), "{gone:#?}");
    world.destroy()
}

#[test]
fn guards_of_two_accounts_and_regions_leave_one_by_one() -> Result<()> {
    let world = World::new()?;
    let guards = [
        ("near", Guard::new("222222222222", world.hub(), "near")),
        ("far", Guard::new("222222222222", "eu-west-1", "far")),
        ("other", Guard::new("333333333333", "eu-west-1", "other")),
    ];
    for (_, guard) in &guards {
        world.hire(guard)?;
    }
    let blocks: Vec<_> = guards.iter().map(|(name, guard)| Block::new(name, guard)).collect();
    world.configure(&blocks)?;
    world.apply()?;
    for staying in [&blocks[..2], &blocks[..1], &[]] {
        world.configure(staying)?;
        world.apply()?;
    }
    world.empty()
}

#[test]
fn the_same_user_is_not_guarded_twice() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("one", &guard)])?;
    world.apply()?;
    world.configure(&[Block::new("one", &guard), Block::new("two", &guard)])?;
    let said = world.terraform.fails(&["apply", "-auto-approve", "-input=false", "-no-color"])?;
    assert!(said.contains("is guarded already"), "{said}");
    world.configure(&[Block::new("one", &guard)])?;
    world.apply()?;
    world.destroy()
}
