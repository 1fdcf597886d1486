//! Where one way to deny is closed the next is taken.

use guard_tests::{Result, aws::Aws};
use serde_json::{Value, json};

use super::Scene;

/// Attaches as many managed policies as a user may have.
pub(crate) fn fill_managed(iam: &Aws, user: &str) -> Result<()> {
    let policies = iam.run(&["iam", "list-policies", "--scope", "AWS", "--max-items", "30"])?;
    let arns = policies["Policies"].as_array().into_iter().flatten().filter_map(|one| one["Arn"].as_str());
    for arn in arns.filter(|arn| !arn.ends_with("AWSDenyAll")).take(10) {
        iam.run(&["iam", "attach-user-policy", "--user-name", user, "--policy-arn", arn])?;
    }
    Ok(())
}

/// Puts the longest inline policy that the user still has room for.
fn fill_inline(iam: &Aws, named: &[&str]) -> Result<()> {
    for length in (0..1700).rev().step_by(40) {
        let filler = json!({"Version": "2012-10-17", "Statement": [{
            "Sid": "x".repeat(length), "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
        }]})
        .to_string();
        if iam.run(&[&["iam", "put-user-policy"], named, &["--policy-document", &filler]].concat()).is_ok() {
            return Ok(());
        }
    }
    panic!("there is no room for any policy");
}

pub(crate) fn empty_managed(iam: &Aws, user: &str) -> Result<()> {
    let attached = iam.run(&["iam", "list-attached-user-policies", "--user-name", user])?;
    for policy in attached["AttachedPolicies"].as_array().into_iter().flatten() {
        let arn = policy["PolicyArn"].as_str().unwrap_or_default();
        iam.run(&["iam", "detach-user-policy", "--user-name", user, "--policy-arn", arn])?;
    }
    Ok(())
}

#[test]
fn at_the_quota_of_managed_policies_the_deny_is_inline() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    let (iam, user) = (scene.script.administrator().clone(), scene.guard.user.clone());
    fill_managed(&iam, &user)?;
    let before = scene.script.rights()?;
    scene.leak()?;
    let deny = ["iam", "get-user-policy", "--user-name", &user, "--policy-name", "guard-deny-all"];
    scene.world.cloud.until("the inline deny", 90, |_| Ok(iam.run(&deny).is_ok().then_some(())))?;
    let (state, _) = scene.refreshed()?;
    assert_eq!(state["status"], "tripped");
    scene.apply("rearm = \"OPS-1\"")?;
    assert_eq!(scene.script.rights()?, before);
    empty_managed(&iam, &user)?;
    scene.end()
}

#[test]
fn at_that_of_inline_policies_too_the_keys_are_made_inactive() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    let (iam, user) = (scene.script.administrator().clone(), scene.guard.user.clone());
    fill_managed(&iam, &user)?;
    let named = ["--user-name", &user, "--policy-name", "filler"];
    fill_inline(&iam, &named)?;
    let before = scene.script.rights()?;
    scene.leak()?;
    let keys = |rights: &Value| rights["keys"].as_array().cloned().unwrap_or_default();
    scene.world.cloud.until("the key being inactive", 90, |_| {
        Ok(keys(&scene.script.rights()?).iter().all(|key| key["Status"] == "Inactive").then_some(()))
    })?;
    let (state, output) = scene.refreshed()?;
    assert_eq!(state["status"], "tripped");
    let leaked = scene.script.caller().key.clone();
    assert!(output.contains(&leaked), "{output}");
    scene.world.cloud.until_responders_end()?;
    scene.apply("rearm = \"OPS-1\"")?;
    assert_ne!(scene.script.rights()?, before, "the key that leaked stays inactive");
    iam.run(&[
        "iam",
        "update-access-key",
        "--user-name",
        &user,
        "--access-key-id",
        &leaked,
        "--status",
        "Active",
    ])?;
    assert_eq!(scene.script.rights()?, before);
    iam.run(&[&["iam", "delete-user-policy"], &named[..]].concat())?;
    empty_managed(&iam, &user)?;
    scene.end()
}
