//! Regions that are not like most: other partitions, and regions that an account has to opt into.

use guard_tests::{Result, chain::Guard, operators::Policies, terraform::requirements, world::World};

const PLAN: [&str; 3] = ["plan", "-input=false", "-no-color"];

/// A world whose trail is in a region, and a guard of a member account's user.
fn in_region(region: &str, guard: &Guard) -> Result<Option<World>> {
    let Some(world) = World::that_can("denials")? else { return Ok(None) };
    world.cloud.equip(&Policies::of_anybody(&world.cloud))?;
    let trail = &world.cloud.ready().trail;
    let management = world.cloud.administrator(world.management());
    management.run(&["cloudtrail", "delete-trail", "--name", trail])?;
    let management = management.in_region(region);
    let place = format!("{{\"LocationConstraint\": \"{region}\"}}");
    management.run(&[
        "s3api",
        "create-bucket",
        "--bucket",
        "far",
        "--create-bucket-configuration",
        &place,
    ])?;
    let create = ["cloudtrail", "create-trail", "--name", trail, "--s3-bucket-name", "far"];
    management.run(&[&create[..], &["--is-multi-region-trail", "--is-organization-trail"]].concat())?;
    management.run(&["cloudtrail", "start-logging", "--name", trail])?;
    world.hire(guard)?;
    configure(&world, region, guard)?;
    Ok(Some(world))
}

fn configure(world: &World, region: &str, guard: &Guard) -> Result<()> {
    let Guard { account, region: at, user } = guard;
    let text = format!(
        "{}provider \"guard\" {{\n  region = \"{region}\"\n}}\nresource \"guard_iam_user\" \"backup\" {{\n  \
         account_id = \"{account}\"\n  region = \"{at}\"\n  user_name = \"{user}\"\n}}\n",
        requirements()
    );
    world.terraform.write("main.tf", &text)
}

#[test]
fn in_china_and_govcloud_the_plan_is_of_their_partitions() -> Result<()> {
    for (region, partition, away) in
        [("cn-north-1", "aws-cn", "cn-northwest-1"), ("us-gov-west-1", "aws-us-gov", "us-gov-east-1")]
    {
        let guard = Guard::new("222222222222", region, "backup");
        let Some(world) = in_region(region, &guard)? else { return Ok(()) };
        let plan = world.terraform.plan()?;
        let planned = &plan.json["resource_changes"][0]["change"]["after"]["chain"];
        let arns: Vec<&str> =
            planned.as_array().into_iter().flatten().filter_map(|object| object["arn"].as_str()).collect();
        assert!(
            arns.len() > 20 && arns.iter().all(|arn| arn.starts_with(&format!("arn:{partition}:"))),
            "{arns:?}"
        );

        configure(&world, region, &Guard { region: away.into(), ..guard.clone() })?;
        let said = world.terraform.fails(&PLAN)?;
        assert!(said.contains(&format!("Set `region` to {region}")), "{said}");
        configure(&world, region, &Guard { region: "eu-west-1".into(), ..guard })?;
        let said = world.terraform.fails(&PLAN)?;
        assert!(said.contains("that region is in another partition"), "{said}");
        world.empty()?;
    }
    Ok(())
}

#[test]
fn a_region_that_is_not_enabled_is_named_with_what_to_do() -> Result<()> {
    let Some(world) = World::that_can("faults")? else { return Ok(()) };
    let guard = Guard::new("222222222222", "af-south-1", "backup");
    world.hire(&guard)?;
    world.cloud.enable(&guard.account, &guard.region, false)?;
    configure(&world, world.hub(), &guard)?;
    let said = world.terraform.fails(&PLAN)?;
    assert!(said.contains("af-south-1 has to be enabled in account 222222222222 first"), "{said}");
    world.cloud.enable(&guard.account, &guard.region, true)?;
    world.apply()?;
    world.destroy()
}
