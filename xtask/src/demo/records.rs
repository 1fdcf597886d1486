//! Plays real CloudTrail files through the chain and reports what became of every guard.

mod files;

use std::path::Path;

use guard_tests::{
    chain::{Guard, Incident, Totals},
    cloud::Cloud,
    script::{self, denied},
    terraform::{Workspace, requirements},
};

use super::{count_what_is_left, destroy, stage};
use crate::{Error, Result};
use files::Files;

/// How long the chain may take for all files together.
const PATIENCE: u64 = 600;

/// Plays the files of `folder`.
pub(super) fn play(
    cloud: &Cloud,
    mut workspace: Workspace,
    topology: &str,
    folder: &Path,
    guards: &[Guard],
    keep: bool,
) -> Result<Workspace> {
    let files = Files::read(folder)?;
    stage::act(&format!("{}: {} objects, {} records", folder.display(), files.objects(), files.records()));
    stage::act("Creating the users, without keys, and guarding them");
    for guard in guards {
        cloud.administrator(&guard.account).run(&["iam", "create-user", "--user-name", &guard.user])?;
        stage::note(&guard.to_string());
    }
    workspace.write("main.tf", &configuration(guards, topology, &cloud.ready().hub_region))?;
    workspace.show(&["apply", "-auto-approve", "-input=false", "-compact-warnings"])?;

    stage::act("Putting all objects into the trail's bucket, under the organization's keys");
    let (since, _) = cloud.trace(u64::MAX)?;
    files.upload(cloud, &script::organization(cloud)?)?;
    let totals = cloud.until("the filter reading all objects", PATIENCE, |cloud| {
        let totals = Totals::all(cloud)?;
        Ok((totals.objects + totals.skipped + totals.failed >= files.objects()).then_some(totals))
    })?;
    quiet(cloud)?;
    let reached = report(cloud, guards, &files, since)?;
    stage::note(&format!(
        "records in {} = kept {} + dropped {}, of {} in the files; objects read {}, skipped {}, failed {}",
        totals.records,
        totals.kept,
        totals.dropped,
        files.records(),
        totals.objects,
        totals.skipped,
        totals.failed,
    ));
    if totals.records != totals.kept + totals.dropped || totals.records != files.records() {
        return Err(Error::Unexpected("the filter's numbers do not add up to the files' records".into()));
    }
    if let Some(worst) = reached.iter().copied().reduce(f64::max) {
        #[expect(clippy::cast_precision_loss, reason = "a handful of guards")]
        let mean = reached.iter().sum::<f64>() / reached.len() as f64;
        stage::note(&format!("object written → user denied: mean {mean:.3} s, worst {worst:.3} s"));
    }
    if keep {
        workspace.keep();
        return Ok(workspace);
    }
    destroy(&workspace)?;
    for guard in guards {
        dismiss(cloud, guard)?;
    }
    count_what_is_left(cloud)?;
    Ok(workspace)
}

/// A configuration with a block for every guard.
fn configuration(guards: &[Guard], topology: &str, region: &str) -> String {
    let mut text = format!("{}\nprovider \"guard\" {{\n  region = \"{region}\"\n}}\n", requirements());
    for (index, guard) in guards.iter().enumerate() {
        text += &format!(
            "\nresource \"guard_iam_user\" \"user_{index}\" {{\n  account_id = \"{}\"\n  region     = \"{}\"\n  \
             user_name  = \"{}\"\n  topology   = \"{topology}\"\n}}\n",
            guard.account, guard.region, guard.user
        );
    }
    text
}

/// Waits until no function has started or ended for two seconds: the events' last hops.
fn quiet(cloud: &Cloud) -> Result<()> {
    let mut seen = cloud.trace(u64::MAX)?.0;
    let mut still = 0;
    cloud.until("the chain coming to rest", PATIENCE, |cloud| {
        std::thread::sleep(std::time::Duration::from_millis(400));
        let now = cloud.trace(u64::MAX)?.0;
        still = if now == seen { still + 1 } else { 0 };
        seen = now;
        Ok((still >= 5).then_some(()))
    })?;
    Ok(())
}

/// Says of every guard what became of its user; how long it took from the object to the deny, in seconds.
fn report(cloud: &Cloud, guards: &[Guard], files: &Files, since: u64) -> Result<Vec<f64>> {
    stage::act("What became of the users");
    let mut reached = Vec::new();
    let (_, hops) = cloud.trace(since)?;
    for guard in guards {
        let is_denied = denied(&cloud.administrator(&guard.account), &guard.user)?;
        let incidents = Incident::all(cloud, guard)?;
        let first = incidents.iter().find(|incident| incident.outcome == "attached");
        let Some(incident) = first.filter(|_| is_denied) else {
            if is_denied || !incidents.is_empty() {
                return Err(Error::Unexpected(format!("{guard}: the responder's log and IAM disagree")));
            }
            stage::note(&format!("{guard}: untouched, {} records", files.records_of(guard)));
            continue;
        };
        let trigger = &incident.trigger;
        stage::note(&format!(
            "{guard}: DENIED because of {} ({}) at {}, event {}",
            trigger.event_name,
            trigger.signals.join(", "),
            trigger.event_time,
            trigger.event_id
        ));
        let key = files.object_of(&trigger.event_id);
        let written = hops.iter().find(|hop| {
            let told = hop.detail["key"].as_str().unwrap_or_default().replace("%3D", "=");
            hop.kind == "s3_notification" && key.is_some_and(|name| told.ends_with(name))
        });
        let (_, requests) = cloud.requests(0)?;
        let attached = requests.iter().find(|request| {
            request.operation == "AttachUserPolicy"
                && request.account.as_deref() == Some(&guard.account)
                && request.status == 200
        });
        if let (Some(written), Some(attached)) = (written, attached) {
            reached.push((attached.time - written.time).max(0.0));
        }
    }
    Ok(reached)
}

fn dismiss(cloud: &Cloud, guard: &Guard) -> Result<()> {
    let administrator = cloud.administrator(&guard.account);
    if denied(&administrator, &guard.user)? {
        stage::note(&format!("{} stays denied after destroy; a person lifts it", guard.user));
        let policy = "arn:aws:iam::aws:policy/AWSDenyAll";
        administrator.run(&[
            "iam",
            "detach-user-policy",
            "--user-name",
            &guard.user,
            "--policy-arn",
            policy,
        ])?;
    }
    administrator.run(&["iam", "delete-user", "--user-name", &guard.user])?;
    Ok(())
}
