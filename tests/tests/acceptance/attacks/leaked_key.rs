//! Somebody has a guarded administrator's key and fights the deny with it.

use flate2::{Compression, write::GzEncoder};
use guard_contract::INLINE_DENY_NAME;
use guard_tests::{
    Result,
    aws::{Answer, Aws},
    records,
    script::{LEAK, denied, organization, put},
    terraform::unwrapped,
};
use serde_json::{Value, json};
use std::io::Write;

use crate::response::Scene;

/// A guarded user that is administrator of its account, and whoever has its key.
struct Thief(Scene);

impl Thief {
    fn new() -> Result<Option<Self>> {
        Ok(Scene::with("")?.map(Self))
    }

    /// One call of IAM by the key itself, as far as it may.
    fn iam(&self, words: &[&str]) -> Result<()> {
        self.0.script.administrator().call(&[&["iam"], words].concat()).map(drop)
    }

    fn user(&self) -> String {
        self.0.guard.user.clone()
    }

    fn rename(&self, from: &str, to: &str) -> Result<()> {
        self.iam(&["update-user", "--user-name", from, "--new-user-name", to])
    }

    fn until_denied(&self, user: &str) -> Result<()> {
        let script = &self.0.script;
        self.0.world.cloud.until("the user being denied under its present name", 90, |_| {
            Ok(denied(script.administrator(), user)?.then_some(()))
        })
    }

    fn end(self) -> Result<()> {
        self.0.end()
    }
}

#[test]
fn a_user_that_renames_itself_before_it_is_seen_is_denied() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    thief.rename(&user, "x9")?;
    // The calls that follow are recorded under the new name, with the same id.
    thief.0.script.notes(("sts", "GetCallerIdentity"), |record| {
        let identity = &mut record["userIdentity"];
        identity["userName"] = json!("x9");
        identity["arn"] = json!("arn:aws:iam::222222222222:user/x9");
    })?;
    thief.0.deliver()?;
    thief.until_denied("x9")?;
    thief.rename("x9", &user)?;
    thief.end()
}

#[test]
fn a_user_that_renames_itself_while_its_call_is_delivered_is_denied() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    thief.0.script.does(&LEAK[0])?;
    thief.rename(&user, "x9")?;
    thief.0.deliver()?;
    thief.until_denied("x9")?;
    thief.rename("x9", &user)?;
    thief.end()
}

#[test]
fn a_renamed_user_whose_leaked_key_was_deleted_is_denied_with_its_new_key() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    thief.0.script.does(&LEAK[0])?;
    let leaked = thief.0.script.caller().key.clone();
    thief.iam(&["create-access-key", "--user-name", &user])?;
    thief.rename(&user, "x9")?;
    thief.iam(&["delete-access-key", "--user-name", "x9", "--access-key-id", &leaked])?;
    thief.0.deliver()?;
    thief.until_denied("x9")
}

#[test]
fn another_user_of_the_old_name_does_not_take_the_deny() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    thief.0.script.does(&LEAK[0])?;
    thief.rename(&user, "x9")?;
    thief.iam(&["create-user", "--user-name", &user])?;
    thief.0.deliver()?;
    thief.until_denied("x9")?;
    assert!(!thief.0.script.is_denied()?, "the other user has done nothing");
    thief.iam(&["delete-user", "--user-name", &user])?;
    thief.rename("x9", &user)?;
    thief.end()
}

#[test]
fn a_renamed_user_stays_guarded_when_another_takes_its_name_and_terraform_runs() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    let id = thief.0.world.state("script")?["principal_id"].clone();
    assert_eq!(id, thief.0.script.caller().principal.as_str());
    thief.rename(&user, "x9")?;
    let (state, said) = thief.0.refreshed()?;
    let said = unwrapped(&said);
    assert_eq!(state["principal_id"], id);
    assert!(said.contains(&format!("IAM user {user} of account 222222222222 is called x9 now.")), "{said}");
    assert!(!said.contains("guards nobody"), "{said}");
    thief.iam(&["create-user", "--user-name", &user])?;
    thief.0.apply("tags = { team = \"storage\" }")?;
    let (state, said) = thief.0.refreshed()?;
    let said = unwrapped(&said);
    assert_eq!(state["principal_id"], id, "the other user's id would let the renamed one go");
    assert!(said.contains(&format!("Another user is called {user} now.")), "{said}");
    thief.0.script.notes(("sts", "GetCallerIdentity"), |record| {
        record["userIdentity"]["userName"] = json!("x9");
        record["userIdentity"]["arn"] = json!("arn:aws:iam::222222222222:user/x9");
    })?;
    thief.0.deliver()?;
    thief.until_denied("x9")?;
    thief.0.world.cloud.until_responders_end()?;
    thief.0.apply("rearm = \"OPS-9\"")?;
    assert!(!denied(thief.0.script.administrator(), "x9")?, "it is released under its present name");
    thief.iam(&["delete-user", "--user-name", &user])?;
    thief.rename("x9", &user)?;
    thief.end()
}

#[test]
fn a_user_that_only_renames_itself_trips_its_guard() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    thief.rename(&user, "x9")?;
    thief.0.script.notes(("iam", "UpdateUser"), |record| {
        record["readOnly"] = json!(false);
        record["requestParameters"] = json!({"userName": user, "newUserName": "x9"});
    })?;
    thief.0.deliver()?;
    thief.until_denied("x9")?;
    thief.rename("x9", &user)?;
    assert_eq!(thief.0.refreshed()?.0["tripped_signal"], "update_user");
    thief.end()
}

