//! What people get wrong, and what guard says then.

use guard_tests::{
    Result,
    chain::Guard,
    terraform::unwrapped,
    world::{Block, World},
};

const VALIDATE: &[&str] = &["validate", "-no-color"];
const APPLY: &[&str] = &["apply", "-auto-approve", "-input=false", "-no-color"];

fn backup() -> Guard {
    Guard::new("222222222222", "eu-west-1", "backup")
}

#[test]
fn a_guard_that_would_ignore_or_allow_nothing_is_refused() -> Result<()> {
    let world = World::new()?;
    for (more, advice) in [
        ("ignored_actions = [\"*:*\"]", "mode = \"monitor\""),
        ("ignored_actions = [\"s3:List*\", \"**:*\"]", "mode = \"monitor\""),
        ("expected {\n actions = []\n}", "leave `actions` out"),
        ("expected {\n actions = [\"s3:Get*\"]\n regions = []\n}", "leave `regions` out"),
    ] {
        world.configure(&[Block::new("backup", &backup()).with(more)])?;
        let said = unwrapped(&world.terraform.fails(VALIDATE)?);
        assert!(said.contains(advice), "{more}: {said}");
    }
    Ok(())
}

#[test]
fn a_block_with_a_new_name_is_told_to_be_moved_and_never_to_be_imported_first() -> Result<()> {
    let world = World::new()?;
    world.hire(&backup())?;
    world.configure(&[Block::new("old", &backup())])?;
    world.apply()?;
    let before = world.cloud.inventory()?;
    // Beside the old block, which has the guard.
    world.configure(&[Block::new("old", &backup()), Block::new("new", &backup())])?;
    let said = unwrapped(&world.terraform.fails(APPLY)?);
    assert!(said.contains("with a block `moved` from that address to this one"), "{said}");
    assert!(said.contains("Never import it beside the old address"), "{said}");
    assert_eq!(world.cloud.inventory()?, before);

    // What it is told to do works, and changes nothing in AWS. The apply that failed has left the new address in the
    // state without a guard, and terraform moves nothing to an address that is there.
    world.terraform.run(&["apply", "-refresh-only", "-auto-approve", "-input=false"])?;
    is_moved(&world, &before)
}

#[test]
fn a_block_with_a_new_name_alone_is_refused_in_the_plan_and_moved_as_it_says() -> Result<()> {
    let world = World::new()?;
    world.hire(&backup())?;
    world.configure(&[Block::new("old", &backup())])?;
    world.apply()?;
    let before = world.cloud.inventory()?;
    for parallelism in ["-parallelism=1", "-parallelism=20"] {
        world.configure(&[Block::new("new", &backup())])?;
        let said = unwrapped(&world.terraform.fails(&[APPLY, &[parallelism]].concat())?);
        assert!(said.contains("would be removed at one address and built at another"), "{said}");
        assert!(said.contains("add a block `moved`"), "{said}");
        assert_eq!(world.cloud.inventory()?, before);
    }
    is_moved(&world, &before)
}

/// The guard moves from the block `old` to the block `new`, and what is in AWS stays as it was.
fn is_moved(world: &World, before: &[String]) -> Result<()> {
    world.configure(&[Block::new("new", &backup())])?;
    let moved = "moved {\n  from = guard_iam_user.old\n  to   = guard_iam_user.new\n}\n";
    world.terraform.write("moved.tf", moved)?;
    let plan = world.terraform.plan()?;
    assert!(plan.output.contains("guard_iam_user.old has moved to guard_iam_user.new"), "{}", plan.output);
    world.apply()?;
    assert_eq!(world.cloud.inventory()?, before);
    Ok(())
}

#[test]
fn a_log_file_that_would_hold_secrets_is_refused() -> Result<()> {
    let mut world = World::new()?;
    let folder = tempfile::tempdir().map_err(guard_tests::Error::io("making a folder"))?;
    let file = folder.path().join("plugin.log");
    world.configure(&[Block::new("backup", &backup())])?;
    world.terraform.set("PLUGIN_LOG_FILE", &file.to_string_lossy());
    let said = unwrapped(&world.terraform.fails(APPLY)?);
    assert!(said.contains("PLUGIN_LOG_FILE"), "{said}");
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, "", "something was written");
    Ok(())
}
