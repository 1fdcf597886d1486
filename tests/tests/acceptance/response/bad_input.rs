//! Bad input is refused in the plan, by the attribute that it is in.

use guard_tests::{
    Error, Result,
    chain::Guard,
    world::{Block, World},
};

use super::topic;

#[test]
fn bad_input_is_refused_in_the_plan() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup-script");
    world.hire(&guard)?;
    for (more, said) in [
        ("signals = [\"unexpected\"]", "can't be chosen"),
        ("signals = []", "never trips"),
        ("mode = \"shout\"", "neither enforce nor monitor"),
        ("on_destroy = \"shout\"", "neither keep_deny nor release"),
        ("rearm = \"\"", "Nothing to re-arm with"),
        ("ignored_actions = [\"ListBuckets\"]", "ignored_actions[0]"),
        ("expected {}", "allows everything"),
        ("expected {\n actions = [\"*:*\"]\n }", "allows everything"),
        ("expected {\n actions = [\"s3:*\", \"s3\"]\n }", "expected.actions[1]"),
        ("expected {\n source_ips = [\"192.0.2.7/24\"]\n }", "192.0.2.0/24"),
        ("expected {\n source_ips = [\"2001:db8::/129\"]\n }", "expected.source_ips[0]"),
        ("expected {\n regions = [\"mars\"]\n }", "expected.regions[0]"),
        ("expected {\n user_agents = [\"\"]\n }", "expected.user_agents[0]"),
        ("notify_topic_arns = [\"security\"]", "notify_topic_arns[0]"),
    ] {
        refused(&world, &guard, more, said)?;
    }
    world.empty()
}

#[test]
fn a_topic_that_cannot_be_told_is_refused_in_the_plan() -> Result<()> {
    let world = World::new()?;
    let guard = Guard::new("222222222222", "eu-west-1", "backup-script");
    world.hire(&guard)?;
    let missing = "arn:aws:sns:eu-west-1:222222222222:missing";
    refused(&world, &guard, &format!("notify_topic_arns = [\"{missing}\"]"), "does not exist")?;
    let foreign = topic(&world.cloud.administrator("333333333333"), "theirs")?;
    refused(&world, &guard, &format!("notify_topic_arns = [\"{foreign}\"]"), "does not let")?;
    world.empty()
}

fn refused(world: &World, guard: &Guard, more: &str, said: &str) -> Result<()> {
    world.configure(&[Block::new("script", guard).with(more)])?;
    match world.terraform.plan() {
        Err(Error::Command { output, .. }) => {
            let flat = output.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
            assert!(flat.contains(said), "{more}: {output}");
            Ok(())
        }
        Err(other) => Err(other),
        Ok(_) => panic!("{more} was taken"),
    }
}
