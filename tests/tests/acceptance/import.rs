//! A guard whose state was lost is imported whole.

use guard_tests::{
    Result,
    chain::Guard,
    terraform::unwrapped,
    world::{Block, World, actions},
};

const ADDRESS: &str = "guard_iam_user.backup";

#[test]
fn an_imported_guard_has_nothing_to_change() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    let more = "signals = [\"access_denied\"]\ntopology = \"direct\"\ntags = { team = \"platform\" }";
    world.configure(&[Block::new("backup", &guard).with(more)])?;
    world.apply()?;
    let before = world.state("backup")?;

    world.terraform.run(&["state", "rm", ADDRESS])?;
    let said = world.terraform.import(ADDRESS, &guard.to_string())?;
    assert!(!said.contains("Warning"), "it was built here: {said}");
    assert_eq!(world.state("backup")?, before);
    world.settled()?;

    world.terraform.run(&["state", "rm", ADDRESS])?;
    world.terraform.write("import.tf", &format!("import {{\n  to = {ADDRESS}\n  id = \"{guard}\"\n}}\n"))?;
    let plan = world.terraform.plan()?;
    assert_eq!(actions(&plan, "backup"), ["no-op"]);
    assert!(plan.output.contains("1 to import, 0 to add, 0 to change"), "{}", plan.output);
    world.apply()?;
    world.destroy()
}

#[test]
fn a_guard_that_another_folder_has_built_is_imported_with_a_warning() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &guard)])?;
    world.apply()?;
    let other = world.colleague()?;
    other.configure(&[Block::new("backup", &guard)])?;
    let said = unwrapped(&other.terraform.import(ADDRESS, &guard.to_string())?);
    let folder = world.terraform.path().to_string_lossy().into_owned();
    assert!(said.contains("was built in another folder") && said.contains(&folder), "{said}");
    assert!(said.contains("terraform state rm"), "{said}");
    world.destroy()
}

#[test]
fn what_is_not_there_is_not_imported() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &guard)])?;
    for id in ["222222222222/eu-west-1/backup", "222222222222/eu-west-1", "nonsense"] {
        world.terraform.fails(&["import", "-input=false", "-no-color", ADDRESS, id])?;
    }
    world.empty()
}
