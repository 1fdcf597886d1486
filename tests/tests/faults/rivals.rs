//! Two states that want to guard the same user: the first one does, the other is told who.

use std::process::Child;

use guard_tests::{
    Error, Result,
    chain::Guard,
    cloud::{Cloud, Faults},
    terraform::unwrapped,
    world::{Block, World},
};

const APPLY: [&str; 4] = ["apply", "-auto-approve", "-input=false", "-no-color"];

#[test]
fn the_second_of_two_states_is_told_of_the_first() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("first", &guard)])?;
    let first = half_built(&world)?;

    let other = world.colleague()?;
    other.configure(&[Block::new("first", &guard)])?;
    let said = other.terraform.fails(&APPLY)?;
    assert!(said.contains("is being built by terraform in"), "{said}");
    assert!(said.contains(&world.terraform.path().display().to_string()), "{said}");
    assert_eq!(other.state("first")?, serde_json::Value::Null);

    world.cloud.release()?;
    let output = first.wait_with_output().map_err(Error::io("waiting for terraform"))?;
    assert!(output.status.success(), "{}", unwrapped(&String::from_utf8_lossy(&output.stderr)));
    let said = other.terraform.fails(&APPLY)?;
    assert!(said.contains("is guarded already"), "{said}");
    assert!(said.contains(&world.terraform.path().display().to_string()), "{said}");
    world.settled()?;
    world.destroy()
}

/// An apply that is held once the guard's rule is there, and its target is not.
fn half_built(world: &World) -> Result<Child> {
    world.cloud.strike(&Faults::at_operation("PutTargets", "hold"))?;
    let apply = world.terraform.spawn(&APPLY)?;
    let half = |cloud: &Cloud| Ok((cloud.struck()?.held > 0).then_some(()));
    world.cloud.until("the first build being half done", 60, half)?;
    Ok(apply)
}
