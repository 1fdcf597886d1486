//! One incident, one message, whoever else is told, and a record of it.

use guard_tests::{Result, chain::Incident, script::LEAK};
use serde_json::json;

use super::{Scene, topic};

#[test]
fn an_incident_is_told_once_and_shows_in_the_plan() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    let near = topic(&scene.edge(), "near")?;
    let elsewhere = scene.world.cloud.administrator("333333333333").in_region("us-east-1");
    let far = topic(&elsewhere, "far")?;
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sns:Publish", "Resource": far,
    }]})
    .to_string();
    elsewhere.run(&[
        "sns",
        "set-topic-attributes",
        "--topic-arn",
        &far,
        "--attribute-name",
        "Policy",
        "--attribute-value",
        &policy,
    ])?;
    scene.apply(&format!("notify_topic_arns = [\"{near}\", \"{far}\"]"))?;

    scene.leak()?;
    scene.until_denied()?;
    scene.script.does(&LEAK[1])?;
    let seen = scene.outcomes()?;
    scene.deliver()?;
    scene.until_outcome(seen, "already_denied")?;
    let cloud = &scene.world.cloud;
    cloud.until("the alarm calling the responder", 90, |cloud| {
        Ok(Incident::all(cloud, &scene.guard)?.into_iter().find(|incident| incident.path == "alarm"))
    })?;

    let said = cloud.until("both topics being told", 60, |cloud| {
        let both = (cloud.messages(&near)?, cloud.messages(&far)?);
        Ok((!both.0.is_empty() && !both.1.is_empty()).then_some(both))
    })?;
    assert_eq!((said.0.len(), said.1.len()), (1, 1), "{said:#?}");
    let message = &said.0[0];
    assert_eq!(message.message, said.1[0].message);
    for word in ["backup-script", "222222222222", "GetCallerIdentity", "203.0.113.7", "rearm"] {
        assert!(message.message.contains(word), "{word}: {message:?}");
    }
    let (state, output) = scene.refreshed()?;
    assert_eq!(state["status"], "tripped");
    assert_eq!(state["tripped_signal"], "get_caller_identity");
    for told in ["tripped_at", "tripped_by"] {
        let text = state[told].as_str().unwrap_or_default();
        assert!(!text.is_empty() && output.contains(text), "{told}: {output}");
    }
    assert!(message.message.contains(state["tripped_by"].as_str().unwrap_or("?")), "{message:?}");
    let events = cloud.trace(0)?.1;
    let tools =
        events.iter().filter(|hop| hop.kind == "put_events" && hop.name.as_deref() == Some("default"));
    assert_eq!(tools.count(), 1, "other tools are told once");
    scene.end()
}

#[test]
fn a_monitor_tells_and_denies_nobody() -> Result<()> {
    let Some(mut scene) = Scene::with("mode = \"monitor\"")? else { return Ok(()) };
    let topic = topic(&scene.edge(), "security")?;
    scene.apply(&format!("mode = \"monitor\"\n  notify_topic_arns = [\"{topic}\"]"))?;
    assert_eq!(scene.world.state("script")?["status"], "monitoring");
    let before = scene.script.rights()?;
    scene.leak()?;
    let cloud = &scene.world.cloud;
    let said = cloud.until("the topic being told", 90, |cloud| {
        Ok(Some(cloud.messages(&topic)?).filter(|said| !said.is_empty()))
    })?;
    assert!(said[0].message.contains("monitor"), "{said:?}");
    let seen = scene.outcomes()?;
    scene.leak()?;
    scene
        .world
        .cloud
        .until("the responder being called again", 90, |_| Ok((scene.outcomes()? > seen).then_some(())))?;
    assert_eq!(scene.script.rights()?, before, "a monitor changes nothing");
    assert_eq!(scene.world.cloud.messages(&topic)?.len(), 1);
    let (state, output) = scene.refreshed()?;
    assert_eq!(state["status"], "tripped");
    assert!(output.contains("only monitors"), "{output}");

    scene.apply("mode = \"monitor\"\n  rearm = \"OPS-1\"")?;
    assert_eq!(scene.world.state("script")?["status"], "monitoring");
    scene.end()
}
