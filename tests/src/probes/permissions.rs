//! Whether guard's own permissions suffice for a second plan: without `lambda:ListTags`, GetFunction hides the tags by
//! which guard knows its functions.

use super::{
    PREFIX, Probe,
    finding::Answer,
    guarded::{Guarded, Settings},
    made::Made,
    site::{Site, account},
};
use crate::{
    Error, Result,
    aws::Aws,
    operators::Policies,
    terraform::{Workspace, unwrapped},
};

pub(super) const PROBE: Probe = Probe {
    name: "permissions",
    asks: "does a second plan show changes to whoever has exactly the permissions that guard_permissions lists?",
    expects: "apply succeeds, and two plans after it show no change",
    ask,
};

/// The names of the roles, and of the user.
const CALLER: &str = "guardprobe-caller";
const ROLE: &str = "guardprobe-member";
const USER: &str = "guardprobe-permissions";

fn ask(site: &Site<'_>, made: &mut Made) -> Result<Answer> {
    let settings = Settings {
        caller: site.sandbox.caller.clone(),
        prefix: format!("{PREFIX}-own"),
        role: ROLE.to_owned(),
    };
    let policies = listed(site, &settings)?;
    let (management, member) = (site.management(), site.member()?);
    let trusted = account(&site.management);
    let document = policies.members.get(&site.sandbox.member).cloned().unwrap_or_default();
    let role = site.role(made, &member, ROLE, &trusted, &document["Statement"])?;
    let caller = site.role(made, &management, CALLER, &trusted, &policies.caller["Statement"])?;
    let caller = site.assume(&management, &caller)?;
    // Once it may enter the other account, its permissions are known.
    site.assume(&caller, &role)?;

    let settings = Settings { caller, ..settings };
    let guarded = Guarded::new(site, settings.clone(), &[USER])?;
    let answer = plan_twice(site, &member, &guarded, &settings);
    made.leave(guarded.remove());
    answer
}

/// What the provider lists.
fn listed(site: &Site<'_>, settings: &Settings) -> Result<Policies> {
    let terraform = Workspace::with_provider(&settings.caller, site.provider)?;
    let block = Guarded::provider(site, settings);
    let accounts = [site.sandbox.member.clone()];
    Policies::said(&terraform, &site.sandbox.hub, &block, &accounts, &[])
}

fn plan_twice(site: &Site<'_>, member: &Aws, guarded: &Guarded<'_>, settings: &Settings) -> Result<Answer> {
    member.run(&["iam", "create-user", "--user-name", USER])?;
    let mut refused = String::new();
    let applied = site.until(|| match guarded.workspace.apply() {
        // Young permissions are not known everywhere.
        Err(Error::Command { output, .. }) if unwrapped(&output).contains("not authorized") => {
            refused = output;
            Ok(None)
        }
        answer => answer.map(Some),
    })?;
    if applied.is_none() {
        let text = "apply lacks a permission".to_owned();
        return Ok(Answer { text, details: vec![refused], ..Answer::default() });
    }
    let plans = [guarded.workspace.plan()?, guarded.workspace.plan()?];
    let filter = format!("{}-filter", settings.prefix);
    let get = ["lambda", "get-function", "--function-name", &filter];
    let found = settings.caller.in_region(&site.sandbox.hub).run(&get)?;
    let changes = |number: usize| if plans[number].changes { "changes" } else { "no change" };
    let mut details = vec![format!(
        "GetFunction answers {} tags; TagsError: {}",
        found["Tags"].as_object().map_or(0, |tags| tags.len()),
        found["TagsError"]
    )];
    details.extend(plans.iter().filter(|plan| plan.changes).map(|plan| plan.output.clone()));
    Ok(Answer {
        is_expected: plans.iter().all(|plan| !plan.changes),
        text: format!("the first plan shows {}, the second {}", changes(0), changes(1)),
        details,
        ..Answer::default()
    })
}
