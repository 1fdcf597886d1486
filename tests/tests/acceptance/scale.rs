//! Guards by the hundred, and two states that know nothing of each other: after every step nothing is left
//! over, nothing is missing, and no responder may deny a user that nobody guards.

use std::collections::{BTreeMap, BTreeSet};

use guard_tests::{
    Error, Result,
    chain::{Guard, told},
    cloud::Options,
    effort, skip,
    world::{Block, World},
};
use serde_json::Value;

/// Two accounts besides the usual three members make five.
const MORE_ACCOUNTS: [&str; 2] = ["555555555555", "666666666666"];
const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "eu-central-1"];
const GUARDS: usize = 100;

/// So many guards of each state in each round. A newcomer meets the last one who leaves, from either side;
/// both come, and both go, at once.
const ROUNDS: [[usize; 2]; 5] = [[2, 1], [0, 2], [3, 0], [1, 3], [0, 0]];

#[test]
fn a_hundred_guards_come_and_go() -> Result<()> {
    come_and_go("-parallelism=10")
}

#[test]
fn a_hundred_guards_come_and_go_thirty_at_a_time() -> Result<()> {
    if !effort::full() {
        skip(&format!("without {}=full", effort::VARIABLE));
        return Ok(());
    }
    come_and_go("-parallelism=30")
}

#[test]
fn two_states_change_the_same_place_at_the_same_moment() -> Result<()> {
    let ours = World::new()?;
    let theirs = ours.colleague()?;
    let guards = |whose| move |n| Guard::new("222222222222", "eu-west-1", &format!("{whose}-{n}"));
    let (our_guards, their_guards): (Vec<_>, Vec<_>) =
        ((0..3).map(guards("ours")).collect(), (0..3).map(guards("theirs")).collect());
    our_guards.iter().chain(&their_guards).try_for_each(|guard| ours.hire(guard))?;
    let cycles = if effort::full() { 4 } else { 1 };
    for (round, [our_number, their_number]) in ROUNDS.iter().cycle().take(cycles * ROUNDS.len()).enumerate() {
        let (our_guards, their_guards) = (&our_guards[..*our_number], &their_guards[..*their_number]);
        configure(&ours, our_guards)?;
        configure(&theirs, their_guards)?;
        let (we, they) = std::thread::scope(|scope| {
            let they = scope.spawn(|| theirs.terraform.apply());
            (ours.terraform.apply(), they.join())
        });
        let they = they.unwrap_or_else(|_| Err(Error::Cloud("the other state's thread panicked".into())));
        let in_round = |error: Error| Error::Cloud(format!("in round {}: {error}", round + 1));
        we.and(they).map_err(in_round)?;
        ours.settled().and_then(|()| theirs.settled()).map_err(in_round)?;
        let all: Vec<_> = our_guards.iter().chain(their_guards).cloned().collect();
        is_exactly(&[&ours, &theirs], &all).map_err(in_round)?;
    }
    ours.empty()
}

/// A hundred guards in 15 places, of which seven then go whole and one in part, and then all.
fn come_and_go(parallelism: &str) -> Result<()> {
    let accounts = MORE_ACCOUNTS.map(str::to_owned).to_vec();
    let world = World::with(&Options { accounts, ..Options::default() })?;
    let accounts = &world.cloud.ready().member_accounts;
    let places: Vec<_> =
        accounts.iter().flat_map(|account| REGIONS.map(|region| (account.as_str(), region))).collect();
    let each = GUARDS.div_ceil(places.len());
    let guards: Vec<_> = (0..GUARDS)
        .map(|n| (places[n / each], format!("script-{n}")))
        .map(|((account, region), user)| Guard::new(account, region, &user))
        .collect();
    guards.iter().try_for_each(|guard| world.hire(guard))?;
    for staying in [&guards[..], &guards[..GUARDS / 2], &[]] {
        configure(&world, staying)?;
        world.terraform.run(&["apply", "-auto-approve", "-input=false", "-no-color", parallelism])?;
        world.settled()?;
        is_exactly(&[&world], staying)?;
    }
    world.empty()
}

fn configure(world: &World, guards: &[Guard]) -> Result<()> {
    let blocks: Vec<_> = guards.iter().map(|guard| Block::new(&guard.user, guard)).collect();
    world.configure(&blocks)
}

/// What the states tell of is what there is, these guards are what the states tell of, and each place's
/// responder may deny its guards' users and nobody else.
fn is_exactly(worlds: &[&World], guards: &[Guard]) -> Result<()> {
    let mut stated = BTreeSet::new();
    for world in worlds {
        let resources = world.terraform.resources()?;
        stated.extend(resources.iter().flat_map(|resource| told(&resource["values"]["chain"])));
    }
    let cloud = &worlds[0].cloud;
    let there: BTreeSet<_> =
        cloud.inventory()?.into_iter().filter(|object| !object.starts_with("role_policy ")).collect();
    assert_eq!(there, stated, "what is there, and what the states tell of");
    for kind in ["rule", "target", "alarm"] {
        let own = |object: &&String| object.starts_with(kind) && object.contains(" guard-user-");
        assert_eq!(there.iter().filter(own).count(), guards.len(), "one {kind} for each guard");
    }
    let mut wanted: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for Guard { account, region, user } in guards {
        let users = wanted.entry(format!("{account}/{region}")).or_default();
        users.extend(["", "*/"].map(|path| format!("arn:aws:iam::{account}:user/{path}{user}")));
    }
    assert_eq!(deniable(worlds[0])?, wanted, "whom the responders may deny");
    Ok(())
}

/// The users whom each responder may deny by every step, by `account/region`.
fn deniable(world: &World) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut places = BTreeMap::new();
    for account in &world.cloud.ready().member_accounts {
        let details = ["iam", "get-account-authorization-details", "--filter", "Role"];
        let details = world.cloud.administrator(account).run(&details)?;
        for role in details["RoleDetailList"].as_array().into_iter().flatten() {
            let name = role["RoleName"].as_str().unwrap_or_default();
            let Some(region) = name.strip_prefix("guard-responder-") else { continue };
            let policies = role["RolePolicyList"].as_array().into_iter().flatten();
            let statements =
                policies.filter_map(|policy| policy["PolicyDocument"]["Statement"].as_array()).flatten();
            let denies = statements.filter(|statement| statement["Sid"] == "FallBack");
            places.insert(format!("{account}/{region}"), denies.flat_map(users).collect());
        }
    }
    Ok(places)
}

fn users(statement: &Value) -> Vec<String> {
    let text = |arn: &Value| arn.as_str().map(str::to_owned);
    match &statement["Resource"] {
        Value::Array(arns) => arns.iter().filter_map(text).collect(),
        arn => text(arn).into_iter().collect(),
    }
}
