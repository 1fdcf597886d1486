//! A user has one guard, whatever regions and states: of two, one would silence the other.

use guard_tests::{
    Result,
    chain::Guard,
    terraform::unwrapped,
    world::{Block, World},
};

const APPLY: &[&str] = &["apply", "-auto-approve", "-input=false", "-no-color"];

fn guard(region: &str) -> Guard {
    Guard::new("222222222222", region, "backup")
}

#[test]
fn a_second_guard_in_another_region_is_refused_when_it_is_planned() -> Result<()> {
    let world = World::new()?;
    let (first, second) = (guard("eu-west-1"), guard("us-east-1"));
    world.hire(&first)?;
    world.configure(&[Block::new("first", &first)])?;
    world.apply()?;
    let colleague = world.colleague()?;
    colleague.configure(&[Block::new("second", &second).with("mode = \"monitor\"")])?;
    let said = unwrapped(&colleague.terraform.fails(&["plan", "-input=false", "-no-color"])?);
    assert!(said.contains("222222222222/us-east-1/backup can't be built"), "{said}");
    assert!(said.contains("222222222222/eu-west-1/backup guards this user already"), "{said}");
    world.destroy()
}

#[test]
fn of_two_guards_of_a_user_in_one_configuration_one_is_built() -> Result<()> {
    let world = World::new()?;
    let (first, second) = (guard("eu-west-1"), guard("us-east-1"));
    world.hire(&first)?;
    world.configure(&[Block::new("first", &first), Block::new("second", &second)])?;
    let said = unwrapped(&world.terraform.fails(APPLY)?);
    assert!(said.contains("guards this user already"), "{said}");
    world.destroy()
}

#[test]
fn a_guard_moves_to_another_region() -> Result<()> {
    let world = World::new()?;
    let (here, there) = (guard("eu-west-1"), guard("us-east-1"));
    world.hire(&here)?;
    world.configure(&[Block::new("backup", &here)])?;
    world.apply()?;
    world.configure(&[Block::new("backup", &there)])?;
    world.apply()?;
    assert_eq!(world.state("backup")?["region"], "us-east-1");
    assert!(!world.terraform.plan()?.changes);
    world.destroy()
}
