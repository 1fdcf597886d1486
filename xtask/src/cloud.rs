//! `cargo xtask cloud`: the local AWS in the foreground.

use std::{fs, path::Path, thread, time::Duration};

use clap::{Args, ValueEnum};
use guard_tests::{
    aws,
    cloud::{self, Backend, Options, Ready},
    paths, terraform,
};

use crate::{
    Error, Result, build,
    provider_file::ProviderFile,
    tools::{Set, Tools},
};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 4566)]
    port: u16,
    /// The emulator under our layer
    #[arg(long, value_enum, default_value = "ministack")]
    backend: BackendName,
    /// How many times faster than real alarms, retries and IAM propagation run
    #[arg(long, default_value_t = 1)]
    speed: u32,
    /// A member account besides the usual ones (repeatable)
    #[arg(long, value_name = "ID")]
    account: Vec<String>,
    #[command(flatten)]
    provider: ProviderFile,
}

#[derive(Clone, Copy, ValueEnum)]
enum BackendName {
    Ministack,
    Moto,
}

impl From<BackendName> for Backend {
    fn from(name: BackendName) -> Self {
        match name {
            BackendName::Ministack => Self::Ministack,
            BackendName::Moto => Self::Moto,
        }
    }
}

/// Starts it and waits until it ends: Ctrl-C reaches it too.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let mut sets = vec![Set::Cloud];
    if matches!(arguments.backend, BackendName::Moto) {
        sets.push(Set::Test);
    }
    Tools::bring(&sets)?;
    let provider = match arguments.provider.file()? {
        Some(released) => released,
        None => build::folder()?.join(paths::PROVIDER),
    };
    let folder = paths::root().join(".tools/cloud");
    fs::create_dir_all(&folder).map_err(Error::io("making .tools/cloud"))?;
    let ready_file = folder.join("ready.json");
    let _ = fs::remove_file(&ready_file);
    let options = Options {
        port: arguments.port,
        backend: arguments.backend.into(),
        speed: arguments.speed,
        accounts: arguments.account.clone(),
    };
    let mut child = cloud::command(&options, &ready_file, &folder.join("cloud.log"))?
        .arg("--with-parent")
        .spawn()
        .map_err(Error::io("starting the local AWS"))?;
    let ready: Ready = loop {
        let text = fs::read_to_string(&ready_file).unwrap_or_default();
        if let Ok(ready) = serde_json::from_str(&text) {
            break ready;
        }
        if let Some(status) = child.try_wait().map_err(Error::io("waiting for the local AWS"))? {
            return Err(Error::Unexpected(format!("the local AWS ended with {status}")));
        }
        thread::sleep(Duration::from_millis(50));
    };
    explain(&ready, &folder, &provider)?;
    child.wait().map(drop).map_err(Error::io("waiting for the local AWS"))
}

/// Says how to use it from another terminal.
fn explain(ready: &Ready, folder: &Path, provider: &Path) -> Result<()> {
    let overrides = folder.join("dev.tfrc");
    fs::write(&overrides, terraform::overrides(provider.parent().unwrap_or(folder)))
        .map_err(Error::io("writing dev.tfrc"))?;
    println!(
        "
The local AWS is ready: management account {management}, member accounts {members},
organization trail {trail} with the bucket {bucket} in {region}.

The AWS CLI and terraform, in another terminal:

  export AWS_ENDPOINT_URL={endpoint} AWS_REGION={region} AWS_DEFAULT_REGION={region}
  export AWS_ACCESS_KEY_ID={management} AWS_SECRET_ACCESS_KEY=any   # an account's id is its administrator
  export TF_CLI_CONFIG_FILE={overrides}   # the provider of `cargo xtask build`, or of --provider
  alias aws='{client}'   # if there is no AWS CLI

  provider \"guard\" {{
    region = \"{region}\"
  }}

With TF_CLI_CONFIG_FILE no `terraform init` is needed. What happened to events: {endpoint}/_cloud/trace,
what exists: {endpoint}/_cloud/inventory. Ctrl-C ends it.",
        management = ready.management_account,
        members = ready.member_accounts.join(", "),
        trail = ready.trail,
        bucket = ready.bucket,
        region = ready.hub_region,
        endpoint = ready.endpoint,
        client = aws::by_hand()?,
        overrides = overrides.display(),
    );
    Ok(())
}
