//! Both ways to the responder, the rule and the alarm on it, suffice alone.

use guard_tests::Result;

use super::Scene;

#[test]
fn without_the_rules_target_the_alarm_contains() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    let rule = own_rule(&scene)?;
    let named = ["--event-bus-name", "guard-bus", "--rule", &rule, "--ids", "responder"];
    scene.edge().run(&[&["events", "remove-targets"], &named[..]].concat())?;
    scene.leak()?;
    scene.until_denied()?;
    assert_eq!(scene.until_outcome(0, "attached")?.path, "alarm");
    let plan = scene.world.terraform.plan()?;
    assert!(plan.changes, "the target is missing");
    let values = &plan.json["prior_state"]["values"]["root_module"]["resources"][0]["values"];
    assert_eq!(values["tripped_signal"], "alarm");
    scene.world.apply()?;
    scene.end()
}

#[test]
fn without_the_alarm_the_rule_does() -> Result<()> {
    let Some(mut scene) = Scene::with("")? else { return Ok(()) };
    let rule = own_rule(&scene)?;
    scene.edge().run(&["cloudwatch", "delete-alarms", "--alarm-names", &rule])?;
    scene.leak()?;
    scene.until_denied()?;
    assert_eq!(scene.until_outcome(0, "attached")?.path, "rule");
    scene.world.apply()?;
    scene.end()
}

fn own_rule(scene: &Scene) -> Result<String> {
    let state = scene.world.state("script")?;
    let chain = state["chain"].as_array().cloned().unwrap_or_default();
    let own = chain.iter().find(|object| object["kind"] == "rule" && object["shared"] == false);
    Ok(own.and_then(|rule| rule["name"].as_str()).unwrap_or_default().to_owned())
}
