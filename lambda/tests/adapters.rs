//! The AWS clients against answers as AWS gives them.

use std::sync::{Arc, Mutex};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::test_util::infallible_client_fn;
use aws_smithy_types::body::SdkBody;
use aws_types::{SdkConfig, region::Region};
use guard_contract::{Mark, Signal};
use guard_lambda::{
    clients,
    filter::{Body, Event, EventSink, ObjectSource, WatchSource, aws::Bucket, aws::Bus, aws::Parameters},
    responder::{DenyError, RuleBook, UserDenier, aws::Iam, aws::Rules},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// Method, URL and body of each request.
type Requests = Arc<Mutex<Vec<(String, String, String)>>>;

/// Clients to an AWS that always gives this answer.
fn aws(status: u16, answer: &'static str) -> (SdkConfig, Requests) {
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    let http = infallible_client_fn(move |request: http::Request<SdkBody>| {
        let body = request.body().bytes().unwrap_or_default();
        seen.lock().expect("not poisoned").push((
            request.method().to_string(),
            request.uri().to_string(),
            String::from_utf8_lossy(body).into_owned(),
        ));
        http::Response::builder().status(status).body(answer).expect("a response")
    });
    let credentials = Credentials::new("AKIAEXAMPLE", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(aws_sdk_s3::config::retry::RetryConfig::disabled())
        .http_client(http)
        .endpoint_url("http://localhost:4566")
        .build();
    (config, requests)
}

fn only(requests: &Requests) -> (String, String, String) {
    let requests = requests.lock().expect("not poisoned");
    assert_eq!(requests.len(), 1);
    requests[0].clone()
}

fn event() -> Event {
    Event {
        time: OffsetDateTime::from_unix_timestamp(1_767_323_045).ok(),
        resource: "arn:aws:iam::222222222222:user/backup".into(),
        detail: r#"{"a":1}"#.into(),
        mark: Mark {
            version: 1,
            account: "222222222222".into(),
            user: "backup".into(),
            signals: vec![Signal::AccessDenied],
            truncated: false,
        },
    }
}

const BUS: &str = "arn:aws:events:eu-west-1:111111111111:event-bus/guard-bus";

#[tokio::test]
async fn an_object_is_got_path_style_behind_an_endpoint_and_its_key_is_encoded() {
    let (config, requests) = aws(200, "body");
    let mut body = Bucket(clients::s3(&config)).open("trail", "a b+c=d/é").await.expect("opened");
    assert_eq!(Body::next(&mut body).await.expect("a chunk").as_deref(), Some(&b"body"[..]));
    assert_eq!(Body::next(&mut body).await.expect("the end"), None);
    let (method, url, _) = only(&requests);
    assert_eq!(method, "GET");
    assert!(url.starts_with("http://localhost:4566/trail/a%20b%2Bc%3Dd/%C3%A9"), "{url}");
}

#[tokio::test]
async fn an_object_that_may_not_be_read_is_refused_with_awss_code() {
    let (config, _) = aws(403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
    let refusal = Bucket(clients::s3(&config)).open("trail", "a").await.expect_err("refused");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("AccessDenied", "Access Denied"));
}

#[tokio::test]
async fn entries_carry_bus_source_type_time_and_user_and_failures_come_back_in_order() {
    let (config, requests) = aws(
        200,
        r#"{"FailedEntryCount":1,"Entries":[{"EventId":"1"},{"ErrorCode":"InternalFailure","ErrorMessage":"sorry"}]}"#,
    );
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&config), BUS.into());
    let answers = bus.put(&[event(), event()]).await.expect("answered");
    assert_eq!(answers[0], Ok(()));
    let refusal = answers[1].as_ref().expect_err("failed");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("InternalFailure", "sorry"));
    let body: Value = serde_json::from_str(&only(&requests).2).expect("JSON");
    let expected = json!({"EventBusName": BUS, "Source": "guard.cloudtrail", "DetailType": "CloudTrail Signal",
        "Time": 1_767_323_045, "Resources": ["arn:aws:iam::222222222222:user/backup"], "Detail": "{\"a\":1}"});
    assert_eq!(body["Entries"][0], expected);
}

#[tokio::test]
async fn a_request_that_is_refused_as_a_whole_comes_back_with_awss_code() {
    let (config, _) = aws(400, r#"{"__type":"AccessDeniedException","message":"not you"}"#);
    let bus = Bus::new(aws_sdk_eventbridge::Client::new(&config), BUS.into());
    let refusal = bus.put(&[event()]).await.expect_err("refused");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("AccessDeniedException", "not you"));
}

/// An AWS that gives these answers, one after the other, and the last one for ever.
fn aws_of(answers: &'static [&'static str]) -> (SdkConfig, Requests) {
    let (config, requests) = aws(200, "");
    let seen = Arc::clone(&requests);
    let http = infallible_client_fn(move |request: http::Request<SdkBody>| {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let mut seen = seen.lock().expect("not poisoned");
        let answer = answers[seen.len().min(answers.len() - 1)];
        seen.push((request.method().to_string(), request.uri().to_string(), body));
        http::Response::builder().status(200).body(answer).expect("a response")
    });
    (config.into_builder().http_client(http).build(), requests)
}

