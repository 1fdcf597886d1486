//! A record that says that its guard was re-armed in times to come: then nothing would ever trip it.

use guard_tests::{Result, world::actions};
use serde_json::{Value, json};

use crate::response::Scene;

impl Scene {
    /// The guard's rule as it is.
    fn rule(&self) -> Result<Value> {
        let edge = self.world.at(&self.guard);
        let list = ["events", "list-rules", "--event-bus-name", "guard-bus", "--name-prefix", "guard-user-"];
        Ok(edge.run(&list)?["Rules"][0].clone())
    }

    /// What the guard's record says of its re-arming.
    fn recorded(&self) -> Result<Value> {
        let rule = self.rule()?;
        let record: Value =
            serde_json::from_str(rule["Description"].as_str().unwrap_or_default()).unwrap_or_default();
        Ok(record["rearmed"].clone())
    }

    /// The administrator of the guard's account writes that into its record.
    fn forge(&self, rearmed: &Value) -> Result<()> {
        let rule = self.rule()?;
        let text = |name: &str| rule[name].as_str().unwrap_or_default().to_owned();
        let mut record: Value = serde_json::from_str(&text("Description")).unwrap_or_default();
        record["rearmed"] = rearmed.clone();
        let (name, pattern, description) = (text("Name"), text("EventPattern"), record.to_string());
        let put = ["events", "put-rule", "--event-bus-name", "guard-bus", "--name", &name];
        let what = ["--event-pattern", &pattern, "--description", &description];
        self.world.at(&self.guard).run(&[&put[..], &what[..]].concat()).map(drop)
    }
}

#[test]
fn a_rearming_in_times_to_come_keeps_no_user_from_being_denied() -> Result<()> {
    let Some(mut scene) = Scene::with("rearm = \"OPS-1\"")? else { return Ok(()) };
    let before = scene.recorded()?;
    let mut forged = before.clone();
    forged["at"] = json!(4_102_444_800_u64);
    scene.forge(&forged)?;
    scene.leak()?;
    scene.until_denied()?;

    let plan = scene.world.terraform.plan()?;
    assert_eq!(actions(&plan, "script"), ["update"], "{}", plan.output);
    scene.world.apply()?;
    assert_eq!(scene.recorded()?, before);
    assert!(scene.script.is_denied()?, "the repair has taken the deny off");

    // Nor does another word in the record, or none, make the next apply re-arm it.
    for forged in [json!({"at": 7, "word": "another"}), Value::Null] {
        scene.forge(&forged)?;
        scene.world.apply()?;
        assert!(scene.script.is_denied()?, "{forged}");
    }
    scene.apply("rearm = \"OPS-2\"")?;
    assert!(!scene.script.is_denied()?);
    Ok(())
}
