//! Where services are asked.

use crate::chain::Location;

use super::super::reach::{Endpoints, Listener, Proxies, Settings};
use super::{ACCOUNT, connected, first, settings};

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
