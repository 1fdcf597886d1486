//! The provider's own program draws what the real terraform shows.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use guard_tests::{
    Error, Result,
    chain::Guard,
    paths,
    world::{Block, World},
};
use serde_json::Value;

#[test]
fn a_state_and_a_plan_are_drawn_with_every_object_and_what_is_missing() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup-script");
    world.hire(&guard)?;
    world.configure(&[Block::new("backup", &guard)])?;
    let plan = world.terraform.plan()?;
    let drawn = drawn(&plan.json.to_string())?;
    assert_eq!(drawn.matches("<br/>NEW").count(), objects(&plan.json), "{drawn}");

    world.apply()?;
    let state = world.terraform.run(&["show", "-json"])?;
    let drawn = self::drawn(&state)?;
    assert_eq!(drawn.matches("== hop ==>").count(), 2, "{drawn}");
    assert!(drawn.contains("IAM user<br/>backup-script<br/>armed"), "{drawn}");
    for object in world.state("backup")?["chain"].as_array().into_iter().flatten() {
        assert!(drawn.contains(object["name"].as_str().unwrap_or("?")), "{object} is missing:\n{drawn}");
    }
    for mark in ["MISSING", "DRIFTED", "NEW", "GOES"] {
        assert!(!drawn.contains(mark), "{drawn}");
    }

    if world.can("drift") {
        let alarm = "guard-responder-errors";
        world.at(&guard).run(&["cloudwatch", "delete-alarms", "--alarm-names", alarm])?;
        let plan = world.terraform.plan()?.json.to_string();
        let missing = format!("alarm<br/>{alarm}<br/>MISSING");
        assert!(self::drawn(&plan)?.contains(&missing), "{plan}");
        world.terraform.run(&["apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color"])?;
        let drawn = self::drawn(&world.terraform.run(&["show", "-json"])?)?;
        assert!(drawn.contains(&missing), "{drawn}");
        assert_eq!(drawn.matches("MISSING").count(), 1, "{drawn}");
    }
    world.destroy()
}

#[test]
fn what_cant_be_drawn_is_refused_with_an_exit_code() -> Result<()> {
    let without_file = run(&["diagram"], "")?;
    assert_eq!(without_file.status.code(), Some(2));
    assert!(said(&without_file).contains("usage"), "{}", said(&without_file));
    for (input, why) in [("terraform", "not JSON"), (r#"{"format_version": "1.0"}"#, "no guard_iam_user")] {
        let refused = run(&["diagram", "-"], input)?;
        assert_eq!(refused.status.code(), Some(1));
        assert!(refused.stdout.is_empty() && said(&refused).contains(why), "{}", said(&refused));
    }
    let missing = run(&["diagram", "no-such-file"], "")?;
    assert_eq!(missing.status.code(), Some(1));
    assert!(said(&missing).contains("no-such-file can't be read"), "{}", said(&missing));
    Ok(())
}

/// How many objects the first guard of a plan will have.
fn objects(plan: &Value) -> usize {
    plan["resource_changes"][0]["change"]["after"]["chain"].as_array().map_or(0, Vec::len)
}

fn drawn(input: &str) -> Result<String> {
    let output = run(&["diagram", "-"], input)?;
    assert!(output.status.success(), "{}", said(&output));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn run(arguments: &[&str], input: &str) -> Result<Output> {
    let mut command = Command::new(paths::provider()?);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(Error::io("starting the provider"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that wants no input may be gone.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output().map_err(Error::io("running the provider"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
