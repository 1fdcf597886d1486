//! The story of a leaked key.

use std::fs;

use guard_tests::{
    aws::Answer,
    chain::{Guard, Incident, Totals},
    cloud::Cloud,
    script::{Action, LEAK, Script, WORK},
    terraform::Workspace,
};
use serde_json::Value;

use super::{
    count_what_is_left, destroy, example, follow,
    rounds::{self, Times},
    stage,
};
use crate::{Error, Result};

/// The script whose key leaks.
const VICTIM: &str = "production/backup-script";

/// Plays it from the first user to the last object.
pub(super) fn play(cloud: &Cloud, mut workspace: Workspace, topology: &str, keep: bool) -> Result<Workspace> {
    copy_example(&workspace, topology)?;
    stage::act("terraform plan of examples/organization: every object, before anything is built");
    let plan = workspace.plan()?;
    stage::chains(&plan.json);
    let guards = guards(&plan.json);
    let Some((_, guard)) = guards.iter().find(|(key, _)| key == VICTIM) else {
        return Err(Error::Unexpected(format!("the example has no {VICTIM}")));
    };

    stage::act("Hiring the scripts: IAM users with access keys, in their accounts");
    let mut scripts = Vec::new();
    for (_, one) in &guards {
        stage::note(&format!("{} in account {}", one.user, one.account));
        scripts.push(Script::hire(cloud, &one.account, &one.user)?);
    }
    stage::act("terraform apply");
    workspace.show(&["apply", "-auto-approve", "-input=false", "-compact-warnings", "plan"])?;
    expect_no_changes(&workspace)?;

    let Some(at) = guards.iter().position(|(_, one)| one == guard) else { return Ok(workspace) };
    normal_day(cloud, &mut scripts[at])?;
    let times = leaked_key(cloud, &mut scripts[at], guard, topology)?;

    stage::act("terraform plan now");
    let plan = workspace.plan()?;
    stage::quote(without_overrides(&plan.output).filter(|line| !line.contains("Refreshing state")));
    let statuses = statuses(&plan.json);
    stage::note(&format!("status: {}", statuses.join(", ")));
    if statuses.iter().filter(|status| status.ends_with("tripped")).count() != 1 {
        return Err(Error::Unexpected("exactly one guard should be tripped".into()));
    }
    rearmed(&workspace, &scripts[at])?;
    rounds::play(cloud, &workspace, &mut scripts[at], (VICTIM, guard), topology, times)?;
    if keep {
        workspace.keep();
        return Ok(workspace);
    }
    destroy(&workspace)?;
    if scripts[at].is_denied()? {
        stage::note("the user stays denied: its key is still out there, and lifting that is for a person");
    }
    stage::act("A person has investigated: the users and their keys go");
    for script in scripts {
        script.dismiss()?;
    }
    count_what_is_left(cloud)?;
    Ok(workspace)
}

fn copy_example(workspace: &Workspace, topology: &str) -> Result<()> {
    for entry in fs::read_dir(example()).map_err(Error::io("reading the example"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".tf") {
            let text = fs::read_to_string(entry.path()).map_err(Error::io("reading the example"))?;
            workspace.write(&name, &text)?;
        }
    }
    Ok(workspace.write("demo.auto.tfvars", &format!("topology = \"{topology}\"\n"))?)
}

/// The guards of a plan, with their keys in `for_each`.
fn guards(plan: &Value) -> Vec<(String, Guard)> {
    let resources = plan["planned_values"]["root_module"]["resources"].as_array();
    let guard = |resource: &Value| {
        let [account, region, user] = ["account_id", "region", "user_name"]
            .map(|name| resource["values"][name].as_str().unwrap_or_default());
        let key = resource["index"].as_str().unwrap_or_default().to_owned();
        (key, Guard::new(account, region, user))
    };
    resources.into_iter().flatten().map(guard).collect()
}

fn statuses(plan: &Value) -> Vec<String> {
    let resources = plan["planned_values"]["root_module"]["resources"].as_array();
    let status = |resource: &Value| {
        let [key, status] =
            [&resource["index"], &resource["values"]["status"]].map(|v| v.as_str().unwrap_or("?"));
        format!("{key} {status}")
    };
    resources.into_iter().flatten().map(status).collect()
}

