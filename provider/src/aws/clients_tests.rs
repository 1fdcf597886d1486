//! What the provider block's arguments change on the wire, or in the SDK's configuration.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use aws_config::retry::RetryMode;
use aws_credential_types::provider::ProvideCredentials;

use crate::chain::Location;

use super::credentials::{Role, Session};
use super::reach::{Endpoints, Environment, Listener, Permitted, Proxies, Settings};
use super::web_identity::{Token, WebIdentity};
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
async fn sts_is_asked_in_its_region_and_at_its_kind_of_endpoint() {
    let asked = async |more: fn(Settings) -> Settings| {
        let proxy = Listener::answering("403 Forbidden", "");
        let proxies = Proxies { https: Some(proxy.url()), ..Proxies::default() };
        let _ = connected(&more(Settings { proxies, ..settings() })).await.caller().await;
        first(&proxy).lines().next().unwrap_or_default().to_owned()
    };
    let region = |settings| Settings { sts_region: Some("eu-west-1".into()), ..settings };
    assert!(asked(region).await.contains("sts.eu-west-1.amazonaws.com"));
    let fips = |settings| Settings { fips: Some(true), ..settings };
    assert!(asked(fips).await.contains("sts-fips.us-east-1.amazonaws.com"));
    let dual_stack = |settings| Settings { dual_stack: Some(true), ..settings };
    assert!(asked(dual_stack).await.contains("sts.us-east-1.api.aws"));
}

#[tokio::test]
async fn a_service_with_an_endpoint_of_its_own_is_asked_there() {
    let here = Listener::answering("403 Forbidden", "");
    let url = || Some(here.url());
    let all = Endpoints {
        cloudtrail: url(),
        cloudwatch: url(),
        events: url(),
        iam: url(),
        lambda: url(),
        logs: url(),
        tagging: url(),
        s3: url(),
        sns: url(),
        sqs: url(),
        ssm: url(),
        sts: None,
    };
    // With FIPS the SDK would refuse a URL, so it is off where there is one.
    let accounts = connected(&Settings { endpoints: all, fips: Some(true), ..settings() }).await;
    accounts.caller.set(ACCOUNT.to_owned()).expect("nobody has asked");
    let site = accounts.site(&Location::new(ACCOUNT, "eu-west-1")).await.expect("it is the caller's");
    let heard = async |call: &str, asked: &mut usize| {
        *asked += 1;
        assert_eq!(here.heard().len(), *asked, "{call} did not go there: {:?}", here.heard());
    };
    let mut asked = 0;
    let _ = site.cloudtrail.list_trails().send().await;
    heard("cloudtrail", &mut asked).await;
    let _ = site.cloudwatch.describe_alarms().send().await;
    heard("cloudwatch", &mut asked).await;
    let _ = site.events.list_event_buses().send().await;
    heard("events", &mut asked).await;
    let _ = site.iam.list_roles().send().await;
    heard("iam", &mut asked).await;
    let _ = site.lambda.list_functions().send().await;
    heard("lambda", &mut asked).await;
    let _ = site.logs.describe_log_groups().send().await;
    heard("logs", &mut asked).await;
    let _ = site.tagging.get_resources().send().await;
    heard("tagging", &mut asked).await;
    let _ = site.sns.list_topics().send().await;
    heard("sns", &mut asked).await;
    let _ = site.sqs.list_queues().send().await;
    heard("sqs", &mut asked).await;
    let _ = site.ssm.describe_parameters().send().await;
    heard("ssm", &mut asked).await;
    let _ = site.s3.get_bucket_notification_configuration().bucket("logs").send().await;
    heard("s3", &mut asked).await;
    let last = here.heard().pop().expect("S3 was asked");
    assert!(last.starts_with("GET /logs/?notification"), "the bucket is in the path: {last}");
    assert_eq!(site.endpoint, url(), "a queue's URL is at its service");
}

