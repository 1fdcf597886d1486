//! The way back: exactly what the response did is undone, and what was done before is over.

use guard_tests::{Result, script::LEAK, terraform::unwrapped, world::Block};
use serde_json::Value;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::Scene;

/// A time before now, as records have it.
fn ago(minutes: i64) -> String {
    let then = OffsetDateTime::now_utc() - Duration::minutes(minutes);
    then.replace_nanosecond(0).unwrap_or(then).format(&Rfc3339).unwrap_or_default()
}

#[test]
fn rearming_gives_back_the_users_rights_byte_for_byte() -> Result<()> {
    let keys = "deactivate_keys = true";
    let Some(mut scene) = Scene::with(keys)? else { return Ok(()) };
    let iam = scene.script.administrator().clone();
    let user = scene.guard.user.clone();
    let second = iam.run(&["iam", "create-access-key", "--user-name", &user])?;
    let second = second["AccessKey"]["AccessKeyId"].as_str().unwrap_or_default().to_owned();
    let inactive = ["iam", "update-access-key", "--user-name", &user, "--access-key-id", &second, "--status"];
    iam.run(&[&inactive[..], &["Inactive"]].concat())?;
    let read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    iam.run(&["iam", "attach-user-policy", "--user-name", &user, "--policy-arn", read_only])?;
    let before = scene.script.rights()?;

    scene.leak()?;
    scene.until_denied()?;
    scene.world.cloud.until("the keys being inactive", 60, |_| {
        let keys = scene.script.rights()?["keys"].clone();
        let all = keys.as_array().into_iter().flatten().all(|key| key["Status"] == "Inactive");
        Ok(all.then_some(()))
    })?;
    // The alarm may come first, which doesn't know the key.
    scene.world.cloud.until_responders_end()?;
    let (state, output) = scene.refreshed()?;
    assert_eq!(state["status"], "tripped");
    assert!(output.contains(&scene.script.caller().key) && !output.contains(&second), "{output}");

    let block = format!("{keys}\n  rearm = \"OPS-17\"");
    scene.world.configure(&[Block::new("script", &scene.guard).with(&block)])?;
    let applied = scene.world.terraform.run(&["apply", "-input=false", "-no-color", "-auto-approve"])?;
    let leaked = scene.script.caller().key.clone();
    assert!(
        unwrapped(&applied).contains(&format!("Access key {leaked} of user {user} stays inactive")),
        "{applied}"
    );
    let active =
        ["iam", "update-access-key", "--user-name", &user, "--access-key-id", &leaked, "--status", "Active"];
    assert_ne!(scene.script.rights()?, before, "the key that leaked stays inactive");
    iam.run(&active)?;
    assert_eq!(scene.script.rights()?, before);
    let state = scene.world.state("script")?;
    assert_eq!((&state["status"], &state["tripped_at"]), (&"armed".into(), &Value::Null));

    // What was still on its way is over, by either path; what is done now is not.
    let seen = scene.outcomes()?;
    scene.script.notes(("sts", "GetCallerIdentity"), |record| record["eventTime"] = ago(5).into())?;
    scene.deliver()?;
    // The alarm on the first leak may come as late as this, and is stale as well.
    scene.until_incident(seen, "the rule's event being stale", |it| {
        (&*it.outcome, &*it.path) == ("stale", "rule")
    })?;
    assert_eq!(scene.script.rights()?, before);
    scene.script.does(&LEAK[0])?;
    scene.deliver()?;
    scene.until_denied()?;

    let word = format!("{keys}\n  rearm = \"OPS-18\"");
    scene.apply(&word)?;
    iam.run(&active)?;
    assert_eq!(scene.script.rights()?, before, "and again");
    iam.run(&["iam", "detach-user-policy", "--user-name", &user, "--policy-arn", read_only])?;
    iam.run(&["iam", "delete-access-key", "--user-name", &user, "--access-key-id", &second])?;
    scene.end()
}

#[test]
fn a_user_that_somebody_lets_go_is_denied_again() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    scene.leak()?;
    scene.until_denied()?;
    scene.refreshed()?;
    scene.world.cloud.until_responders_end()?;
    scene.script.pardon()?;
    let plan = scene.world.terraform.plan()?;
    assert!(plan.changes && plan.output.contains("its user is not denied any more"), "{}", plan.output);
    scene.world.apply()?;
    assert!(scene.script.is_denied()?);
    scene.script.pardon()?;
    scene.leak()?;
    scene.until_denied()?;
    scene.end()
}

#[test]
fn a_guard_that_goes_keeps_or_releases_its_user() -> Result<()> {
    let Some(mut scene) = Scene::with("on_destroy = \"release\"")? else { return Ok(()) };
    let before = scene.script.rights()?;
    scene.leak()?;
    scene.until_denied()?;
    scene.refreshed()?;
    scene.world.terraform.destroy()?;
    assert_eq!(scene.script.rights()?, before);

    scene.apply("")?;
    scene.leak()?;
    scene.until_denied()?;
    scene.world.terraform.destroy()?;
    assert!(scene.script.is_denied()?, "it is kept unless it is said otherwise");
    scene.end()
}

#[test]
fn a_guard_is_imported_with_all_that_it_was_told() -> Result<()> {
    let more = "mode = \"monitor\"\n  deactivate_keys = true\n  rearm = \"OPS-1\"\n  ignored_actions = [\"sts:GetCallerIdentity\"]\n  expected {\n    actions = [\"s3:List*\"]\n    source_ips = [\"203.0.113.0/24\"]\n  }";
    let Some(scene) = Scene::with(more)? else { return Ok(()) };
    scene.world.terraform.run(&["state", "rm", "guard_iam_user.script"])?;
    scene.world.terraform.run(&[
        "import",
        "-input=false",
        "guard_iam_user.script",
        &scene.guard.to_string(),
    ])?;
    let plan = scene.world.terraform.plan()?;
    // The word is known as a mark only: it is set, and re-arms nothing.
    let changes = plan.json["resource_changes"][0]["change"].clone();
    let (before, mut after) = (changes["before"].clone(), changes["after"].clone());
    after["rearm"] = Value::Null;
    assert_eq!(before, after, "{}", plan.output);
    scene.world.apply()?;
    scene.end()
}
