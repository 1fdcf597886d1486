//! The functions' code: a newer provider updates it in place, an older one leaves it alone.

use std::fs;

use guard_tests::{
    Error, Result,
    aws::Aws,
    chain::Guard,
    world::{Block, World, actions},
};
use serde_json::Value;

const MEMBER: &str = "222222222222";

/// A zip file without files: other code than ours, whatever ours is.
const OTHER_CODE: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

#[test]
fn an_older_provider_leaves_newer_code_alone() -> Result<()> {
    let (world, block) = built()?;
    another_version(&world, "99.0.0")?;
    let theirs = codes(&world)?;
    world.settled()?;

    let report = Guard::new(MEMBER, "eu-west-1", "report");
    world.hire(&report)?;
    world.configure(&[block, Block::new("report", &report)])?;
    world.apply()?;
    assert_eq!(codes(&world)?, theirs, "a guard that joined replaced newer code");
    for guard in ["backup", "report"] {
        assert_eq!(world.state(guard)?["artifact_version"], "99.0.0");
    }
    world.destroy()
}

#[test]
fn a_newer_provider_updates_older_code_in_place() -> Result<()> {
    let (world, _) = built()?;
    let ours = codes(&world)?;
    another_version(&world, "0.0.1")?;
    assert_ne!(codes(&world)?, ours);
    let plan = world.terraform.plan()?;
    assert_eq!(actions(&plan, "backup"), ["update"], "{}", plan.output);
    world.apply()?;
    assert_eq!(codes(&world)?, ours);
    assert_eq!(world.state("backup")?["artifact_version"], env!("CARGO_PKG_VERSION"));
    world.destroy()
}

fn built() -> Result<(World, Block<'static>)> {
    let world = World::new()?;
    let guard = Guard::new(MEMBER, "eu-west-1", "backup");
    world.hire(&guard)?;
    let block = Block::new("backup", &guard);
    world.configure(std::slice::from_ref(&block))?;
    world.apply()?;
    Ok((world, block))
}

/// The administrators of the filter's place and the responder's, with the functions' names.
fn functions(world: &World) -> [(Aws, &'static str); 2] {
    let hub = world.cloud.administrator(world.management());
    [(hub, "guard-filter"), (world.cloud.administrator(MEMBER).in_region("eu-west-1"), "guard-responder")]
}

/// Gives both functions the code and the mark of another provider's version.
fn another_version(world: &World, version: &str) -> Result<()> {
    let zip = world.terraform.path().join("other.zip");
    fs::write(&zip, OTHER_CODE).map_err(Error::io("writing a zip file"))?;
    for (aws, name) in functions(world) {
        let file = format!("fileb://{}", zip.display());
        aws.run(&["lambda", "update-function-code", "--function-name", name, "--zip-file", &file])?;
        let arn = configuration(&aws, name)?["FunctionArn"].as_str().unwrap_or_default().to_owned();
        let tags = format!("guard:artifact={version}");
        aws.run(&["lambda", "tag-resource", "--resource", &arn, "--tags", &tags])?;
    }
    Ok(())
}

fn codes(world: &World) -> Result<Vec<Value>> {
    functions(world).iter().map(|(aws, name)| Ok(configuration(aws, name)?["CodeSha256"].clone())).collect()
}

fn configuration(aws: &Aws, name: &str) -> Result<Value> {
    aws.run(&["lambda", "get-function-configuration", "--function-name", name])
}
