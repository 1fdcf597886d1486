//! Who runs terraform has exactly the permissions that `guard_permissions` makes, here as in every other test: each of
//! them is used, and without any of them something fails that says so.
//!
//! `GUARD_FAULTS=full` takes every permission away, one after the other; otherwise a sample, the same for the same
//! `GUARD_SEED`.

mod broken;
mod everything;

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    thread,
};

use guard_tests::{Error, Result, cloud::Cloud, effort, operators::Permission, world::World};

use everything::{Everything, STEPS, Step};

/// How many permissions a sample takes away.
const SAMPLE: usize = 4;
/// How many at the same time: as many as CI has processors.
const AT_ONCE: usize = 2;

/// What guard does without, and what comes of it: nobody is kept from an apply by it.
const DISPENSABLE: [&str; 5] = [
    "cloudwatch:GetAlarmMuteRule",
    "cloudwatch:ListAlarmMuteRules",
    "iam:GetAccountAuthorizationDetails",
    "sns:GetTopicAttributes",
    "tag:GetResources",
];

/// The permissions by which a request was allowed since a number, and the next number.
fn used(cloud: &Cloud, since: u64) -> Result<(u64, BTreeSet<Permission>)> {
    let (next, judgements) = cloud.judgements(since)?;
    let ours = judgements.into_iter().filter(|judgement| judgement.is_the_operators() && judgement.allowed);
    let used = ours.map(|judgement| Permission {
        account: judgement.account,
        statement: judgement.statement,
        action: judgement.action,
    });
    Ok((next, used.collect()))
}

#[test]
fn every_permission_is_needed_and_none_is_missing() -> Result<()> {
    let Some(world) = World::that_can("denials")? else { return Ok(()) };
    let mut everything = Everything::prepare(world)?;
    let all = everything.permissions();
    let (mut since, mut first) = (0, Vec::new());
    let mut unused: BTreeSet<Permission> = all.iter().cloned().collect();
    for step in STEPS {
        everything.take(step)?;
        let (next, used) = used(&everything.world.cloud, since)?;
        since = next;
        let surplus: Vec<_> = used.iter().filter(|one| !all.contains(one)).collect();
        assert!(surplus.is_empty(), "who allowed {surplus:?}?");
        for permission in used {
            if unused.remove(&permission) {
                first.push(Needed { permission, step });
            }
        }
    }
    assert!(unused.is_empty(), "nothing needs {}", lines(&unused));
    println!("permissions: all {} are used", first.len());
    take_away(first)
}

/// A permission, and the first step that needs it.
#[derive(Clone, Hash)]
struct Needed {
    permission: Permission,
    step: Step,
}

impl std::fmt::Display for Needed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({:?})", self.permission, self.step)
    }
}

fn take_away(all: Vec<Needed>) -> Result<()> {
    let (total, seed) = (all.len(), effort::seed());
    let queue = effort::sample(all, SAMPLE);
    let tried = queue.len();
    let (queue, failures) = (Mutex::new(queue), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
                    let Some(needed) = next else { return };
                    match is_missed(&needed) {
                        Ok(()) => println!("permissions: {needed} is missed"),
                        Err(error) => {
                            println!("permissions: {needed} is NOT missed");
                            let failure = format!("{needed}: {error}");
                            failures.lock().unwrap_or_else(PoisonError::into_inner).push(failure);
                        }
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("permissions: {tried} of {total} taken away (seed {seed}), {} not missed", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    Ok(())
}

/// Whether the step fails without the permission, and says which it lacks; then, with it again, it goes on.
fn is_missed(needed: &Needed) -> Result<()> {
    let mut everything = Everything::prepare(World::new()?)?;
    if needed.step != Step::Build {
        everything.take(Step::Build)?;
    }
    let (since, _) = everything.world.cloud.judgements(u64::MAX)?;
    everything.lacks = Some(needed.permission.clone());
    let taken = everything.take(needed.step);
    let (_, judgements) = everything.world.cloud.judgements(since)?;
    let action = &needed.permission.action;
    let refused =
        judgements.iter().any(|one| one.is_the_operators() && !one.allowed && one.action == *action);
    let wrong = |what: &str, said: &str| Err(Error::Cloud(format!("{what}: {said}")));
    match taken {
        _ if !refused => wrong("nobody was refused it", ""),
        Ok(()) if DISPENSABLE.contains(&action.as_str()) => Ok(()),
        Ok(()) => wrong("the step went well without it", ""),
        Err(error) => {
            let said = guard_tests::terraform::unwrapped(&error.to_string());
            if said.contains(&format!("is not authorized to perform: {action}")) {
                Ok(())
            } else {
                wrong("the error does not name it", &said)
            }
        }
    }
}

fn lines(all: &BTreeSet<Permission>) -> String {
    all.iter().map(|one| format!("\n  {one}")).collect()
}
