//! An answer that lacks what it must have is an error: taken for absence, it would have guards and what they share
//! removed, built anew, or called foreign.

use guard_tests::{
    Result,
    chain::Guard,
    cloud::Faults,
    world::{Block, World},
};

#[test]
fn an_answer_without_its_list_removes_nothing_and_builds_nothing() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let [backup, report] = ["backup", "report"].map(|user| Guard::new("222222222222", "eu-west-1", user));
    world.hire(&backup)?;
    world.hire(&report)?;
    let both = [Block::new("backup", &backup), Block::new("report", &report)];
    world.configure(&both)?;
    world.apply()?;
    let before = world.cloud.inventory()?;
    for (operation, part) in [
        ("ListRules", "Rules"),
        ("ListTargetsByRule", "Targets"),
        ("DescribeLogGroups", "logGroups"),
        ("GetParametersByPath", "Parameters"),
        ("GetQueueAttributes", "Attributes"),
        ("GetFunction", "Configuration"),
    ] {
        world.cloud.strike(&Faults::at_every(operation, "empty"))?;
        let said = world.terraform.fails(&["plan", "-input=false", "-no-color"])?;
        assert!(said.contains(&format!("{operation} in ")), "{said}");
        assert!(said.contains(&format!("the answer has no {part}")), "{operation}: {said}");
        world.cloud.strike(&Faults::none())?;
        assert_eq!(world.cloud.inventory()?, before, "{operation}");
    }
    // Who still needs what is listed in a removal as well, where nothing was refreshed before.
    world.configure(&both[..1])?;
    world.cloud.strike(&Faults::at_every("ListRules", "empty"))?;
    let apply = ["apply", "-auto-approve", "-input=false", "-no-color", "-refresh=false"];
    let said = world.terraform.fails(&apply)?;
    assert!(said.contains("the answer has no Rules"), "{said}");
    let left = world.cloud.inventory()?;
    let gone: Vec<_> = before.iter().filter(|object| !left.contains(object)).collect();
    assert!(gone.iter().all(|object| object.contains("guard-user-report")), "shared objects went: {gone:#?}");
    world.cloud.strike(&Faults::none())?;
    world.apply()?;
    world.destroy()
}
