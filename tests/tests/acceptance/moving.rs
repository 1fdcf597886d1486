//! A trail that writes into another bucket takes its guards along, and leaves nothing where it was.

use guard_tests::{
    Result,
    chain::Guard,
    operators::Policies,
    world::{Block, World},
};
use serde_json::{Value, json};

/// A world with these guards, whose caller may write to every bucket.
fn guarding(guards: &[Guard]) -> Result<World> {
    let world = World::new()?;
    let blocks: Vec<_> = ["backup", "report"].into_iter().zip(guards).collect();
    let blocks: Vec<_> = blocks.into_iter().map(|(name, guard)| Block::new(name, guard)).collect();
    guards.iter().try_for_each(|guard| world.hire(guard))?;
    if world.can("denials") {
        world.cloud.equip(&Policies::of_anybody(&world.cloud))?;
    }
    world.configure(&blocks)?;
    world.apply()?;
    Ok(world)
}

/// Makes a bucket in a region and lets the trail write there.
fn move_trail(world: &World, bucket: &str, region: &str) -> Result<()> {
    let management = world.cloud.administrator(world.management());
    let mut create = vec!["s3api", "create-bucket", "--bucket", bucket];
    let place = format!("{{\"LocationConstraint\": \"{region}\"}}");
    if region != "us-east-1" {
        create.extend(["--create-bucket-configuration", &place]);
    }
    management.in_region(region).run(&create)?;
    let trail = &world.cloud.ready().trail;
    management.run(&["cloudtrail", "update-trail", "--name", trail, "--s3-bucket-name", bucket]).map(drop)
}

/// Who is told of new files in a bucket.
fn told(world: &World, bucket: &str, region: &str) -> Result<Vec<Value>> {
    let management = world.cloud.administrator(world.management()).in_region(region);
    let said = management.run(&["s3api", "get-bucket-notification-configuration", "--bucket", bucket])?;
    Ok(said["LambdaFunctionConfigurations"].as_array().cloned().unwrap_or_default())
}

#[test]
fn a_trail_that_moves_to_another_bucket_leaves_no_entry_behind() -> Result<()> {
    // Whichever comes first stands on the same hub while the other one goes.
    let guards = [("222222222222", "backup"), ("333333333333", "report")]
        .map(|(account, user)| Guard::new(account, "eu-west-1", user));
    let world = guarding(&guards)?;
    move_trail(&world, "other", "us-east-1")?;
    world.apply()?;
    assert_eq!(told(&world, &world.cloud.ready().bucket, "us-east-1")?, [] as [Value; 0]);
    assert_eq!(told(&world, "other", "us-east-1")?.len(), 1);
    world.destroy()
}

#[test]
fn a_trail_that_moves_to_another_region_leaves_no_hub_behind() -> Result<()> {
    let world = guarding(&[Guard::new("222222222222", "eu-west-1", "backup")])?;
    move_trail(&world, "other", "eu-west-2")?;
    world.apply()?;
    assert_eq!(told(&world, &world.cloud.ready().bucket, "us-east-1")?, [] as [Value; 0]);
    assert_eq!(told(&world, "other", "eu-west-2")?.len(), 1);
    let chain = world.state("backup")?["chain"].clone();
    let hub = chain.as_array().into_iter().flatten().find(|object| object["place"] == "hub");
    assert_eq!(hub.map(|object| object["region"].clone()), Some(json!("eu-west-2")));
    world.destroy()
}
