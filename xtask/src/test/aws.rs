//! `cargo xtask test --aws`: probes and a trial in a sandbox account of a real organization.

use std::path::Path;

use clap::Args;
use guard_tests::{
    aws::Aws,
    paths,
    probes::{self, Findings, Site},
    sandbox::{Outcome, PREFIX, Patience, Sandbox, trial},
};

use crate::{
    Error, Result, build,
    tools::{Set, Tools},
};

#[derive(Args)]
pub(super) struct Real {
    /// Try a guard on the real AWS instead, with the credentials of the environment: say what would be done there and
    /// what it costs
    #[arg(long, requires = "member")]
    pub(super) aws: bool,
    /// The member account to try it in, in which nothing is missed
    #[arg(long, value_name = "ACCOUNT", requires = "aws")]
    member: Option<String>,
    /// The role by which it is entered
    #[arg(long, default_value = "OrganizationAccountAccessRole", requires = "aws")]
    role: String,
    /// The region of the trail and its bucket
    #[arg(long, value_name = "REGION", default_value = "us-east-1", requires = "aws")]
    trail_region: String,
    /// Another region, for guards that are far from it
    #[arg(long, value_name = "REGION", default_value = "eu-west-1", requires = "aws")]
    far_region: String,
    /// How it hears of the trail's files: `eventbridge` where something else has an entry for them
    #[arg(long, default_value = "notification", requires = "aws")]
    delivery: String,
    /// Do it
    #[arg(long, requires = "aws")]
    yes: bool,
}

impl Real {
    /// Says what it will do, and does it if that is wanted and somebody's credentials are there.
    pub(super) fn run(&self) -> Result<()> {
        // The client that makes the calls needs them.
        Tools::bring(&[Set::Cloud])?;
        let sandbox = self.sandbox()?;
        let intentions = sandbox.intentions();
        println!(
            "First it asks AWS, with things named {}-* that it removes again, for about an hour at most:",
            probes::PREFIX
        );
        for probe in probes::ALL {
            println!("  {}: {}", probe.name, probe.asks);
        }
        println!("Then it makes a trial:\n  {}\n", intentions.join("\n  "));
        let management = match sandbox.management() {
            Ok(management) => management,
            Err(error) => {
                println!("Nothing is done: there are no credentials that AWS knows ({error}).");
                return Ok(());
            }
        };
        if management == sandbox.member {
            let why = "the credentials are the member account's own; take the management account's";
            return Err(Error::Unexpected(why.to_owned()));
        }
        if !self.yes {
            println!("Nothing is done yet: --yes does it, as account {management}.");
            return Ok(());
        }
        let built = build::run(&build::Arguments { release: true })?;
        println!(
            "If this is interrupted: terraform destroy in the folder that was named last, then delete what is named {}-*, and the \
             users {PREFIX}-*.",
            probes::PREFIX
        );
        let found = ask(&sandbox, management, &built.provider)?;
        let tried = trial(&sandbox, &built.provider, Patience::default(), &|line| println!("{line}"));
        let tried = tried.map_err(Error::from).and_then(|outcome| tell(&outcome));
        let found = tell_findings(&found);
        tried.and(found)
    }

    fn sandbox(&self) -> Result<Sandbox> {
        let member = self.member.clone().unwrap_or_default();
        if member.len() != 12 || !member.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Unexpected(format!("--member {member} is not an account id of 12 digits")));
        }
        if self.trail_region == self.far_region {
            return Err(Error::Unexpected(
                "--far-region has to be another one than --trail-region".to_owned(),
            ));
        }
        Ok(Sandbox {
            caller: Aws::of_environment(&self.trail_region),
            hub: self.trail_region.clone(),
            member,
            role: self.role.clone(),
            far: self.far_region.clone(),
            delivery: self.delivery.clone(),
        })
    }
}

/// Makes the probes.
fn ask(sandbox: &Sandbox, management: String, provider: &Path) -> Result<Findings> {
    let site = Site {
        sandbox,
        management,
        provider,
        patience: Patience::default(),
        file: paths::root().join(probes::PATH),
        say: &|line| println!("{line}"),
    };
    Ok(probes::run(&site)?)
}

fn tell_findings(found: &Findings) -> Result<()> {
    println!("\nwhat AWS answered:");
    for finding in &found.findings {
        println!("  {finding}");
    }
    println!(
        "All answers are in {}, without the ids of accounts; please send it to us in an issue.",
        found.file().display()
    );
    let others: Vec<_> = found.findings.iter().filter(|one| !one.is_good()).map(|one| one.probe).collect();
    if others.is_empty() {
        Ok(())
    } else {
        Err(Error::Unexpected(format!(
            "these probes found something else than guard expects: {}",
            others.join(", ")
        )))
    }
}

fn tell(outcome: &Outcome) -> Result<()> {
    println!("\nfrom the call to the denial:");
    for (route, time) in &outcome.denied {
        println!("  {route:8} {}", time.map_or("never".to_owned(), |time| format!("{} s", time.as_secs())));
    }
    for (what, all) in [("dead letters", &outcome.dead_letters), ("left behind", &outcome.left)] {
        println!("{what}: {}", if all.is_empty() { "none".to_owned() } else { all.join(", ") });
    }
    if outcome.is_good() {
        Ok(())
    } else {
        Err(Error::Unexpected(
            "the trial has failed; the guide \"Troubleshooting\" says where to look".to_owned(),
        ))
    }
}
