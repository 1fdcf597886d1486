//! A quota that is used up is said at once, by its name.

use guard_tests::{
    Result,
    chain::Guard,
    cloud::Faults,
    world::{Block, World},
};

#[test]
fn a_quota_is_named_and_not_asked_for_again() -> Result<()> {
    let Some(mut world) = World::that_can("faults")? else { return Ok(()) };
    for (operation, quota) in [
        ("CreateEventBus", "event buses in a region (L-658A4FD9)"),
        ("PutRule", "rules on an event bus (L-244521F2)"),
        ("CreateRole", "roles in an account"),
        ("CreateLogGroup", "log groups in a region"),
    ] {
        world = world.renewed()?;
        let guard = Guard::new("222222222222", "eu-west-1", "backup");
        world.hire(&guard)?;
        world.configure(&[Block::new("script", &guard)])?;
        world.cloud.strike(&Faults::at_operation(operation, "quota").repeated(20))?;
        let said = world.terraform.fails(&["apply", "-auto-approve", "-input=false", "-no-color"])?;
        assert!(said.contains(&format!("the quota of {quota} is used up")), "{said}");
        assert_eq!(world.cloud.struck()?.struck.len(), 1, "{operation} was asked for again");
        world.cloud.strike(&Faults::none())?;
        world.destroy()?;
    }
    Ok(())
}
