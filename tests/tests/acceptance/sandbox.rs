//! The trial that `cargo xtask test --aws` makes, on the local AWS, where somebody plays CloudTrail.

use std::{thread, time::Duration};

use guard_tests::{
    Result,
    aws::Answer,
    paths,
    records::{Call, Caller, record},
    sandbox::{Patience, Sandbox, trial},
    script::{deliver, organization},
    world::World,
};
use serde_json::{Value, json};

pub(crate) const MEMBER: &str = "222222222222";
const ROLE: &str = "OrganizationAccountAccessRole";

/// The sandbox of an organization whose role may do everything in its member accounts, as AWS makes it.
pub(crate) fn sandbox(world: &World) -> Result<Sandbox> {
    let attach = ["iam", "attach-role-policy", "--role-name", ROLE, "--policy-arn"];
    let all = ["arn:aws:iam::aws:policy/AdministratorAccess"];
    world.cloud.administrator(MEMBER).run(&[&attach[..], &all].concat())?;
    let caller = world.cloud.administrator(world.management());
    let delivery = "notification".to_owned();
    let (hub, far) = ("us-east-1".to_owned(), "eu-west-1".to_owned());
    Ok(Sandbox { caller, hub, member: MEMBER.to_owned(), role: ROLE.to_owned(), far, delivery })
}

pub(crate) fn impatient(denial: u64) -> Patience {
    let seconds = Duration::from_secs;
    Patience { settling: seconds(1), denial: seconds(denial), arrival: seconds(30), look: seconds(1) }
}

/// Waits until each user in turn has asked who it is, and writes that into the trail, as CloudTrail would.
pub(crate) fn play_cloudtrail(world: &World, users: &[&str], seconds: u64) -> Result<()> {
    let administrator = world.cloud.administrator(MEMBER);
    let organization = organization(&world.cloud)?;
    for (before, &user) in users.iter().enumerate() {
        world.cloud.until(&format!("a call of {user}"), seconds, |cloud| {
            let asked = cloud.requests(0)?.1.into_iter().filter(|request| {
                request.operation == "GetCallerIdentity"
                    && request.account.as_deref() == Some(MEMBER)
                    && !request.is_the_providers()
            });
            Ok((asked.count() > before).then_some(()))
        })?;
        let known = administrator.run(&["iam", "get-user", "--user-name", user])?["User"].clone();
        let text = |name: &str| known[name].as_str().unwrap_or_default().to_owned();
        let caller = Caller {
            account: MEMBER.to_owned(),
            user: user.to_owned(),
            arn: text("Arn"),
            principal: text("UserId"),
            key: "AKIAEXAMPLE".to_owned(),
        };
        let call =
            Call { service: "sts", operation: "GetCallerIdentity", region: "us-east-1", read_only: true };
        let record = record(&caller, &call, &Answer::Allowed(json!({})))?;
        deliver(&world.cloud, &organization, (MEMBER, "us-east-1"), &[record])?;
    }
    Ok(())
}

#[test]
fn a_trial_sees_every_user_denied_and_leaves_nothing() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let sandbox = sandbox(&world)?;
    let users = sandbox.routes().map(|route| route.guard.user);
    let outcome = thread::scope(|scope| {
        let cloudtrail = scope.spawn(|| play_cloudtrail(&world, &users.each_ref().map(String::as_str), 120));
        let outcome = trial(&sandbox, &paths::provider()?, impatient(120), &|line| println!("{line}"));
        cloudtrail.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause))?;
        outcome
    })?;
    assert!(outcome.is_good(), "{outcome:?}");
    world.empty()
}

#[test]
fn a_trial_that_nobody_is_denied_in_says_so_and_leaves_nothing() -> Result<()> {
    let Some(world) = World::that_can("events")? else { return Ok(()) };
    let outcome = trial(&sandbox(&world)?, &paths::provider()?, impatient(2), &|line| println!("{line}"))?;
    assert!(!outcome.is_good(), "{outcome:?}");
    assert!(outcome.denied.iter().all(|(_, time)| time.is_none()), "{outcome:?}");
    assert_eq!((outcome.dead_letters.len(), outcome.left.len()), (0, 0), "{outcome:?}");
    let left = world.cloud.administrator(MEMBER).run(&["iam", "list-users"])?;
    assert_eq!(left["Users"], Value::Array(Vec::new()));
    world.empty()
}
