//! The trial itself: whatever happens, everything that it made goes.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{PREFIX, Patience, Route, Sandbox, User, dismiss};
use crate::{
    Error, Result,
    aws::Aws,
    terraform::{Workspace, requirements},
};

/// What a trial has shown.
#[derive(Debug)]
pub struct Outcome {
    /// The routes' names and how long each one took from the call to the denial; none where it never came.
    pub denied: Vec<(&'static str, Option<Duration>)>,
    /// What lies in dead-letter queues, and where.
    pub dead_letters: Vec<String>,
    /// What is left.
    pub left: Vec<String>,
}

impl Outcome {
    /// Whether all is as it should be.
    pub fn is_good(&self) -> bool {
        let denied = self.denied.iter().all(|(_, time)| time.is_some());
        denied && self.dead_letters.is_empty() && self.left.is_empty()
    }
}

/// Makes a trial, and says what it does.
///
/// # Errors
/// If something can't be done. What the trial had made is removed nevertheless; where that fails as well, the error
/// says what to do.
pub fn trial(sandbox: &Sandbox, provider: &Path, patience: Patience, say: &dyn Fn(&str)) -> Result<Outcome> {
    let administrator = sandbox.administrator()?;
    let routes = sandbox.routes();
    let mut workspace = Workspace::with_provider(&sandbox.caller, provider)?;
    workspace.write("main.tf", &configuration(sandbox, &routes))?;
    say(&format!("terraform's folder is {}", workspace.path().display()));
    let shown = try_out(&administrator, &routes, &workspace, patience, say);
    let letters = shown.is_ok().then(|| dead_letters(sandbox, &administrator));
    say("destroying");
    let destroyed = workspace.destroy();
    if destroyed.is_err() {
        workspace.keep();
    }
    let dismissed: Vec<_> = routes
        .iter()
        .map(|route| dismiss(&administrator, &route.guard.user))
        .filter_map(Result::err)
        .collect();
    let denied = shown?;
    if let Err(error) = destroyed {
        let folder = workspace.path().display();
        return Err(Error::Cloud(format!("{error}\nrun terraform destroy again in {folder}, which is kept")));
    }
    if let Some(error) = dismissed.into_iter().next() {
        return Err(error);
    }
    let dead_letters = letters.transpose()?.unwrap_or_default();
    Ok(Outcome { denied, dead_letters, left: left(sandbox, &administrator)? })
}

fn configuration(sandbox: &Sandbox, routes: &[Route]) -> String {
    let mut text = requirements();
    let Sandbox { hub, role, delivery, .. } = sandbox;
    let _ = write!(
        text,
        "\nprovider \"guard\" {{\n  region           = \"{hub}\"\n  name_prefix      = \"{PREFIX}\"\n  member_role_name = \"{role}\"\n  delivery         = \"{delivery}\"\n}}\n"
    );
    for Route { name, guard, topology } in routes {
        let _ = write!(
            text,
            "\nresource \"guard_iam_user\" \"{name}\" {{\n  account_id = \"{}\"\n  region     = \"{}\"\n  user_name  = \"{}\"\n  topology   = \"{topology}\"\n}}\n",
            guard.account, guard.region, guard.user
        );
    }
    text
}

/// Hires, guards, leaks and waits.
fn try_out(
    administrator: &Aws,
    routes: &[Route],
    workspace: &Workspace,
    patience: Patience,
    say: &dyn Fn(&str),
) -> Result<Vec<(&'static str, Option<Duration>)>> {
    let mut users = Vec::new();
    for route in routes {
        say(&format!("making user {}", route.guard.user));
        users.push((route.name, User::hire(administrator, &route.guard.user)?));
    }
    say("guarding them");
    workspace.apply()?;
    if workspace.plan()?.changes {
        return Err(Error::Cloud("a plan right after the apply has something to change".to_owned()));
    }
    say(&format!("waiting {} s, until all of it is known everywhere", patience.settling.as_secs()));
    sleep(patience.settling);
    let mut waiting = Vec::new();
    for (name, user) in users {
        user.leak(patience.look)?;
        say(&format!("{} asks who it is, as whoever has found its key would", user.name));
        waiting.push((name, user, Instant::now()));
    }
    let mut denied = Vec::new();
    while !waiting.is_empty() {
        sleep(patience.look);
        let mut still = Vec::new();
        for (name, user, since) in waiting {
            let time = since.elapsed();
            if user.is_denied()? {
                say(&format!("{} is denied everything after {} s", user.name, time.as_secs()));
                denied.push((name, Some(time)));
            } else if time > patience.denial {
                say(&format!("{} is not denied after {} s", user.name, time.as_secs()));
                denied.push((name, None));
            } else {
                still.push((name, user, since));
            }
        }
        waiting = still;
    }
    Ok(denied)
}

/// Every account and region of the trial, with who looks there.
fn places(sandbox: &Sandbox, administrator: &Aws) -> Vec<(String, Aws)> {
    let at = |whose: &str, who: &Aws, region: &str| (format!("{whose}/{region}"), who.in_region(region));
    vec![
        at("management", &sandbox.caller, &sandbox.hub),
        at(&sandbox.member, administrator, &sandbox.hub),
        at(&sandbox.member, administrator, &sandbox.far),
    ]
}

fn dead_letters(sandbox: &Sandbox, administrator: &Aws) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for (place, who) in places(sandbox, administrator) {
        let name = format!("{PREFIX}-dead-letters");
        let url = who.run(&["sqs", "get-queue-url", "--queue-name", &name])?["QueueUrl"].clone();
        let url = url.as_str().unwrap_or_default();
        let ask = ["sqs", "get-queue-attributes", "--attribute-names", "ApproximateNumberOfMessages"];
        let answer = who.run(&[&ask[..], &["--queue-url", url]].concat())?;
        let count = &answer["Attributes"]["ApproximateNumberOfMessages"];
        if *count != json!("0") {
            all.push(format!("{count} in {name} of {place}"));
        }
    }
    Ok(all)
}

/// What there still is by the trial's names.
fn left(sandbox: &Sandbox, administrator: &Aws) -> Result<Vec<String>> {
    let mut all = BTreeSet::new();
    for (place, who) in places(sandbox, administrator) {
        let mut names = Vec::new();
        for (command, list) in [
            (&["lambda", "list-functions", "--query", "Functions[].FunctionName"][..], "function"),
            (&["events", "list-event-buses", "--query", "EventBuses[].Name"], "event bus"),
            (&["sqs", "list-queues", "--query", "QueueUrls"], "queue"),
            (&["logs", "describe-log-groups", "--query", "logGroups[].logGroupName"], "log group"),
            (&["cloudwatch", "describe-alarms", "--query", "MetricAlarms[].AlarmName"], "alarm"),
            (&["iam", "list-roles", "--query", "Roles[].RoleName"], "role"),
        ] {
            let answer = who.run(command)?;
            let found = answer.as_array().cloned().unwrap_or_default();
            names.extend(found.iter().filter_map(|name| Some((list, name.as_str()?.to_owned()))));
        }
        let ours = names.into_iter().filter(|(_, name)| name.contains(&format!("{PREFIX}-")));
        all.extend(ours.map(|(kind, name)| format!("{kind} {name} in {place}")));
    }
    Ok(all.into_iter().collect())
}
