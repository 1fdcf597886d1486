//! An action that CloudTrail never writes under its name is warned of in the plan.

use guard_tests::{
    Result,
    chain::Guard,
    world::{Block, World},
};

#[test]
fn an_action_that_cloudtrail_never_writes_is_warned_of() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup-script");
    world.hire(&guard)?;
    let planned = |more: &str| -> Result<String> {
        world.configure(&[Block::new("script", &guard).with(more)])?;
        let plan = world.terraform.plan()?;
        assert!(plan.changes, "the guard is still planned: {more}");
        Ok(plan.output.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" "))
    };
    let said = planned(
        "ignored_actions = [\"sts:GetCallerIdentity\", \"s3:ListAllMyBuckets\"]\n  expected {\n    actions = [\"s3:*\", \"mq:*\"]\n  }",
    )?;
    for part in
        ["Warning: No call has the name of ignored_actions[1]", "s3:ListBuckets.", "expected.actions[1]"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.contains("amazonmq:*"), "{said}");
    let said = planned(
        "ignored_actions = [\"s3:ListBuckets\", \"signin:ConsoleLogin\", \"newservice:DoIt\"]\n  expected {\n    actions = [\"*:Describe*\", \"application-autoscaling:*\"]\n  }",
    )?;
    assert!(!said.contains("No call has the name"), "{said}");
    world.empty()
}
