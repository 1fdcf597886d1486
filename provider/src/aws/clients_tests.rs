//! What the provider block's arguments change on the wire, or in the SDK's configuration.

mod caller;
mod endpoints;
mod roles;
mod transport;

use std::{fs, path::PathBuf};

use super::reach::{Endpoints, Environment, Listener, Settings};
use super::{AccessError, Accounts};

const ACCOUNT: &str = "111111111111";
const ROLE: &str = "arn:aws:iam::111111111111:role/terraform";

/// Keys and a region, so that nothing of the machine's counts; a failed call isn't tried again.
fn settings() -> Settings {
    Settings {
        region: Some("us-east-1".into()),
        access_key: Some("AKIDEXAMPLE".into()),
        secret_key: Some("secret".into()),
        attempts: Some(1),
        member_role: "Member".into(),
        terraform_version: "1.11.4".into(),
        ..Settings::default()
    }
}

fn sts_at(listener: &Listener) -> Settings {
    Settings { endpoints: Endpoints { sts: Some(listener.url()), ..Endpoints::default() }, ..settings() }
}

async fn connect(settings: &Settings) -> Result<Accounts, AccessError> {
    Accounts::connect(settings, &Environment::default()).await
}

async fn connected(settings: &Settings) -> Accounts {
    connect(settings).await.unwrap_or_else(|error| panic!("{error}"))
}

/// What the listener heard first.
fn first(listener: &Listener) -> String {
    listener.heard().first().cloned().expect("it was asked")
}

/// A shared file of a test.
fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("guard-{}-{name}", std::process::id()));
    fs::write(&path, text).expect("there is a folder for such files");
    path
}
