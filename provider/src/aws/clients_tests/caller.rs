//! Whose credentials they are.

use std::fs;

use aws_config::retry::RetryMode;
use aws_credential_types::provider::ProvideCredentials;

use super::super::reach::{Listener, Permitted, Settings};
use super::{ACCOUNT, connect, connected, file, sts_at};

#[tokio::test]
async fn only_a_permitted_account_is_connected_to() {
    let sts = Listener::of_account(ACCOUNT);
    let only = |account: &str| Permitted { only: vec![account.to_owned()], never: vec![] };
    let other = Settings { permitted: only("222222222222"), ..sts_at(&sts) };
    let refused = connect(&other).await.map(drop).expect_err("the account isn't allowed");
    assert_eq!(refused.argument(), Some("allowed_account_ids"));
    assert!(refused.to_string().contains(ACCOUNT), "{refused}");
    let never = Permitted { only: vec![], never: vec![ACCOUNT.to_owned()] };
    let refused =
        connect(&Settings { permitted: never, ..sts_at(&sts) }).await.map(drop).expect_err("forbidden");
    assert_eq!(refused.argument(), Some("forbidden_account_ids"));
    let accounts = connected(&Settings { permitted: only(ACCOUNT), ..sts_at(&sts) }).await;
    assert_eq!(accounts.caller().await.expect("it is known already"), ACCOUNT);
    assert_eq!(sts.heard().len(), 3, "the caller is asked for once a connection");
}

#[tokio::test]
async fn nobody_is_asked_who_the_caller_is_where_everybody_may() {
    let sts = Listener::of_account(ACCOUNT);
    connected(&sts_at(&sts)).await;
    assert!(sts.heard().is_empty());
}

#[tokio::test]
async fn the_blocks_files_and_profile_are_read() {
    let config =
        file("config", "[profile one]\nregion = eu-west-3\nmax_attempts = 4\nretry_mode = adaptive\n");
    let credentials = file("credentials", "[one]\naws_access_key_id = AKIDONE\naws_secret_access_key = x\n");
    let (config, credentials) = (config.display().to_string(), credentials.display().to_string());
    let settings = Settings {
        profile: Some("one".into()),
        config_files: vec![config.clone()],
        credentials_files: vec![credentials.clone()],
        ..Settings::default()
    };
    let accounts = connected(&settings).await;
    assert_eq!(accounts.region, "eu-west-3");
    let provider = accounts.config.credentials_provider().expect("there is a chain");
    let given = provider.provide_credentials().await.expect("the profile has keys");
    assert_eq!(given.access_key_id(), "AKIDONE");
    let retries = accounts.config.retry_config().expect("always");
    assert_eq!((retries.max_attempts(), retries.mode()), (4, RetryMode::Adaptive));

    let block = Settings { attempts: Some(2), retry_mode: Some(RetryMode::Standard), ..settings.clone() };
    let accounts = connected(&block).await;
    let retries = accounts.config.retry_config().expect("always");
    assert_eq!((retries.max_attempts(), retries.mode()), (2, RetryMode::Standard));

    let wrong = Settings { profile: Some("two".into()), ..settings };
    let refused = connect(&wrong).await.map(drop).expect_err("there is no such profile");
    assert_eq!(refused.argument(), Some("profile"));
    assert!(refused.to_string().contains("there are: ") && refused.to_string().contains("one"), "{refused}");
    for path in [config, credentials] {
        fs::remove_file(path).expect("it was written");
    }
}