#[test]
fn a_user_that_moves_to_another_path_is_denied_with_every_step() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    thief.iam(&["update-user", "--user-name", &user, "--new-path", "/somewhere/else/"])?;
    thief.0.leak()?;
    thief.until_denied(&user)?;
    // The other steps as well, where the deny is taken off after people were notified of it.
    let mut every_step = false;
    for _ in 0..5 {
        thief.0.script.pardon()?;
        thief.0.leak()?;
        let script = &thief.0.script;
        let taken = thief.0.world.cloud.until("every step", 20, |_| {
            let rights = script.rights()?;
            let mut inline = rights["inline"].as_array().into_iter().flatten();
            let is_inline = inline.any(|policy| policy["PolicyName"] == INLINE_DENY_NAME);
            Ok((is_inline && script.is_denied()? && all_inactive(&rights)).then_some(()))
        });
        every_step = taken.is_ok();
        if every_step {
            break;
        }
    }
    assert!(every_step, "the deny was taken off five times, and not all steps were taken");
    thief.end()
}

#[test]
fn a_trail_that_is_restored_denies_nobody() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let seen = thief.0.outcomes()?;
    thief.0.script.notes(("sts", "GetCallerIdentity"), |record| {
        record["eventTime"] = json!("2025-01-02T03:04:05Z");
    })?;
    thief.0.deliver()?;
    thief.0.until_outcome(seen, "before_guard")?;
    assert!(!thief.0.script.is_denied()?);
    assert_eq!(thief.0.refreshed()?.0["status"], "armed");
    // What is from now denies.
    thief.0.leak()?;
    thief.0.until_denied()?;
    thief.end()
}

fn all_inactive(rights: &Value) -> bool {
    rights["keys"].as_array().is_some_and(|keys| keys.iter().all(|key| key["Status"] == "Inactive"))
}

#[test]
fn a_key_that_takes_the_deny_off_again_and_again_is_dead_at_the_end() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    thief.0.leak()?;
    thief.until_denied(&user)?;
    let policy = "arn:aws:iam::aws:policy/AWSDenyAll";
    let detach = ["detach-user-policy", "--user-name", &user, "--policy-arn", policy];
    let delete = ["delete-user-policy", "--user-name", &user, "--policy-name", INLINE_DENY_NAME];
    for _ in 0..3 {
        thief.iam(&detach)?;
        thief.iam(&delete)?;
        thief.0.leak()?;
        thief.until_denied(&user)?;
    }
    let script = &thief.0.script;
    thief
        .0
        .world
        .cloud
        .until("the key being inactive", 90, |_| Ok(all_inactive(&script.rights()?).then_some(())))?;
    assert!(thief.0.script.is_denied()?);
    thief.end()
}

#[test]
fn a_key_that_the_user_has_made_for_itself_is_denied_with_it() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    let administrator = thief.0.script.administrator().clone();
    let made = administrator.run(&["iam", "create-access-key", "--user-name", &user])?;
    let [id, secret] = ["AccessKeyId", "SecretAccessKey"].map(|field| made["AccessKey"][field].clone());
    let (id, secret) = (id.as_str().unwrap_or_default(), secret.as_str().unwrap_or_default());
    let ready = thief.0.world.cloud.ready();
    let second = Aws::with_key(&ready.endpoint, id, secret, &ready.hub_region);
    second.run(&["s3api", "list-buckets"])?;
    thief.0.leak()?;
    thief.until_denied(&user)?;
    let answer = second.call(&["s3api", "list-buckets"])?;
    assert!(matches!(&answer, Answer::Refused { code, .. } if code == "AccessDenied"), "{answer:?}");
    administrator.run(&["iam", "delete-access-key", "--user-name", &user, "--access-key-id", id])?;
    thief.end()
}

#[test]
fn a_user_that_is_made_anew_under_its_name_is_guarded() -> Result<()> {
    let Some(mut thief) = Thief::new()? else { return Ok(()) };
    let user = thief.user();
    thief.rename(&user, "gone")?;
    thief.iam(&["create-user", "--user-name", &user])?;
    thief.0.script.notes(("sts", "GetCallerIdentity"), |record| {
        record["userIdentity"]["principalId"] = json!("AIDAANOTHER");
        record["userIdentity"]["accessKeyId"] = json!("AKIAANOTHER");
    })?;
    thief.0.deliver()?;
    thief.until_denied(&user)?;
    thief.0.world.cloud.until_responders_end()?;
    thief.0.script.pardon().ok();
    thief.iam(&[
        "detach-user-policy",
        "--user-name",
        &user,
        "--policy-arn",
        "arn:aws:iam::aws:policy/AWSDenyAll",
    ])?;
    thief.iam(&["delete-user", "--user-name", &user])?;
    thief.rename("gone", &user)?;
    thief.end()
}

#[test]
fn a_record_that_nobody_can_read_denies_all_the_same_and_holds_up_no_other() -> Result<()> {
    let Some(thief) = Thief::new()? else { return Ok(()) };
    let scene = &thief.0;
    let call =
        records::Call { service: "iam", operation: "CreateUser", region: "us-east-1", read_only: false };
    let answer = guard_tests::aws::Answer::Allowed(Value::Null);
    let mut record = records::record(scene.script.caller(), &call, &answer)?;
    record["errorCode"] = json!("AccessDenied");
    record["requestParameters"] = json!({"huge": "HUGE", "half": "HALF", "deep": "DEEP"});
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    let text = json!({"Records": [record]}).to_string();
    let text = text.replace("\"HUGE\"", "1e400").replace("HALF", r"\ud800").replace("\"DEEP\"", &deep);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).expect("memory takes it");
    let bytes = packed.finish().expect("memory takes it");
    let key = records::key(&organization(&scene.world.cloud)?, &scene.guard.account, "us-east-1")?;
    put(&scene.world.cloud, &key, &bytes)?;
    scene.until_denied()?;
    thief.end()
}
