//! A member account that can't be entered: its own guards fail, the others go on, and it can be let go.

use std::fs;

use guard_tests::{
    Error, Result,
    aws::{Answer, AwsCli},
    chain::Guard,
    operators::Policies,
    paths,
    terraform::unwrapped,
    world::{Block, World, actions},
};
use serde_json::json;

/// The account and the role of the guide's example.
const LOST: &str = "333333333333";
const ROLE: &str = "OrganizationAccountAccessRole";
const APPLY: [&str; 4] = ["apply", "-auto-approve", "-input=false", "-no-color"];
const DESTROY: [&str; 4] = ["destroy", "-auto-approve", "-input=false", "-no-color"];

#[test]
fn only_the_guards_of_a_lost_account_fail() -> Result<()> {
    let Some((world, backup, report)) = with_a_lost_account()? else { return Ok(()) };
    let role = format!("arn:aws:iam::{LOST}:role/{ROLE}");
    let why = format!("account {LOST} can't be entered, because its role {role} can't be assumed");
    let audit = Guard::new("222222222222", "eu-west-1", "audit");
    world.hire(&audit)?;
    world.configure(&[
        Block::new("backup", &backup).with("tags = { team = \"storage\" }"),
        Block::new("report", &report).with("tags = { team = \"finance\" }"),
        Block::new("audit", &audit),
    ])?;
    let plan = world.terraform.plan()?;
    assert!(unwrapped(&plan.output).contains(&why), "{}", plan.output);
    assert_eq!(actions(&plan, "audit"), ["create"]);
    let said = world.terraform.fails(&APPLY)?;
    assert_eq!(said.matches("Error: ").count(), 1, "{said}");
    assert!(said.contains(&why), "{said}");
    assert_eq!(world.state("backup")?["tags"]["team"], "storage");
    assert_eq!(world.state("audit")?["status"], "armed");
    let state = world.state("report")?;
    assert_eq!((&state["status"], &state["tags"]), (&json!("unreachable"), &json!(null)));

    world.configure(&[Block::new("backup", &backup).with("tags = { team = \"storage\" }")])?;
    let said = world.terraform.fails(&APPLY)?;
    assert!(said.contains(&why) && said.contains("the guide \"An account that can't be entered\""), "{said}");
    assert!(world.state("report")?.is_object(), "what is still there stays in the state");
    assert!(world.state("audit")?.is_null());

    world.configure(&[
        Block::new("backup", &backup).with("tags = { team = \"storage\" }"),
        Block::new("report", &report),
    ])?;
    find_again(&world)?;
    world.settled()?;
    world.destroy()
}

#[test]
fn a_suspended_account_is_found_again_as_it_was() -> Result<()> {
    let Some((world, backup, report)) = with_two_accounts()? else { return Ok(()) };
    world.cloud.suspend(LOST, true)?;
    world.configure(&[
        Block::new("backup", &backup).with("tags = { team = \"storage\" }"),
        Block::new("report", &report),
    ])?;
    let said = world.terraform.fails(&APPLY)?;
    assert_eq!(said.matches("Error: ").count(), 1, "{said}");
    assert!(said.contains(&format!("account {LOST} can't be entered")), "{said}");
    assert_eq!(world.state("backup")?["tags"]["team"], "storage");
    assert_eq!(world.state("report")?["status"], "unreachable");

    world.cloud.suspend(LOST, false)?;
    world.settled()?;
    world.destroy()
}

#[test]
fn a_lost_accounts_guards_are_forgotten_without_a_trap() -> Result<()> {
    let Some((world, backup, report)) = with_a_lost_account()? else { return Ok(()) };
    world.terraform.run(&["state", "rm", "guard_iam_user.report"])?;
    world.configure(&[Block::new("backup", &backup)])?;
    world.settled()?;
    as_the_guide_says(&world)?;
    world.settled()?;
    world.terraform.destroy()?;
    only_the_lost_account_is_left(&world)?;

    // It comes back after all.
    find_again(&world)?;
    world.configure(&[Block::new("report", &report)])?;
    world.terraform.import("guard_iam_user.report", &report.to_string())?;
    world.apply()?;
    world.destroy()
}

