//! The state: small, without secrets, and understood by every version after the one that wrote it.

use std::{fs, path::PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine};
use guard_tests::{
    Error, Result,
    chain::Guard,
    paths,
    world::{Block, World},
};
use serde_json::Value;

/// What the state of one guard may take, in bytes.
const LIMIT: usize = 16_000;

/// The arguments of the guard in the fixtures.
const MORE: &str = "signals = [\"access_denied\", \"console_login\"]\ntags = { team = \"storage\" }\n";
const TIMEOUTS: &str = "timeouts {\n  create = \"30m\"\n}";

#[test]
fn the_state_of_a_guard_is_small_and_holds_no_secret() -> Result<()> {
    let world = World::new()?;
    let guard = guard();
    world.hire(&guard)?;
    // To the local AWS any secret and token of an administrator are good.
    let [secret, token] = ["a-secret-that-nobody-may-see", "a-token-that-nobody-may-see"];
    let management = world.management();
    let provider =
        format!("  access_key = \"{management}\"\n  secret_key = \"{secret}\"\n  token = \"{token}\"\n");
    world.configure_with(&provider, &[Block::new("backup", &guard)])?;
    world.apply()?;
    let state = read(&world)?;
    assert!(state.len() < LIMIT, "{} bytes", state.len());
    let private = unpacked(&state)?;
    for text in [&state, &private] {
        for hidden in [secret, token, "secret", "token", "access_key"] {
            assert!(!text.contains(hidden), "{hidden} is in the state: {text}");
        }
    }
    assert!(private.contains(management), "the private data was looked at: {private}");
    world.destroy()
}

#[test]
fn a_state_of_version_0_1_0_is_understood() -> Result<()> {
    upgraded(&format!("{MORE}{TIMEOUTS}"), |_| ())
}

#[test]
fn a_state_without_private_data_is_understood() -> Result<()> {
    // Nor had states the block then.
    upgraded(MORE, |state| {
        let guard = &mut state["resources"][0]["instances"][0];
        assert!(guard["private"].take().is_string(), "it had some");
        guard["attributes"]["timeouts"].take();
    })
}

/// Puts the fixture, changed, in the place of the state of a chain that stands: nothing is to be done, and
/// destroy takes everything.
fn upgraded(more: &str, change: impl Fn(&mut Value)) -> Result<()> {
    let world = built(more)?;
    let text = fs::read_to_string(fixture("0.1.0")).map_err(Error::io("reading the fixture"))?;
    let mut state: Value = serde_json::from_str(&text).map_err(Error::json("the fixture"))?;
    change(&mut state);
    world.terraform.write("terraform.tfstate", &state.to_string())?;
    world.settled()?;
    world.terraform.run(&["apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color"])?;
    world.settled()?;
    world.destroy()
}

/// A version's fixture is written once and never again (tests/fixtures/README.md).
#[test]
#[ignore = "writes this version's fixture"]
fn this_versions_state_becomes_a_fixture() -> Result<()> {
    let world = built(&format!("{MORE}{TIMEOUTS}"))?;
    let path = fixture(env!("CARGO_PKG_VERSION"));
    assert!(!path.exists(), "{} is what that version wrote; it stays so", path.display());
    fs::write(path, read(&world)?).map_err(Error::io("writing the fixture"))
}

fn guard() -> Guard {
    Guard::new("222222222222", "eu-west-1", "backup")
}

fn built(more: &str) -> Result<World> {
    let world = World::new()?;
    world.hire(&guard())?;
    world.configure(&[Block::new("backup", &guard()).with(more)])?;
    world.apply()?;
    Ok(world)
}

fn fixture(version: &str) -> PathBuf {
    paths::root().join(format!("tests/fixtures/state/{version}.json"))
}

fn read(world: &World) -> Result<String> {
    let path = world.terraform.path().join("terraform.tfstate");
    fs::read_to_string(path).map_err(Error::io("reading the state"))
}

/// The private data of the state's first resource, as far as it is text: terraform keeps it in base64.
fn unpacked(state: &str) -> Result<String> {
    let state: Value = serde_json::from_str(state).map_err(Error::json("the state"))?;
    let private = state["resources"][0]["instances"][0]["private"].as_str().unwrap_or_default();
    Ok(String::from_utf8_lossy(&BASE64_STANDARD.decode(private).unwrap_or_default()).into_owned())
}
