//! How the demo speaks.

use std::{
    io::{self, IsTerminal, Write},
    sync::OnceLock,
    time::Instant,
};

use guard_tests::{aws, cloud::Cloud, terraform::Workspace};
use serde_json::Value;

use crate::Result;

static BEGAN: OnceLock<Instant> = OnceLock::new();

/// Begins an act.
pub(super) fn act(title: &str) {
    let seconds = BEGAN.get_or_init(Instant::now).elapsed().as_secs();
    let clock = format!("{:02}:{:02}", seconds / 60, seconds % 60);
    if io::stdout().is_terminal() {
        println!("\n\x1b[1m[{clock}] {title}\x1b[0m");
    } else {
        println!("\n[{clock}] {title}");
    }
}

/// Says one thing.
pub(super) fn note(text: &str) {
    println!("        {text}");
    let _ = io::stdout().flush();
}

/// Repeats what a program said.
pub(super) fn quote<'a>(lines: impl Iterator<Item = &'a str>) {
    for line in lines {
        note(&format!("| {line}"));
    }
}

/// Shows the chain of every guard in a plan or state: what terraform is about to build, where.
pub(super) fn chains(plan: &Value) {
    let resources = plan["planned_values"]["root_module"]["resources"].as_array();
    let mut shared = std::collections::BTreeSet::new();
    for resource in resources.into_iter().flatten() {
        let chain = resource["values"]["chain"].as_array();
        let address = resource["address"].as_str().unwrap_or_default();
        note(&format!("{address}: {} objects", chain.map_or(0, Vec::len)));
        for object in chain.into_iter().flatten() {
            let field = |name: &str| object[name].as_str().unwrap_or("(known after apply)");
            let is_shared = object["shared"].as_bool().unwrap_or_default();
            let [place, kind, account, region, name] =
                ["place", "kind", "account_id", "region", "name"].map(field);
            // A shared object is told once, for the first guard that needs it.
            if is_shared && !shared.insert(format!("{kind} {account} {region} {name}")) {
                continue;
            }
            let whose = if is_shared { "shared" } else { "own" };
            note(&format!("  {place:5} {account}/{region:12} {kind:20} {name} ({whose})"));
        }
    }
}

/// Says how to go on by hand.
pub(super) fn kept(cloud: &Cloud, workspace: &Workspace) -> Result<()> {
    act("The local AWS stays up until Ctrl-C. In another terminal:");
    note(&format!("cd {}", workspace.path().display()));
    for (name, value) in workspace.environment() {
        if !value.is_empty() && value != "/dev/null" {
            note(&format!("export {name}={value}"));
        }
    }
    note("terraform plan    # or terraform destroy");
    note(&format!("{} iam list-users    # or your own AWS CLI", aws::by_hand()?));
    note(&format!("curl {}/_cloud/trace", cloud.ready().endpoint));
    Ok(())
}
