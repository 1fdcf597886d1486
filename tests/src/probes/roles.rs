//! Whether functions run with a role that was made anew under its old name: somebody deletes the roles of both, apply
//! repairs them, and a leak is denied as before.

use std::{thread::sleep, time::Instant};

use super::{
    PREFIX, Probe,
    finding::Answer,
    guarded::{Guarded, Settings},
    made::Made,
    site::Site,
};
use crate::{Result, aws::Aws, sandbox::User};

pub(super) const PROBE: Probe = Probe {
    name: "roles",
    asks: "is a leak denied after the roles of both functions were deleted, and made anew by apply?",
    expects: "one user is denied before it, the other one after it, and the plan between shows both roles missing",
    ask,
};

/// A user that is denied before the roles are deleted, so that both functions have run with the first roles, and one
/// that is denied after it.
const USERS: [&str; 2] = ["guardprobe-before", "guardprobe-after"];

/// The filter and the responder, each of which every guard needs.
const FUNCTIONS: usize = 2;

/// Deletes a role of guard, as an administrator could.
///
/// # Errors
/// If AWS refuses.
pub fn delete_role(aws: &Aws, role: &str) -> Result<()> {
    aws.run(&["iam", "delete-role-policy", "--role-name", role, "--policy-name", role])?;
    aws.run(&["iam", "delete-role", "--role-name", role]).map(drop)
}

fn ask(site: &Site<'_>, made: &mut Made) -> Result<Answer> {
    let settings = Settings {
        caller: site.sandbox.caller.clone(),
        prefix: format!("{PREFIX}-role"),
        role: site.sandbox.role.clone(),
    };
    let prefix = settings.prefix.clone();
    let guarded = Guarded::new(site, settings, &USERS)?;
    let answer = leak_twice(site, &guarded, &prefix);
    made.leave(guarded.remove());
    answer
}

fn leak_twice(site: &Site<'_>, guarded: &Guarded<'_>, prefix: &str) -> Result<Answer> {
    let sandbox = site.sandbox;
    let member = site.member()?;
    let [before, after] = USERS;
    let (before, after) = (User::hire(&member, before)?, User::hire(&member, after)?);
    guarded.workspace.apply()?;
    let first = denial(site, &before)?;

    delete_role(&site.member()?, &format!("{prefix}-responder-{}", sandbox.far))?;
    delete_role(&site.management(), &format!("{prefix}-filter-{}", sandbox.hub))?;
    let plan = guarded.workspace.plan()?;
    let missing = plan.output.matches("its role is missing").count();
    guarded.workspace.apply()?;
    let settled = !guarded.workspace.plan()?.changes;
    let second = denial(site, &after)?;

    let said = |time: Option<u64>| time.map_or("not denied".to_owned(), |s| format!("denied after {s} s"));
    Ok(Answer {
        is_expected: first.is_some() && second.is_some() && missing == FUNCTIONS * USERS.len() && settled,
        text: format!("before: {}; after: {}", said(first), said(second)),
        details: vec![
            format!("the plan says {missing} times that a function's role is missing"),
            format!("a plan after the repair shows {}", if settled { "no change" } else { "changes" }),
        ],
        ..Answer::default()
    })
}

/// Leaks a user's key, once all of the guard is known everywhere; the seconds until it is denied.
fn denial(site: &Site<'_>, user: &User<'_>) -> Result<Option<u64>> {
    let patience = site.patience;
    sleep(patience.settling);
    user.leak(patience.look)?;
    let since = Instant::now();
    // The session that made the user ends after an hour.
    while !user.is_denied_to(&site.member()?)? {
        if since.elapsed() > patience.denial {
            return Ok(None);
        }
        sleep(patience.look);
    }
    Ok(Some(since.elapsed().as_secs()))
}
