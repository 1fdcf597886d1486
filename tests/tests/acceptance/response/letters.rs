//! What can't be handled waits in a queue, with an alarm that is told, and is replayed by one AWS CLI line.

use guard_tests::{Result, aws::AwsCli};
use serde_json::Value;

use super::{Scene, topic};

#[test]
fn what_cannot_be_handled_is_told_of_and_replayed() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    let topic = topic(&scene.edge(), "security")?;
    scene.apply(&format!("notify_topic_arns = [\"{topic}\"]"))?;
    let edge = scene.edge();
    let role = ["--role-name", "guard-responder-eu-west-1"];
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}"#;
    let policy = [&role[..], &["--policy-name", "broken"]].concat();
    edge.run(&[&["iam", "put-role-policy"], &policy[..], &["--policy-document", deny]].concat())?;
    scene.leak()?;
    let (account, region) = (&scene.guard.account, &scene.guard.region);
    let queue = format!("{}/{account}/guard-dead-letters", scene.world.cloud.ready().endpoint);
    let waiting = ["sqs", "get-queue-attributes", "--queue-url", &queue, "--attribute-names", "All"];
    let count = |attributes: &Value| attributes["Attributes"]["ApproximateNumberOfMessages"].clone();
    scene
        .world
        .cloud
        .until("the dead letter", 120, |_| Ok((count(&edge.run(&waiting)?) != "0").then_some(())))?;
    assert!(!scene.script.is_denied()?);
    let told = scene.world.cloud.until("the alarms being told", 120, |cloud| {
        let said = cloud.messages(&topic)?;
        let about = |word: &str| said.iter().any(|one| one.message.contains(word));
        Ok((about("guard-dead-letters") && about("guard-responder-errors")).then_some(said))
    })?;
    // Who is to be woken up is told at once that it didn't hold.
    assert!(told[0].subject.as_deref().is_some_and(|subject| subject.contains("NOT DENIED")), "{told:#?}");

    edge.run(&[&["iam", "delete-role-policy"], &policy[..]].concat())?;
    let payload = format!(
        "{{\"replay\": {{\"queue\": \"https://sqs.{region}.amazonaws.com/{account}/guard-dead-letters\"}}}}"
    );
    let answer = tempfile::NamedTempFile::new().map_err(guard_tests::Error::io("making a file"))?;
    let answer = answer.path().to_string_lossy().into_owned();
    // The second version of the AWS CLI needs `--cli-binary-format raw-in-base64-out` besides.
    let invoke = ["lambda", "invoke", "--function-name", "guard-responder", "--payload", &payload, &answer];
    AwsCli(&edge).run(&invoke)?;
    assert!(scene.script.is_denied()?, "{}", std::fs::read_to_string(&answer).unwrap_or_default());
    scene
        .world
        .cloud
        .until("the queue being empty", 30, |_| Ok((count(&edge.run(&waiting)?) == "0").then_some(())))?;
    scene.end()
}
