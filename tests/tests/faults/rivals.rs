//! Two states at the same place: who comes second to a user is told of the first, who leaves last takes away
//! what a newcomer has just found.

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
    let first = held_at(&world, "PutTargets")?;

    let other = world.colleague()?;
    other.configure(&[Block::new("first", &guard)])?;
    let said = other.terraform.fails(&APPLY)?;
    assert!(said.contains("is being built by terraform in"), "{said}");
    assert!(said.contains(&world.terraform.path().display().to_string()), "{said}");
    assert_eq!(other.state("first")?, serde_json::Value::Null);

    world.cloud.release()?;
    succeeds(first)?;
    let said = other.terraform.fails(&APPLY)?;
    assert!(said.contains("is guarded already"), "{said}");
    assert!(said.contains(&world.terraform.path().display().to_string()), "{said}");
    world.settled()?;
    world.destroy()
}

#[test]
fn a_build_whose_role_is_taken_away_begins_anew() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("first", &guard)])?;
    let apply = held_at(&world, "PutRolePolicy")?;

    // As the other state's last guard does, whose bus was gone before this one came.
    let role = ["--role-name", "guard-responder-eu-west-1"];
    let other = world.at(&guard);
    other.run(&[&["iam", "delete-role-policy", "--policy-name", role[1]][..], &role].concat())?;
    other.run(&[&["iam", "delete-role"][..], &role].concat())?;

    world.cloud.release()?;
    succeeds(apply)?;
    world.settled()?;
    world.destroy()
}

/// An apply that is held once its first call of an operation has had its effect.
fn held_at(world: &World, operation: &'static str) -> Result<Child> {
    world.cloud.strike(&Faults::at_operation(operation, "hold"))?;
    let apply = world.terraform.spawn(&APPLY)?;
    let held = |cloud: &Cloud| Ok((cloud.struck()?.held > 0).then_some(()));
    world.cloud.until("the build being held", 60, held)?;
    Ok(apply)
}

fn succeeds(apply: Child) -> Result<()> {
    let output = apply.wait_with_output().map_err(Error::io("waiting for terraform"))?;
    assert!(output.status.success(), "{}", unwrapped(&String::from_utf8_lossy(&output.stderr)));
    Ok(())
}
