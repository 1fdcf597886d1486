//! How requests travel, and what they say of who sends them.

use std::fs;

use super::super::Accounts;
use super::super::reach::{Endpoints, Environment, Listener, Proxies, Settings};
use super::{ACCOUNT, connected, file, first, settings, sts_at};

#[tokio::test]
async fn the_user_agent_names_terraform_the_provider_and_what_is_added() {
    let sts = Listener::of_account(ACCOUNT);
    let environment = Environment::of(&[("TF_APPEND_USER_AGENT", "Jenkins/7 (nightly\u{7})")]);
    let settings = Settings { products: vec!["Pipeline/3".into()], ..sts_at(&sts) };
    let accounts = Accounts::connect(&settings, &environment).await.unwrap_or_else(|error| panic!("{error}"));
    accounts.caller().await.expect("it answers");
    let heard = first(&sts);
    let agent = heard.lines().find(|line| line.starts_with("user-agent: ")).expect("every request has one");
    let version = env!("CARGO_PKG_VERSION");
    let end = format!("Terraform/1.11.4 terraform-provider-guard/{version} Pipeline/3 Jenkins/7 (nightly)");
    assert!(agent.starts_with("user-agent: aws-sdk-rust/") && agent.ends_with(&end), "{agent}");
    assert!(agent.contains(&format!("app/guard-{version}")), "{agent}");
}

#[tokio::test]
async fn another_application_id_is_left_to_the_sdk() {
    let environment = Environment::of(&[("AWS_SDK_UA_APP_ID", "mine")]);
    let accounts =
        Accounts::connect(&settings(), &environment).await.unwrap_or_else(|error| panic!("{error}"));
    // The SDK reads the process's own variable, which the test doesn't have.
    assert!(accounts.config.app_name().is_none());
}

#[tokio::test]
async fn a_proxy_is_asked_for_what_is_not_on_this_machine() {
    let proxy = Listener::of_account(ACCOUNT);
    let proxies = |without: Option<&str>| Proxies {
        http: Some(proxy.url().replace("http://", "http://me:word@")),
        https: None,
        without: without.map(str::to_owned),
    };
    let away = |without| Settings {
        proxies: proxies(without),
        endpoints: Endpoints { sts: Some("http://sts.invalid".into()), ..Endpoints::default() },
        ..settings()
    };
    assert_eq!(connected(&away(None)).await.caller().await.expect("the proxy answers"), ACCOUNT);
    let heard = first(&proxy);
    assert!(heard.starts_with("POST http://sts.invalid/ "), "{heard}");
    assert!(heard.contains("proxy-authorization: Basic bWU6d29yZA=="), "{heard}");
    assert!(connected(&away(Some("example.com,.invalid"))).await.caller().await.is_err());
    let here = Listener::of_account("222222222222");
    let local = Settings { proxies: proxies(None), ..sts_at(&here) };
    assert_eq!(connected(&local).await.caller().await.expect("it answers"), "222222222222");
    assert_eq!(proxy.heard().len(), 1);
}

#[tokio::test]
async fn https_goes_through_its_own_proxy() {
    let (http, https) = (Listener::answering("403 Forbidden", ""), Listener::answering("403 Forbidden", ""));
    let proxies = Proxies { http: Some(http.url()), https: Some(https.url()), without: None };
    let refused = connected(&Settings { proxies, ..settings() }).await.caller().await.map(str::to_owned);
    refused.expect_err("the proxy lets nobody through");
    assert!(first(&https).starts_with("CONNECT sts.us-east-1.amazonaws.com:443"), "{}", first(&https));
    assert!(http.heard().is_empty());
}

#[tokio::test]
async fn a_call_is_tried_as_often_as_the_argument_says() {
    let sts = Listener::answering("503 Service Unavailable", "");
    let settings = Settings { attempts: Some(2), ..sts_at(&sts) };
    connected(&settings).await.caller().await.map(drop).expect_err("it is unavailable");
    assert_eq!(sts.heard().len(), 2);
}

#[tokio::test]
async fn the_metadata_service_is_left_alone() {
    let metadata = Listener::answering("404 Not Found", "");
    let url = metadata.url();
    let environment = Environment::of(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)]);
    // Its address is STS's here: whatever asks there is stopped.
    let accounts = |skip_metadata| {
        let settings = Settings { skip_metadata, ..sts_at(&metadata) };
        let environment = environment.clone();
        async move { Accounts::connect(&settings, &environment).await.unwrap_or_else(|error| panic!("{error}")) }
    };
    let refused = accounts(Some(true)).await.caller().await.map(drop).expect_err("nobody may ask there");
    assert!(refused.to_string().contains("skip_metadata_api_check"), "{refused}");
    assert!(metadata.heard().is_empty());
    accounts(Some(false)).await.caller().await.map(drop).expect_err("there is no STS");
    assert_eq!(metadata.heard().len(), 1);
}

#[tokio::test]
async fn a_bundle_is_trusted_in_place_of_the_systems_certificates() {
    let (sts, certificate) = Listener::with_certificate("403 Forbidden", "");
    connected(&sts_at(&sts)).await.caller().await.map(drop).expect_err("nobody has signed its certificate");
    assert!(sts.heard().is_empty(), "a request went to somebody who isn't trusted");
    let bundle = file("bundle.pem", &certificate);
    let settings = Settings { ca_bundle: Some(bundle.display().to_string()), ..sts_at(&sts) };
    connected(&settings).await.caller().await.map(drop).expect_err("it lets nobody in");
    let environment = Environment::of(&[("AWS_CA_BUNDLE", &bundle.display().to_string())]);
    let accounts =
        Accounts::connect(&sts_at(&sts), &environment).await.unwrap_or_else(|error| panic!("{error}"));
    accounts.caller().await.map(drop).expect_err("it lets nobody in");
    fs::remove_file(bundle).expect("it was written");
    assert_eq!(sts.heard().len(), 2, "the argument, then the variable");
}
