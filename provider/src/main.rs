//! The provider's process. The way on: `terraform/guard_iam_user.rs`, `chain::expand`, `engine`.

// The futures of the SDK are deeply nested types; the default limit is too low for their layout.
#![recursion_limit = "256"]

mod artifact;
mod aws;
mod builder;
mod chain;
mod diagram;
mod engine;
#[cfg(test)]
mod guides;
mod halt;
mod operations;
mod process;
mod terraform;

use std::{env, ffi::OsString, process::ExitCode};

use artifact::Artifact;
use process::Started;

fn main() -> ExitCode {
    match process::started() {
        Started::ForVersion => {
            println!("terraform-provider-guard v{}", Artifact::VERSION);
            ExitCode::SUCCESS
        }
        Started::ForDiagram => diagram::run(&env::args_os().skip(2).collect::<Vec<OsString>>()),
        Started::ByHand => {
            eprintln!(
                "This binary is a plugin: terraform or tofu starts it. Put it where they look for providers, or name its folder under dev_overrides, and run them. `terraform-provider-guard diagram FILE` draws the chain of a state or plan.\nterraform-provider-guard v{}, iam-guard/guard",
                Artifact::VERSION
            );
            ExitCode::FAILURE
        }
        Started::ByTerraform => serve(),
    }
}

fn serve() -> ExitCode {
    process::install_panics();
    if let Some(why) = process::logs_refused() {
        eprintln!("panic: {why}");
        return ExitCode::FAILURE;
    }
    process::install_logs();
    // The one crypto provider: ring, because Terraform's client certificate breaks the other's handshake.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("panic: a TLS crypto provider is installed already");
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            eprintln!("panic: the runtime can't be started: {cause}");
            return ExitCode::FAILURE;
        }
    };
    let served = runtime.block_on(async {
        process::survive_signals()?;
        let served = tf_provider::serve("guard", terraform::GuardProvider::default()).await;
        process::linger().await;
        served
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("panic: the provider can't be served: {cause}");
            ExitCode::FAILURE
        }
    }
}
