//! `cargo xtask demo`: a leaked key is cut off, by the real provider, artifact and terraform, on the local AWS.

mod follow;
mod leak;
mod records;
mod rounds;
mod stage;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use guard_tests::{
    chain::Guard,
    cloud::{Backend, Cloud, Options},
    paths,
    terraform::Workspace,
};

use crate::{
    Error, Result, build,
    provider_file::ProviderFile,
    tools::{Set, Tools},
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Leave the local AWS up, with everything in it, until Ctrl-C
    #[arg(long)]
    keep: bool,
    /// How events reach a guard in another region: through the member account's bus in the hub's region, or
    /// in one hop
    #[arg(long, value_enum, default_value = "relay")]
    topology: Topology,
    /// Play these CloudTrail files instead of a leaked key
    #[arg(long, value_name = "DIR", requires = "guard")]
    records: Option<PathBuf>,
    /// A user to guard while records are played (repeatable)
    #[arg(long, value_name = "ACCOUNT/REGION/USER", requires = "records")]
    guard: Vec<Guard>,
    #[command(flatten)]
    provider: ProviderFile,
}

#[derive(Clone, Copy, ValueEnum)]
enum Topology {
    Relay,
    Direct,
}

impl Topology {
    fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Direct => "direct",
        }
    }
}

/// Builds, starts the local AWS, plays the story.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    Tools::bring(&[Set::Cloud])?;
    let provider = match arguments.provider.file()? {
        Some(released) => released,
        None => {
            stage::act("Building what you would install");
            build::everyday()?.provider
        }
    };
    stage::act("Starting the local AWS (clocks 60 times as fast as real)");
    let mut options = Options { backend: Backend::Ministack, speed: 60, ..Options::default() };
    options.accounts = arguments.guard.iter().map(|guard| guard.account.clone()).collect();
    options.accounts.sort();
    options.accounts.dedup();
    let mut cloud = Cloud::start_with(&options)?;
    let ready = cloud.ready();
    stage::note(&format!("{}, management account {}", ready.endpoint, ready.management_account));
    stage::note(&format!("member accounts {}", ready.member_accounts.join(", ")));
    stage::note(&format!("organization trail {} with the bucket {}", ready.trail, ready.bucket));
    let (topology, keep) = (arguments.topology.name(), arguments.keep);
    let workspace = Workspace::with_provider(&cloud.administrator(&ready.management_account), &provider)?;
    let played = match &arguments.records {
        None => leak::play(&cloud, workspace, topology, keep),
        Some(folder) => records::play(&cloud, workspace, topology, folder, &arguments.guard, keep),
    };
    match played {
        Ok(workspace) => {
            if arguments.keep {
                stage::kept(&cloud, &workspace)?;
                cloud.wait()?;
            }
            Ok(())
        }
        Err(error) => {
            eprintln!("\nthe local AWS's last words:\n{}", cloud.log_tail(15));
            Err(error)
        }
    }
}

/// `terraform destroy`, in short.
fn destroy(workspace: &Workspace) -> Result<()> {
    stage::act("terraform destroy");
    let said = workspace.destroy()?;
    stage::quote(said.lines().filter(|line| line.contains("Destroy") || line.contains("Destruction")));
    Ok(())
}

/// The number of objects of any kind in any account and region, which must be none.
fn count_what_is_left(cloud: &Cloud) -> Result<()> {
    let left = cloud.inventory()?;
    stage::note(&format!("{} objects left in all accounts and regions", left.len()));
    if left.is_empty() {
        Ok(())
    } else {
        Err(Error::Unexpected(format!("left behind:\n  {}", left.join("\n  "))))
    }
}

/// Where the example's files are.
fn example() -> PathBuf {
    paths::root().join("examples/organization")
}
