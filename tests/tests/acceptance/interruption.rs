//! Ctrl-C in the middle of an apply: the state tells the truth and the next run goes on.
//!
//! A shell sends Ctrl-C to the whole process group, so terraform and the provider both get it. Terraform then
//! waits for what is under way; the provider finishes it, or, told a second time, starts no new step.

use std::{collections::BTreeSet, fs, process::Child};

use guard_tests::{
    Error, Result,
    chain::Guard,
    world::{Block, World},
};
use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};

#[test]
fn ctrl_c_in_the_middle_of_an_apply_leaves_a_truthful_state() -> Result<()> {
    let (world, said) = interrupted(Times::Once)?;
    the_state_is_true(&world, &said)?;
    world.destroy()
}

#[test]
fn a_provider_that_is_told_twice_stops_and_the_state_says_where() -> Result<()> {
    let (world, said) = interrupted(Times::Twice)?;
    assert!(said.contains("stopped by a signal"), "{said}");
    the_state_is_true(&world, &said)?;
    world.destroy()
}

#[test]
fn a_stopped_apply_goes_on_with_the_next() -> Result<()> {
    let (world, _) = interrupted(Times::Twice)?;
    world.apply()?;
    assert_eq!(world.state("script")?["status"], "armed");
    world.destroy()
}

#[derive(Clone, Copy, PartialEq)]
enum Times {
    Once,
    Twice,
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
fn interrupted(times: Times) -> Result<(World, String)> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup");
    world.hire(&guard)?;
    world.configure(&[Block::new("script", &guard)])?;
    let apply = world.terraform.spawn(&["apply", "-auto-approve", "-input=false", "-no-color"])?;
    world.cloud.until("a queue being created", 60, |cloud| {
        let (_, requests) = cloud.requests(0)?;
        Ok(requests.iter().any(|request| request.operation == "CreateQueue").then_some(()))
    })?;
    let group = Pid::from_raw(i32::try_from(apply.id()).map_err(|error| Error::Cloud(error.to_string()))?);
    let sent = |result: nix::Result<()>| result.map_err(|error| Error::Cloud(error.to_string()));
    sent(killpg(group, Signal::SIGINT))?;
    if times == Times::Twice {
        // To the provider alone: terraform itself gives up at its second signal, state and all.
        sent(kill(provider_of(&apply)?, Signal::SIGTERM))?;
    }
    let output = apply.wait_with_output().map_err(Error::io("waiting for terraform"))?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(said.contains("Interrupt received"), "{said}");
    Ok((world, said))
}

/// The provider that this terraform has started.
fn provider_of(terraform: &Child) -> Result<Pid> {
    let group = terraform.id().to_string();
    let processes = fs::read_dir("/proc").map_err(Error::io("listing processes"))?;
    let found = processes.flatten().find_map(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // pid (name) state parent group …
        let (head, rest) = stat.rsplit_once(')')?;
        let (id, name) = head.split_once(" (")?;
        let in_group = rest.split_whitespace().nth(2)? == group;
        (in_group && name.starts_with("terraform-provi")).then(|| id.parse().ok())?
    });
    found.map(Pid::from_raw).ok_or(Error::Cloud("terraform has started no provider".into()))
}
