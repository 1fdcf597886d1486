//! What Terraform offers besides plan and apply: `-refresh-only`, `-target`, `moved`, `removed` and `import`.
//! None of it writes to AWS what it need not.

use guard_tests::{
    Result,
    chain::Guard,
    world::{Block, World, actions},
};
use serde_json::Value;

const APPLY: &[&str] = &["apply", "-auto-approve", "-input=false", "-no-color"];

struct Two {
    world: World,
    backup: Guard,
    report: Guard,
}

impl Two {
    /// Two guards of one place.
    fn guards() -> Result<Self> {
        let world = World::new()?;
        let [backup, report] = ["backup", "report"].map(|user| Guard::new("222222222222", "eu-west-1", user));
        world.hire(&backup)?;
        world.hire(&report)?;
        world.configure(&[Block::new("backup", &backup), Block::new("report", &report)])?;
        world.apply()?;
        Ok(Self { world, backup, report })
    }

    /// The name of a guard's own rule and alarm.
    fn own(&self, block: &str) -> Result<String> {
        let state = self.world.state(block)?;
        let alarm = state["chain"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|object| object["kind"] == "alarm" && object["shared"] == false);
        Ok(alarm.and_then(|alarm| alarm["name"].as_str()).unwrap_or_default().to_owned())
    }

    fn is_enabled(&self, rule: &str) -> Result<bool> {
        let describe = ["events", "describe-rule", "--event-bus-name", "guard-bus", "--name", rule];
        Ok(self.world.at(&self.backup).run(&describe)?["State"] == "ENABLED")
    }

    fn disable(&self, rule: &str) -> Result<()> {
        let disable = ["events", "disable-rule", "--event-bus-name", "guard-bus", "--name", rule];
        self.world.at(&self.backup).run(&disable).map(drop)
    }

    /// What terraform writes to AWS while it does this.
    fn writes(&self, does: impl FnOnce() -> Result<()>) -> Result<Vec<String>> {
        let (since, _) = self.world.cloud.requests(u64::MAX)?;
        does()?;
        let (_, requests) = self.world.cloud.requests(since)?;
        Ok(requests
            .into_iter()
            .filter(|request| request.is_write())
            .map(|request| request.operation)
            .collect())
    }
}

#[test]
fn a_refresh_shows_drift_and_changes_nothing() -> Result<()> {
    let two = Two::guards()?;
    let world = &two.world;
    assert!(!world.terraform.plan_with(&["-refresh-only"])?.changes, "nothing has happened");

    let rule = two.own("backup")?;
    two.disable(&rule)?;
    let drift = "it is disabled";
    let plan = world.terraform.plan_with(&["-refresh-only"])?;
    assert!(plan.changes && plan.output.contains(drift), "{}", plan.output);
    let written = two.writes(|| world.terraform.run(&[APPLY, &["-refresh-only"]].concat()).map(drop))?;
    assert!(written.is_empty(), "{written:?}");
    assert!(!two.is_enabled(&rule)?);
    assert!(world.state("backup")?["chain"].to_string().contains(drift), "the state holds what was seen");

    world.apply()?;
    assert!(two.is_enabled(&rule)?);
    assert!(!world.terraform.plan_with(&["-refresh-only"])?.changes, "all is repaired");
    world.destroy()
}

#[test]
fn a_target_is_repaired_alone() -> Result<()> {
    let two = Two::guards()?;
    let (backup, report) = (two.own("backup")?, two.own("report")?);
    two.disable(&backup)?;
    two.disable(&report)?;
    let target = [APPLY, &["-target=guard_iam_user.backup"]].concat();
    let written = two.writes(|| two.world.terraform.run(&target).map(drop))?;
    assert_eq!(written, ["PutRule"]);
    assert!(two.is_enabled(&backup)? && !two.is_enabled(&report)?);

    let plan = two.world.terraform.plan()?;
    assert_eq!(
        (actions(&plan, "backup"), actions(&plan, "report")),
        (vec!["no-op".into()], vec!["update".into()])
    );
    two.world.apply()?;
    two.world.destroy()
}

#[test]
fn a_moved_block_renames_and_a_removed_one_forgets() -> Result<()> {
    let two = Two::guards()?;
    let world = &two.world;
    let (backup, report) = (Block::new("archive", &two.backup), Block::new("report", &two.report));
    let before = world.state("backup")?;
    let all = world.cloud.inventory()?;

    world.configure(&[backup.clone(), report.clone()])?;
    world
        .terraform
        .write("moved.tf", "moved {\n  from = guard_iam_user.backup\n  to = guard_iam_user.archive\n}\n")?;
    let written = two.writes(|| world.apply())?;
    assert!(written.is_empty(), "{written:?}");
    assert_eq!(world.state("archive")?, before);

    world.configure(std::slice::from_ref(&report))?;
    world.terraform.write(
        "moved.tf",
        "removed {\n  from = guard_iam_user.archive\n  lifecycle {\n    destroy = false\n  }\n}\n",
    )?;
    let written = two.writes(|| world.apply())?;
    assert!(written.is_empty(), "{written:?}");
    assert_eq!(world.state("archive")?, Value::Null);
    assert_eq!(world.cloud.inventory()?, all);

    world.configure(&[backup, report])?;
    let import = format!("import {{\n  to = guard_iam_user.archive\n  id = \"{}\"\n}}\n", two.backup);
    world.terraform.write("moved.tf", &import)?;
    let plan = world.terraform.plan()?;
    assert!(plan.output.contains("1 to import, 0 to add, 0 to change, 0 to destroy"), "{}", plan.output);
    let written = two.writes(|| world.apply())?;
    assert!(written.is_empty(), "{written:?}");
    assert_eq!(world.state("archive")?, before);
    world.destroy()
}
