//! Where it is measured: a fresh local AWS with users to guard, and a workspace that runs the released
//! provider.

use std::{fs, path::Path, sync::Arc};

use guard_tests::{
    chain::Guard,
    cloud::{Backend, Cloud, Options, Request},
    terraform::Workspace,
    world::{Block, World},
};

use super::{counted::Counted, process};
use crate::{Error, Result};

/// Two accounts besides the usual three members make five.
const MORE_ACCOUNTS: [&str; 2] = ["555555555555", "666666666666"];
const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "eu-central-1"];

pub(super) struct Stage {
    world: World,
    guards: Vec<(String, Guard)>,
}

impl Stage {
    /// A stage for up to so many guards of one account and region.
    pub(super) fn new(provider: &Path, guards: usize) -> Result<Self> {
        Self::with(provider, &[], guards, |index, accounts| {
            Guard::new(&accounts[0], "eu-west-1", &format!("script-{index}"))
        })
    }

    /// A stage for up to so many guards in five accounts and three regions.
    pub(super) fn spread(provider: &Path, guards: usize) -> Result<Self> {
        Self::with(provider, &MORE_ACCOUNTS, guards, |index, accounts| {
            let (account, region) = (&accounts[index % accounts.len()], REGIONS[index % REGIONS.len()]);
            Guard::new(account, region, &format!("script-{index}"))
        })
    }

    fn with(
        provider: &Path,
        accounts: &[&str],
        guards: usize,
        guard: impl Fn(usize, &[String]) -> Guard,
    ) -> Result<Self> {
        let accounts = accounts.iter().map(|&account| account.to_owned()).collect();
        let options = Options { backend: Backend::Ministack, speed: 60, accounts, ..Options::default() };
        let cloud = Cloud::start_with(&options)?;
        let caller = cloud.administrator(&cloud.ready().management_account);
        let terraform = Workspace::with_provider(&caller, provider)?;
        let guards: Vec<_> = (0..guards)
            .map(|index| (format!("script_{index}"), guard(index, &cloud.ready().member_accounts)))
            .collect();
        guards.iter().try_for_each(|(_, guard)| cloud.hire(guard))?;
        Ok(Self { world: World { cloud: Arc::new(cloud), terraform, caller }, guards })
    }

    /// Writes a configuration with the first so many guards.
    pub(super) fn configure(&self, guards: usize) -> Result<()> {
        let blocks: Vec<_> =
            self.guards[..guards].iter().map(|(name, guard)| Block::new(name, guard)).collect();
        Ok(self.world.configure(&blocks)?)
    }

    /// Runs terraform, which has to succeed, and counts the provider's requests.
    pub(super) fn counted(&self, args: &[&str]) -> Result<Counted> {
        Ok(Counted::of(&self.recorded(args)?))
    }

    /// Runs terraform, which has to succeed; every request meanwhile.
    pub(super) fn recorded(&self, args: &[&str]) -> Result<Vec<Request>> {
        let (since, _) = self.world.cloud.requests(u64::MAX)?;
        self.world.terraform.run(&[&args[..1], &["-input=false", "-no-color"], &args[1..]].concat())?;
        Ok(self.world.cloud.requests(since)?.1)
    }

    /// The size of the state, in bytes.
    pub(super) fn state_size(&self) -> Result<Option<u64>> {
        let state = self.world.terraform.path().join("terraform.tfstate");
        let state = fs::metadata(state).map_err(Error::io("looking at the state"))?;
        Ok(Some(state.len()))
    }

    /// The most memory that the provider held while it built, planned and removed all guards, in bytes.
    pub(super) fn peak_memory(&self) -> Result<Option<u64>> {
        self.configure(self.guards.len())?;
        let mut peak = None;
        for args in [&["apply", "-auto-approve"][..], &["plan"], &["destroy", "-auto-approve"]] {
            let args = [&args[..1], &["-input=false", "-no-color"], &args[1..]].concat();
            peak = peak.max(process::peak_memory(self.world.terraform.spawn(&args)?)?);
        }
        Ok(peak)
    }
}