#[tokio::test]
async fn a_bucket_is_in_the_path_only_where_that_is_asked_for() {
    let asked = async |path_style| {
        let proxy = Listener::answering("403 Forbidden", "");
        let proxies = Proxies { http: Some(proxy.url()), ..Proxies::default() };
        let endpoints = Endpoints { s3: Some("http://s3.invalid".into()), ..Endpoints::default() };
        let settings = Settings { proxies, endpoints, path_style, ..settings() };
        let accounts = connected(&settings).await;
        accounts.caller.set(ACCOUNT.to_owned()).expect("nobody has asked");
        let site = accounts.site(&Location::new(ACCOUNT, "us-east-1")).await.expect("it is the caller's");
        let _ = site.s3.get_bucket_notification_configuration().bucket("logs").send().await;
        first(&proxy).lines().next().unwrap_or_default().to_owned()
    };
    assert!(asked(Some(false)).await.contains("http://logs.s3.invalid/"));
    assert!(asked(Some(true)).await.contains("http://s3.invalid/logs"));
}

/// What STS is told, as `Name=value`.
fn parameters(request: &str) -> Vec<String> {
    let body = request.split("\r\n\r\n").nth(1).unwrap_or_default();
    body.split('&').map(str::to_owned).collect()
}

#[tokio::test]
async fn a_role_is_assumed_with_all_that_the_block_says() {
    let sts = Listener::answering("403 Forbidden", "");
    let role = Role {
        session: Session {
            arn: ROLE.into(),
            name: "me".into(),
            length: Some(Duration::from_secs(5400)),
            policy: Some("{}".into()),
            policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".into()],
        },
        external_id: Some("ext".into()),
        source_identity: Some("you".into()),
        tags: BTreeMap::from([("team".into(), "security".into())]),
        transitive_tag_keys: vec!["team".into()],
    };
    let _ = connected(&Settings { assume_role: Some(role), ..sts_at(&sts) }).await.caller().await;
    let told = parameters(&first(&sts));
    for parameter in [
        "Action=AssumeRole",
        "RoleArn=arn%3Aaws%3Aiam%3A%3A111111111111%3Arole%2Fterraform",
        "RoleSessionName=me",
        "DurationSeconds=5400",
        "Policy=%7B%7D",
        "PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess",
        "ExternalId=ext",
        "SourceIdentity=you",
        "Tags.member.1.Key=team",
        "Tags.member.1.Value=security",
        "TransitiveTagKeys.member.1=team",
    ] {
        assert!(told.iter().any(|other| other == parameter), "{parameter} is not in {told:?}");
    }
}

#[tokio::test]
async fn a_plain_role_is_assumed_with_nothing_else() {
    let sts = Listener::answering("403 Forbidden", "");
    let role = Some(Role::plain(ROLE.into()));
    let _ = connected(&Settings { assume_role: role, ..sts_at(&sts) }).await.caller().await;
    let told = parameters(&first(&sts));
    assert_eq!(told.len(), 4, "action, version, role and session: {told:?}");
}

#[tokio::test]
async fn a_token_stands_for_credentials() {
    let sts = Listener::answering("403 Forbidden", "");
    let token = file("token", "of-the-file\n");
    let identity = WebIdentity {
        arn: Some(ROLE.into()),
        name: Some("me".into()),
        token: Some(Token::File(token.display().to_string())),
        length: Some(Duration::from_secs(900)),
        policy: Some("{}".into()),
        policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".into()],
    };
    let settings = Settings {
        access_key: None,
        secret_key: None,
        web_identity: Some(identity),
        // What is assumed next is asked for with what the token gives, so it isn't asked here.
        assume_role: Some(Role::plain(ROLE.into())),
        ..sts_at(&sts)
    };
    let _ = connected(&settings).await.caller().await;
    fs::remove_file(token).expect("it was written");
    let request = first(&sts);
    assert!(!request.contains("authorization:"), "it is not signed: {request}");
    let told = parameters(&request);
    for parameter in [
        "Action=AssumeRoleWithWebIdentity",
        "WebIdentityToken=of-the-file",
        "RoleSessionName=me",
        "DurationSeconds=900",
        "Policy=%7B%7D",
        "PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess",
    ] {
        assert!(told.iter().any(|other| other == parameter), "{parameter} is not in {told:?}");
    }
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
