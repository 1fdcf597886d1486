//! A role of guard that somebody deletes, and that the next apply makes anew.

use guard_tests::{Result, probes::delete_role};

use crate::response::Scene;

#[test]
fn functions_take_up_the_roles_that_were_made_anew() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    // Both functions have run, and have processes with the credentials of the roles that are there now.
    scene.leak()?;
    scene.until_denied()?;
    scene.world.cloud.until_responders_end()?;
    scene.script.pardon()?;
    scene.apply("")?;
    let world = &scene.world;
    delete_role(&world.at(&scene.guard), "guard-responder-eu-west-1")?;
    delete_role(&world.cloud.administrator(world.management()), "guard-filter-us-east-1")?;
    let plan = world.terraform.plan()?;
    assert_eq!(plan.output.matches("its role is missing").count(), 2, "{}", plan.output);
    world.apply()?;
    world.settled()?;

    scene.leak()?;
    scene.until_denied()?;
    scene.end()
}
