//! The probes that `cargo xtask test --aws` begins with, on the local AWS, where somebody plays CloudTrail.

use std::{fs, path::Path, thread};

use guard_tests::{
    Error, Result, paths,
    probes::{self, Findings, Site, Verdict},
    sandbox::Sandbox,
    world::World,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::sandbox::{MEMBER, impatient, play_cloudtrail, sandbox};

/// How long the calls of a probe's users may take to come, in seconds: the probes before it come first.
const LONG: u64 = 300;

fn findings(world: &World, sandbox: &Sandbox, folder: &Path) -> Result<Findings> {
    let provider = paths::provider()?;
    let site = Site {
        sandbox,
        management: world.management().to_owned(),
        provider: &provider,
        patience: impatient(90),
        file: folder.join("guard-probes.json"),
        say: &|line| println!("{line}"),
    };
    probes::run(&site)
}

fn folder() -> Result<TempDir> {
    TempDir::with_prefix("guard-probes-").map_err(Error::io("making a folder"))
}

/// Everything has gone, the users too.
fn nothing_is_left(world: &World) -> Result<()> {
    let left = world.cloud.administrator(MEMBER).run(&["iam", "list-users"])?;
    assert_eq!(left["Users"], json!([]));
    world.empty()
}

#[test]
fn every_probe_finds_what_guard_expects_and_leaves_nothing() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let (sandbox, folder) = (sandbox(&world)?, folder()?);
    let users = ["guardprobe-before", "guardprobe-after"];
    let found = thread::scope(|scope| {
        let cloudtrail = scope.spawn(|| play_cloudtrail(&world, &users, LONG));
        let found = findings(&world, &sandbox, folder.path());
        cloudtrail.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))?;
        found
    })?;
    assert_eq!(found.findings.len(), probes::ALL.len());
    for finding in &found.findings {
        assert!(finding.is_good(), "{finding:#?}");
    }
    let skipped: Vec<_> = found.findings.iter().flat_map(|finding| &finding.skipped).collect();
    assert_eq!(skipped.len(), 1, "{skipped:?}");
    assert!(skipped[0].contains("aws:SourceArn"), "{skipped:?}");

    let text = fs::read_to_string(found.file()).map_err(Error::io("reading the findings"))?;
    let file: Value = serde_json::from_str(&text).map_err(Error::json("the findings"))?;
    assert_eq!(file["findings"].as_array().map(Vec::len), Some(probes::ALL.len()));
    assert!(text.contains("<member>") && !text.contains(MEMBER), "{text}");
    assert!(!text.contains(world.management()), "{text}");
    println!("{text}");
    nothing_is_left(&world)
}

#[test]
fn probes_that_cannot_be_made_say_so_and_leave_nothing() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    // A role that may do what guards need, and none of what probes need.
    let caller = world.cloud.administrator(world.management());
    let sandbox = Sandbox {
        caller,
        hub: "us-east-1".to_owned(),
        member: MEMBER.to_owned(),
        role: "OrganizationAccountAccessRole".to_owned(),
        far: "eu-west-1".to_owned(),
        delivery: "notification".to_owned(),
    };
    let folder = folder()?;
    let found = findings(&world, &sandbox, folder.path())?;
    assert_eq!(found.findings.len(), probes::ALL.len());
    for finding in &found.findings {
        assert_eq!(finding.verdict, Verdict::Unanswered, "{finding:#?}");
        assert!(finding.answered.contains("not authorized"), "{finding:#?}");
    }
    nothing_is_left(&world)
}
