//! Ctrl-C in the middle of an apply: the state tells the truth and the next run goes on.
//!
//! A shell sends Ctrl-C to the whole process group, so terraform and the provider both get it. Terraform then
//! waits for what is under way; the provider finishes its step and starts no new one. At a second Ctrl-C
//! terraform would leave at once, state and all.

use std::collections::BTreeSet;

use guard_tests::{
    Error, Result,
    chain::Guard,
    terraform::unwrapped,
    world::{Block, World},
};
use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};

#[test]
fn ctrl_c_in_the_middle_of_an_apply_leaves_a_truthful_state() -> Result<()> {
    let (world, said) = interrupted(|group| killpg(group, Signal::SIGINT))?;
    assert!(said.contains("was asked to stop"), "{said}");
    the_state_is_true(&world, &said)?;
    world.destroy()
}

#[test]
fn a_termination_in_the_middle_of_an_apply_leaves_a_truthful_state() -> Result<()> {
    let (world, said) = interrupted(|group| killpg(group, Signal::SIGTERM))?;
    assert!(said.contains("was asked to stop"), "{said}");
    the_state_is_true(&world, &said)?;
    world.destroy()
}

#[test]
fn terraforms_own_stop_reaches_the_provider() -> Result<()> {
    // To terraform alone, as its automation does it.
    let (world, said) = interrupted(|terraform| kill(terraform, Signal::SIGINT))?;
    assert!(said.contains("was asked to stop"), "{said}");
    the_state_is_true(&world, &said)?;
    world.destroy()
}

#[test]
fn a_stopped_apply_goes_on_with_the_next() -> Result<()> {
    let (world, _) = interrupted(|group| killpg(group, Signal::SIGINT))?;
    world.apply()?;
    assert_eq!(world.state("script")?["status"], "armed");
    world.destroy()
}

/// Every kind of object that exists, the state tells of.
fn the_state_is_true(world: &World, said: &str) -> Result<()> {
    assert!(!said.contains("Plugin did not respond"), "{said}");
    let state = world.state("script")?;
    let told: BTreeSet<_> = state["chain"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|object| object["kind"].as_str())
        .collect();
    let there = world.cloud.inventory()?;
    assert!(!there.is_empty(), "nothing was built, so nothing was interrupted:\n{said}");
    for object in &there {
        let kind = match object.split(' ').next().unwrap_or_default() {
            "role_policy" => "role",
            "bus_policy" => "event_bus_permission",
            kind => kind,
        };
        assert!(told.contains(kind), "{object} exists and the state does not say so:\n{said}");
    }
    Ok(())
}

/// An apply that was interrupted once it had begun to build, and what it said.
fn interrupted(signal: impl Fn(Pid) -> nix::Result<()>) -> Result<(World, String)> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("script", &guard)])?;
    let apply = world.terraform.spawn(&["apply", "-auto-approve", "-input=false", "-no-color"])?;
    world.cloud.until("the first object being created", 60, |cloud| {
        let (_, requests) = cloud.requests(0)?;
        Ok(requests.iter().any(|request| request.operation == "CreateEventBus").then_some(()))
    })?;
    let group = Pid::from_raw(i32::try_from(apply.id()).map_err(|error| Error::Cloud(error.to_string()))?);
    signal(group).map_err(|error| Error::Cloud(error.to_string()))?;
    let output = apply.wait_with_output().map_err(Error::io("waiting for terraform"))?;
    let said = unwrapped(&String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
    assert!(said.contains("Interrupt received"), "{said}");
    Ok((world, said))
}