/// What a plan says, without terraform's warning that the provider is a local build.
fn without_overrides(output: &str) -> impl Iterator<Item = &str> {
    let lines = output.lines().filter(|line| !line.trim().is_empty());
    let mut warned = false;
    lines.filter(move |line| {
        warned =
            line.contains("development overrides are in effect") || (warned && !line.ends_with("releases."));
        !warned && !line.ends_with("releases.")
    })
}

fn expect_no_changes(workspace: &Workspace) -> Result<()> {
    let plan = workspace.plan()?;
    if plan.changes {
        return Err(Error::Unexpected(format!("after apply, plan still has changes:\n{}", plan.output)));
    }
    stage::note("terraform plan has nothing to change");
    Ok(())
}

fn act(script: &mut Script, action: &Action) -> Result<bool> {
    let (shown, answer) = (script.arguments(action).join(" "), script.does(action)?);
    let (allowed, said) = match answer {
        Answer::Allowed(_) => (true, "ok".to_owned()),
        Answer::Refused { code, .. } => (false, code),
    };
    let recorded = if action.recorded.is_some() { "" } else { " (a data event: not in this trail)" };
    stage::note(&format!("$ aws {shown:45} {said}{recorded}"));
    Ok(allowed)
}

fn normal_day(cloud: &Cloud, script: &mut Script) -> Result<()> {
    let user = script.caller().user.clone();
    stage::act(&format!("{user} does its normal work, with its own key"));
    for action in &WORK {
        if !act(script, action)? {
            return Err(Error::Unexpected(format!("{user} could not do its work")));
        }
    }
    stage::note("CloudTrail is not emulated: the demo writes the file that CloudTrail would have written");
    let before = Totals::all(cloud)?;
    script.deliver(cloud)?;
    let after = cloud.until("the filter reading the file", 60, |cloud| {
        let totals = Totals::all(cloud)?;
        Ok((totals.objects > before.objects).then_some(totals))
    })?;
    let (records, kept) = (after.records - before.records, after.kept - before.kept);
    stage::note(&format!("the filter read {records} records and kept {kept}: nothing happens"));
    if kept > 0 || script.is_denied()? {
        return Err(Error::Unexpected("normal work tripped the guard".into()));
    }
    Ok(())
}

/// A person has investigated: terraform puts the user back.
fn rearmed(workspace: &Workspace, script: &Script) -> Result<()> {
    stage::act("Somebody investigates, replaces the key, and re-arms the guard: rearm = \"OPS-1\"");
    rounds::rearm(workspace, VICTIM, "OPS-1")?;
    if script.is_denied()? {
        return Err(Error::Unexpected("the user is still denied".into()));
    }
    stage::note("what the response did to the user is undone, and nothing else");
    expect_no_changes(workspace)
}

fn leaked_key(cloud: &Cloud, script: &mut Script, guard: &Guard, topology: &str) -> Result<Times> {
    stage::act("The key leaks. Whoever found it looks around");
    for action in &LEAK {
        act(script, action)?;
    }
    stage::act("CloudTrail's file arrives in the trail's bucket (on AWS about five minutes later)");
    let (since, _) = cloud.trace(u64::MAX)?;
    let (asked, _) = cloud.requests(u64::MAX)?;
    let delivery = script.deliver(cloud)?;
    stage::note(&delivery.key);
    let mut round =
        follow::to_the_responder(cloud, guard, topology, since, delivery.time, |(what, seconds)| {
            stage::note(&format!("+{seconds:7.3} s  {what}"));
        })?;
    round.push(follow::denied(cloud, asked, delivery.time)?);
    let mut times = Times::default();
    times.add(round);
    let incident = cloud.until("the responder saying whom it denied", 10, |cloud| {
        Ok(Incident::all(cloud, guard)?.into_iter().find(|incident| incident.path == "rule"))
    })?;
    let trigger = &incident.trigger;
    stage::note(&format!(
        "{} denied because of {} ({}, event {})",
        guard.user,
        trigger.event_name,
        trigger.signals.join(", "),
        trigger.event_id
    ));
    follow::to_the_alarm(cloud, guard, since, delivery.time)?;
    stage::act("What the key is good for now");
    for action in WORK.iter().chain(&LEAK[1..]) {
        if act(script, action)? {
            return Err(Error::Unexpected(format!(
                "{} can still call {}",
                guard.user,
                action.args.join(" ")
            )));
        }
    }
    Ok(times)
}
