//! What an administrator of a member account changes about guard's objects there, where guard did not look.

use guard_tests::{
    Result,
    chain::Guard,
    terraform::unwrapped,
    world::{Block, World, actions},
};
use serde_json::Value;

const RESPONDER: &str = "guard-responder";
const ROLE: &str = "guard-responder-eu-west-1";

/// A world with one guard that stands, unless on moto, which can't show what is changed.
fn guarded(users: usize) -> Result<Option<(World, Guard)>> {
    let Some(world) = World::that_can("drift")? else { return Ok(None) };
    let guards: Vec<_> =
        (0..users).map(|n| Guard::new("222222222222", "eu-west-1", &format!("script-{n}"))).collect();
    guards.iter().try_for_each(|guard| world.hire(guard))?;
    world.configure(&guards.iter().map(|guard| Block::new(&guard.user, guard)).collect::<Vec<_>>())?;
    world.apply()?;
    let guard = guards[0].clone();
    Ok(Some((world, guard)))
}

#[test]
fn a_tag_that_says_newer_code_hides_no_change_of_the_function() -> Result<()> {
    let Some((world, guard)) = guarded(1)? else { return Ok(()) };
    let edge = world.at(&guard);
    let configuration = || -> Result<Value> {
        edge.run(&["lambda", "get-function-configuration", "--function-name", RESPONDER])
    };
    let before = configuration()?;
    let arn = before["FunctionArn"].as_str().unwrap_or_default().to_owned();
    edge.run(&["lambda", "tag-resource", "--resource", &arn, "--tags", "guard:artifact=999.0.0"])?;
    let plan = world.terraform.plan()?;
    assert!(!plan.changes, "newer code is no difference: {}", plan.output);
    let said = unwrapped(&plan.output);
    assert!(said.contains("is of version 999.0.0, which is newer"), "{said}");

    let change = ["lambda", "update-function-configuration", "--function-name", RESPONDER, "--timeout", "1"];
    edge.run(&change)?;
    assert_eq!(actions(&world.terraform.plan()?, "script-0"), ["update"]);
    world.apply()?;
    let after = configuration()?;
    assert_eq!(after["Timeout"], before["Timeout"]);
    assert_eq!(after["CodeSha256"], before["CodeSha256"]);
    Ok(())
}

#[test]
fn a_permissions_boundary_on_a_role_of_guard_is_taken_off() -> Result<()> {
    let Some((world, guard)) = guarded(1)? else { return Ok(()) };
    let edge = world.at(&guard);
    let deny = "arn:aws:iam::aws:policy/AWSDenyAll";
    let put = ["iam", "put-role-permissions-boundary", "--role-name", ROLE, "--permissions-boundary", deny];
    edge.run(&put)?;
    let plan = world.terraform.plan()?;
    assert_eq!(actions(&plan, "script-0"), ["update"]);
    assert!(plan.output.contains("permissions boundary"), "{}", plan.output);
    world.apply()?;
    let role = edge.run(&["iam", "get-role", "--role-name", ROLE])?;
    assert!(role["Role"]["PermissionsBoundary"].is_null(), "{role}");
    Ok(())
}

#[test]
fn a_target_that_changes_the_event_shows_however_many_users_there_are() -> Result<()> {
    let Some((world, guard)) = guarded(10)? else { return Ok(()) };
    let edge = world.at(&guard);
    let on_bus = ["--event-bus-name", "guard-bus"];
    let list = ["events", "list-rules", "--name-prefix", "guard-user-script-0"];
    let rules = edge.run(&[&list[..], &on_bus[..]].concat())?;
    let rule = rules["Rules"][0]["Name"].as_str().unwrap_or_default().to_owned();
    let targets = ["events", "list-targets-by-rule", "--rule", &rule];
    let targets = edge.run(&[&targets[..], &on_bus[..]].concat())?["Targets"].clone();
    let mut changed = targets.clone();
    changed[0]["Input"] = "{}".into();
    let changed = changed.to_string();
    let put = ["events", "put-targets", "--rule", &rule, "--targets", &changed];
    edge.run(&[&put[..], &on_bus[..]].concat())?;
    assert_eq!(actions(&world.terraform.plan()?, "script-0"), ["update"]);
    world.apply()?;
    let list = ["events", "list-targets-by-rule", "--rule", &rule];
    assert_eq!(edge.run(&[&list[..], &on_bus[..]].concat())?["Targets"], targets);
    Ok(())
}
