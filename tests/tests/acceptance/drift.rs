//! What somebody changes behind terraform's back shows in the plan, object by object and in words, and apply
//! repairs it and writes to nothing else.

pub(crate) mod case;
mod edge;
mod hub;
mod relay;
mod replaced;
mod unmarked;

use std::process::Command;

use guard_tests::{
    Error, Result, paths,
    world::{World, actions},
};

use case::{Case, Chain, Place};

/// A role of somebody else's that a function can have.
const OTHER_ROLE: &str = r#"iam create-role --role-name other --assume-role-policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

#[test]
fn the_hub_and_the_relay_are_repaired() -> Result<()> {
    let Some(chain) = Chain::that_can("drift")? else { return Ok(()) };
    other_code(&chain.world)?;
    for round in 0..hub::ROUNDS.len().max(relay::ROUNDS.len()) {
        let rounds = [hub::ROUNDS, relay::ROUNDS].into_iter();
        let cases: Vec<&Case> =
            rounds.filter_map(|rounds| rounds.get(round)).flat_map(|round| round.iter()).collect();
        chain.round(&cases)?;
    }
    chain.world.destroy()
}

#[test]
fn the_edge_and_the_guards_own_are_repaired() -> Result<()> {
    let Some(chain) = Chain::that_can("drift")? else { return Ok(()) };
    other_code(&chain.world)?;
    chain.run(Place::Edge, OTHER_ROLE)?;
    for round in edge::ROUNDS {
        chain.round(&round.iter().collect::<Vec<_>>())?;
    }
    chain.run(Place::Edge, "iam delete-role --role-name other")?;
    chain.world.destroy()
}

#[test]
fn what_replaced_ours_is_refused_and_left_as_it_is() -> Result<()> {
    let Some(chain) = Chain::that_can("drift")? else { return Ok(()) };
    other_code(&chain.world)?;
    replaced::replaced(&chain)
}

#[test]
fn a_lost_mark_can_be_given_back() -> Result<()> {
    let chain = Chain::built()?;
    unmarked::unmarked(&chain)?;
    chain.world.destroy()
}

#[test]
fn what_replaced_ours_outlives_the_guard() -> Result<()> {
    let Some(chain) = Chain::that_can("drift")? else { return Ok(()) };
    replaced::destroyed(&chain)
}

#[test]
fn other_signals_in_the_rule_show_as_other_signals() -> Result<()> {
    let chain = Chain::built()?;
    let world = &chain.world;
    let rules = chain.run(Place::Edge, "events list-rules --event-bus-name guard-bus")?;
    let pattern = rules["Rules"][0]["EventPattern"].as_str().unwrap_or_default();
    let fewer = pattern.replace("\"get_caller_identity\",", "").replace(",\"get_caller_identity\"", "");
    assert_ne!(fewer, pattern);
    let description = rules["Rules"][0]["Description"].as_str().unwrap_or_default();
    let put =
        ["events", "put-rule", "--event-bus-name", "guard-bus", "--name", &chain.own, "--event-pattern"];
    chain.at(Place::Edge).run(&[&put[..], &[&fewer, "--description", description]].concat())?;
    let plan = world.terraform.plan()?;
    assert_eq!(actions(&plan, "script"), ["update"]);
    assert!(plan.output.contains("+ \"get_caller_identity\""), "{}", plan.output);
    world.apply()?;
    world.destroy()
}

/// A zip that is not our artifact.
pub(crate) fn other_code(world: &World) -> Result<()> {
    let folder = world.terraform.path();
    world.terraform.write("bootstrap", "#!/bin/sh\n")?;
    let mut zip = Command::new(paths::tool("python")?);
    zip.args(["-m", "zipfile", "-c", "other.zip", "bootstrap"]).current_dir(folder);
    let status = zip.status().map_err(Error::io("packing other code"))?;
    assert!(status.success());
    Ok(())
}