#[test]
fn a_removed_block_lets_a_lost_accounts_guard_go() -> Result<()> {
    let Some((world, backup, _)) = with_a_lost_account()? else { return Ok(()) };
    world.configure(&[Block::new("backup", &backup)])?;
    let removed = "removed {\n  from = guard_iam_user.report\n  lifecycle {\n    destroy = false\n  }\n}\n";
    world.terraform.write("removed.tf", removed)?;
    world.apply()?;
    // In the other order: the hub has outlived its last guard, and goes with the next one.
    world.terraform.destroy()?;
    as_the_guide_says(&world)?;
    world.apply()?;
    world.terraform.destroy()?;
    only_the_lost_account_is_left(&world)
}

#[test]
fn a_destroy_takes_what_it_can_reach() -> Result<()> {
    let Some((world, _, report)) = with_a_lost_account()? else { return Ok(()) };
    let said = world.terraform.fails(&DESTROY)?;
    assert_eq!(said.matches("Error: ").count(), 1, "{said}");
    assert!(world.state("backup")?.is_null());
    let left = world.cloud.inventory()?;
    assert!(left.iter().all(|object| !object.contains(" 222222222222/")), "{left:#?}");
    find_again(&world)?;
    world.configure(&[Block::new("report", &report)])?;
    world.settled()?;
    world.destroy()
}

/// Two guards, `backup` in an account that stays and `report` in one whose role is then deleted.
fn with_a_lost_account() -> Result<Option<(World, Guard, Guard)>> {
    let Some((world, backup, report)) = with_two_accounts()? else { return Ok(None) };
    let lost = world.cloud.administrator(LOST);
    lost.run(&["iam", "delete-role-policy", "--role-name", ROLE, "--policy-name", "terraform"])?;
    lost.run(&["iam", "delete-role", "--role-name", ROLE])?;
    Ok(Some((world, backup, report)))
}

/// Two guards in two accounts.
fn with_two_accounts() -> Result<Option<(World, Guard, Guard)>> {
    let Some(world) = World::that_can("roles")? else { return Ok(None) };
    let backup = Guard::new("222222222222", "eu-west-1", "backup");
    let report = Guard::new(LOST, "eu-west-1", "report");
    world.hire(&backup)?;
    world.hire(&report)?;
    world.configure(&[Block::new("backup", &backup), Block::new("report", &report)])?;
    world.apply()?;
    Ok(Some((world, backup, report)))
}

/// Gives the lost account its role back, and waits until it can be assumed.
fn find_again(world: &World) -> Result<()> {
    let (lost, management) = (world.cloud.administrator(LOST), world.management());
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": format!("arn:aws:iam::{management}:root")},
    }]})
    .to_string();
    lost.run(&["iam", "create-role", "--role-name", ROLE, "--assume-role-policy-document", &trust])?;
    world.cloud.equip(&Policies::usual(&world.cloud)?)?;
    let arn = format!("arn:aws:iam::{LOST}:role/{ROLE}");
    world.cloud.until("the role being assumed", 60, |cloud| {
        let assume = ["sts", "assume-role", "--role-arn", &arn, "--role-session-name", "test"];
        let answer = cloud.administrator(management).call(&assume)?;
        Ok(matches!(answer, Answer::Allowed(_)).then_some(()))
    })
}

/// Runs the AWS CLI's lines of the guide, as the management account.
fn as_the_guide_says(world: &World) -> Result<()> {
    let guide = paths::root().join("docs/guides/unreachable-account.md");
    let guide = fs::read_to_string(guide).map_err(Error::io("reading the guide"))?;
    let lines: Vec<_> = guide.lines().filter_map(|line| line.strip_prefix("aws ")).collect();
    assert_eq!(
        lines.len(),
        5,
        "the guard's parameter, the rule's target, the rule, the role's policy, the role"
    );
    let management = world.cloud.administrator(world.management());
    lines.iter().try_for_each(|line| AwsCli(&management).run(&line.split(' ').collect::<Vec<_>>()))
}

fn only_the_lost_account_is_left(world: &World) -> Result<()> {
    let left = world.cloud.inventory()?;
    let elsewhere: Vec<_> = left.iter().filter(|object| !object.contains(&format!(" {LOST}/"))).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
    assert!(!left.is_empty(), "nothing was left in the account that could not be entered");
    Ok(())
}
