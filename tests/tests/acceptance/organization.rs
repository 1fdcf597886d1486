//! Guards in every account of an organization that has sixty: nothing at the hub grows with each account but its rule
//! and its forwarding role.

use guard_tests::{
    Error, Result,
    aws::Aws,
    chain::Guard,
    cloud::Options,
    script::{LEAK, Script},
    world::{Block, World},
};
use serde_json::Value;

/// The local AWS has three member accounts besides these.
const MORE_ACCOUNTS: usize = 57;

/// Not the hub's, so that each account has a relay and an edge.
const REGION: &str = "eu-west-1";

const APPLY: [&str; 5] = ["apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=30"];

#[test]
fn sixty_member_accounts_are_guarded_tripped_and_let_go() -> Result<()> {
    let accounts = (0..MORE_ACCOUNTS).map(|n| format!("5{n:011}")).collect();
    let world = World::with(&Options { accounts, ..Options::default() })?;
    let accounts = &world.cloud.ready().member_accounts;
    assert_eq!(accounts.len(), 60);
    let guards: Vec<_> = accounts.iter().map(|account| Guard::new(account, REGION, "script")).collect();
    let (last, rest) = guards.split_last().expect("there are sixty");
    rest.iter().try_for_each(|guard| world.hire(guard))?;
    let mut script = Script::hire(&world.cloud, &last.account, &last.user)?;

    configure(&world, &guards)?;
    world.terraform.run(&APPLY)?;
    world.settled()?;

    if world.can("events") {
        script.does(&LEAK[0])?;
        script.deliver(&world.cloud)?;
        world.cloud.until("the user being denied", 90, |_| Ok(script.is_denied()?.then_some(())))?;
    }

    configure(&world, &[])?;
    world.terraform.run(&APPLY)?;
    let left = world.cloud.inventory()?;
    // The script's own policy, and the deny that it keeps.
    let left: Vec<_> = left.iter().filter(|object| !object.starts_with("user_policy ")).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    Ok(())
}

#[test]
fn one_statement_lets_the_alarms_of_all_accounts_call_the_filter() -> Result<()> {
    let world = World::new()?;
    let guards = ["222222222222", "333333333333"].map(|account| Guard::new(account, REGION, "script"));
    guards.iter().try_for_each(|guard| world.hire(guard))?;
    configure(&world, &guards[..1])?;
    world.apply()?;
    // As 0.1.0 has left them: one statement for each account, and one for the hub's own.
    let hub = world.cloud.administrator(world.management()).in_region(world.hub());
    hub.run(&["lambda", "remove-permission", "--function-name", FILTER, "--statement-id", "guard-alarms"])?;
    for (sid, account) in
        [("guard-alarms", world.management()), ("guard-alarms-222222222222", "222222222222")]
    {
        let alarms = format!("arn:aws:cloudwatch:{}:{account}:alarm:guard-*", world.hub());
        let statement = ["--statement-id", sid, "--source-account", account, "--source-arn", &alarms];
        hub.run(&[&ADD_PERMISSION[..], &statement].concat())?;
    }
    assert!(world.terraform.plan()?.changes, "the plan shows them");
    world.apply()?;
    assert_eq!(sids(&hub)?, ["guard-alarms", "guard-bucket"]);
    configure(&world, &guards)?;
    world.apply()?;
    assert_eq!(sids(&hub)?, ["guard-alarms", "guard-bucket"]);
    // An account that leaves leaves the statement to the others.
    configure(&world, &guards[1..])?;
    world.apply()?;
    assert_eq!(sids(&hub)?, ["guard-alarms", "guard-bucket"]);
    world.destroy()
}

const FILTER: &str = "guard-filter";

const ADD_PERMISSION: [&str; 8] = [
    "lambda",
    "add-permission",
    "--function-name",
    FILTER,
    "--action",
    "lambda:InvokeFunction",
    "--principal",
    "lambda.alarms.cloudwatch.amazonaws.com",
];

/// The ids of the statements in the filter's policy.
fn sids(hub: &Aws) -> Result<Vec<String>> {
    let answer = hub.run(&["lambda", "get-policy", "--function-name", FILTER])?;
    let policy: Value = serde_json::from_str(answer["Policy"].as_str().unwrap_or_default())
        .map_err(Error::json("a function's policy"))?;
    let statements = policy["Statement"].as_array().into_iter().flatten();
    let mut sids: Vec<_> =
        statements.filter_map(|statement| statement["Sid"].as_str().map(str::to_owned)).collect();
    sids.sort();
    Ok(sids)
}

fn configure(world: &World, guards: &[Guard]) -> Result<()> {
    let names: Vec<_> = guards.iter().map(|guard| format!("account_{}", guard.account)).collect();
    let blocks: Vec<_> = guards.iter().zip(&names).map(|(guard, name)| Block::new(name, guard)).collect();
    world.configure(&blocks)
}