#[tokio::test]
async fn every_page_of_a_paths_parameters_is_listed() {
    let (config, requests) = aws_of(&[
        r#"{"Parameters":[{"Name":"/guard/watches/a","Value":"1"}],"NextToken":"more"}"#,
        r#"{"Parameters":[],"NextToken":"and more"}"#,
        r#"{"Parameters":[{"Name":"/guard/watches/b","Value":"2"},{"Name":"/guard/watches/c"}]}"#,
    ]);
    let parameters = Parameters(aws_sdk_ssm::Client::new(&config));
    let all = parameters.list("/guard/watches").await.expect("listed");
    let expected = [("/guard/watches/a", "1"), ("/guard/watches/b", "2"), ("/guard/watches/c", "")];
    assert_eq!(all, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let requests = requests.lock().expect("not poisoned");
    let bodies: Vec<Value> =
        requests.iter().map(|request| serde_json::from_str(&request.2).expect("JSON")).collect();
    assert_eq!(bodies.len(), 3);
    assert_eq!(
        bodies[0],
        json!({"Path": "/guard/watches", "Recursive": true, "MaxResults": 10, "WithDecryption": false})
    );
    assert_eq!((&bodies[1]["NextToken"], &bodies[2]["NextToken"]), (&json!("more"), &json!("and more")));
}

#[tokio::test]
async fn parameters_that_may_not_be_read_are_refused_with_awss_code() {
    let (config, _) = aws(400, r#"{"__type":"AccessDeniedException","message":"not you"}"#);
    let parameters = Parameters(aws_sdk_ssm::Client::new(&config));
    let refusal = parameters.list("/guard/watches").await.expect_err("refused");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("AccessDeniedException", "not you"));
}

#[tokio::test]
async fn a_rules_pattern_is_read_from_its_bus() {
    let (config, requests) = aws(200, r#"{"Name":"r","EventPattern":"{\"source\":[\"x\"]}"}"#);
    let rules = Rules(aws_sdk_eventbridge::Client::new(&config));
    assert_eq!(rules.pattern("guard-bus", "r").await.expect("read"), r#"{"source":["x"]}"#);
    let body: Value = serde_json::from_str(&only(&requests).2).expect("JSON");
    assert_eq!(body, json!({"Name": "r", "EventBusName": "guard-bus"}));
}

fn iam(status: u16, answer: &'static str) -> (Iam, Requests) {
    let (config, requests) = aws(status, answer);
    (Iam(aws_sdk_iam::Client::new(&config)), requests)
}

const ATTACHED: &str = "<ListAttachedUserPoliciesResponse><ListAttachedUserPoliciesResult><AttachedPolicies>\
    <member><PolicyName>AWSDenyAll</PolicyName><PolicyArn>arn:aws:iam::aws:policy/AWSDenyAll</PolicyArn></member>\
    </AttachedPolicies><IsTruncated>false</IsTruncated></ListAttachedUserPoliciesResult>\
    </ListAttachedUserPoliciesResponse>";

#[tokio::test]
async fn the_managed_policy_is_attached_and_seen() {
    let (iam_, requests) = iam(200, "<AttachUserPolicyResponse/>");
    iam_.attach("back+up").await.expect("attached");
    let body = only(&requests).2;
    assert!(body.contains("UserName=back%2Bup"), "{body}");
    assert!(body.contains("PolicyArn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FAWSDenyAll"), "{body}");
    assert_eq!(iam(200, ATTACHED).0.is_attached("backup").await, Ok(true));
}

#[tokio::test]
async fn the_inline_policy_is_put_and_read_as_it_was_put() {
    let (iam_, requests) = iam(200, "<PutUserPolicyResponse/>");
    iam_.put_inline("backup").await.expect("put");
    assert!(only(&requests).2.contains("PolicyName=guard-deny-all"));
    let answer = "<GetUserPolicyResponse><GetUserPolicyResult><UserName>backup</UserName>\
        <PolicyName>guard-deny-all</PolicyName><PolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement\
        %22%3A%5B%7B%22Effect%22%3A%22Deny%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D\
        </PolicyDocument></GetUserPolicyResult></GetUserPolicyResponse>";
    let document = iam(200, answer).0.inline("backup").await.expect("read");
    assert_eq!(document.as_deref(), Some(guard_contract::INLINE_DENY_DOCUMENT));
}

#[tokio::test]
async fn iams_errors_are_told_apart() {
    let gone =
        "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>gone</Message></Error></ErrorResponse>";
    let full =
        "<ErrorResponse><Error><Code>LimitExceeded</Code><Message>full</Message></Error></ErrorResponse>";
    let other =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    assert_eq!(iam(404, gone).0.attach("x").await, Err(DenyError::NoSuchEntity("gone".into())));
    assert_eq!(iam(404, gone).0.is_attached("x").await, Err(DenyError::NoSuchEntity("gone".into())));
    assert_eq!(iam(404, gone).0.inline("x").await, Ok(None));
    assert_eq!(iam(409, full).0.attach("x").await, Err(DenyError::LimitExceeded("full".into())));
    assert!(
        matches!(iam(403, other).0.attach("x").await, Err(DenyError::Other(refusal)) if refusal.code == "AccessDenied")
    );
}

#[tokio::test]
async fn a_strange_answer_is_told_without_its_body() {
    let refusal = match iam(200, "<Strange>a secret</Strange>").0.is_attached("x").await {
        Err(DenyError::Other(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    assert!(!refusal.message.is_empty());
    assert!(!refusal.message.contains("a secret"), "{}", refusal.message);
}
