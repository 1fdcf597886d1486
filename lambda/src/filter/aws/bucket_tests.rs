use std::{
    io::{Read, Write},
    sync::{Arc, Mutex},
    time::{Duration, UNIX_EPOCH},
};

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::config::{BehaviorVersion, StalledStreamProtectionConfig, retry::RetryConfig};
use aws_types::region::Region;

use super::*;
use crate::filter::Body;

#[path = "../../../tests/transport/mod.rs"]
mod transport;

fn credentials(token: Option<&str>) -> Credentials {
    Credentials::new("AKIAEXAMPLE", "secret", token.map(str::to_owned), None, "test")
}

type Requests = Arc<Mutex<Vec<http::Request<SdkBody>>>>;

/// An S3 that gives these answers, one after the other, and the last one for ever.
fn s3(region: &'static str, answers: &'static [(u16, &'static str)]) -> (SdkConfig, Requests) {
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    let http = transport::answering(move |request: http::Request<SdkBody>| {
        let mut seen = seen.lock().expect("not poisoned");
        let (status, body) = answers[seen.len().min(answers.len() - 1)];
        seen.push(request);
        http::Response::builder().status(status).body(body).expect("a response")
    });
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials(Some("token"))))
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::ZERO))
        .http_client(http)
        .build();
    (config, requests)
}

const OBJECT: &[(u16, &str)] = &[(200, "body")];

/// Method, URL without what tells S3 the operation's name, and the names of the signed headers.
fn said(request: &http::Request<SdkBody>) -> (String, String, String, Option<String>) {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let url = request.uri().to_string();
    let scope = header("authorization").and_then(|it| Some(it.split_once(',')?.0.to_owned()));
    let url = url.strip_suffix("?x-id=GetObject").unwrap_or(&url).to_owned();
    (request.method().to_string(), url, scope.unwrap_or_default(), header("x-amz-security-token"))
}

#[tokio::test]
async fn an_object_is_asked_for_as_the_sdks_client_asks() {
    let every: String = (' '..='~').chain("éß漢🦀".chars()).collect();
    let keys = ["AWSLogs/1/CloudTrail/x.json.gz", "/a//b/", "a/../b/./c", "a b+c=d?e#f%20&g", &every];
    for region in ["us-east-1", "eu-west-1", "ap-southeast-7", "cn-north-1", "us-gov-west-1"] {
        let long = "a".repeat(63);
        for bucket in [
            "trail",
            "trail.example.com",
            "a-1",
            "My_Trail",
            "Trail",
            "-a-",
            "ab",
            &long,
            &format!("{long}a"),
        ] {
            for endpoint in [None, Some("http://localhost:4566"), Some("http://localhost:4566/")] {
                for key in keys {
                    let (mut config, requests) = s3(region, OBJECT);
                    if let Some(endpoint) = endpoint {
                        config = config.into_builder().endpoint_url(endpoint).build();
                    }
                    let theirs = aws_sdk_s3::config::Builder::from(&config);
                    let theirs = theirs.force_path_style(endpoint.is_some()).build();
                    let theirs = aws_sdk_s3::Client::from_conf(theirs);
                    let sent = theirs.get_object().bucket(bucket).key(key).send().await;
                    sent.unwrap_or_else(|error| panic!("{region} {bucket} {key}: {error:?}"));
                    Bucket::new(&config.into()).open(bucket, key).await.expect("sent");
                    let requests = requests.lock().expect("not poisoned");
                    assert_eq!(said(&requests[1]), said(&requests[0]), "{region} {bucket} {key}");
                }
            }
        }
    }
}

/// The signatures are botocore's (`S3SigV4Auth`) for the same request.
#[test]
fn a_request_is_signed_as_botocore_signs_it() {
    let url = "https://trail.s3.eu-west-1.amazonaws.com/AWSLogs/o-1/a%20b%2Bc%3Dd/%C3%A9/../x.json.gz";
    let time = UNIX_EPOCH + Duration::from_secs(1_767_323_045);
    for (token, signed_headers, signature) in [
        (
            None,
            "host;x-amz-content-sha256;x-amz-date",
            "b86f837321428f4a1fc7ac655d34afc995714d4a8e19b096e2386c228ee82049",
        ),
        (
            Some("token"),
            "host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
            "844b8bcb56049aaa5c6e37a162a51329eddbdfd72ba8a46d6c68bd3a1923a71b",
        ),
    ] {
        let headers = signed(url, credentials(token), "eu-west-1", time).expect("signed");
        let of = |name| headers.iter().find(|(it, _)| it == name).map(|(_, value)| &**value);
        let scope = "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20260102/eu-west-1/s3/aws4_request";
        let expected = format!("{scope}, SignedHeaders={signed_headers}, Signature={signature}");
        assert_eq!(of("authorization"), Some(&*expected));
        assert_eq!(of("x-amz-date"), Some("20260102T030405Z"));
        assert_eq!(of("x-amz-security-token"), token);
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(of("x-amz-content-sha256"), Some(of_nothing));
    }
}

async fn open(answers: &'static [(u16, &'static str)]) -> (Result<Option<bytes::Bytes>, Refusal>, usize) {
    let (config, requests) = s3("eu-west-1", answers);
    let outcome = match Bucket::new(&config.into()).open("trail", "a").await {
        Ok(mut body) => Body::next(&mut body).await,
        Err(refusal) => Err(refusal),
    };
    let requests = requests.lock().expect("not poisoned").len();
    (outcome, requests)
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let busy = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
    for passing in [(503, busy), (500, ""), (400, "<Error><Code>RequestTimeout</Code></Error>")] {
        let answers = Vec::leak(vec![passing, (200, "body")]);
        let (outcome, requests) = open(answers).await;
        assert_eq!((outcome.expect("got").as_deref(), requests), (Some(&b"body"[..]), 2), "{passing:?}");
    }
    let (outcome, requests) = open(Vec::leak(vec![(503, busy)])).await;
    assert_eq!((outcome.expect_err("busy").code.as_str(), requests), ("SlowDown", 3));
}

#[tokio::test]
async fn what_s3_refuses_is_said_in_its_words() {
    let denied = r#"<?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>AccessDenied</Code><Message>You &lt;may&gt; not</Message><RequestId>1</RequestId></Error>"#;
    let (outcome, requests) = open(Vec::leak(vec![(403, denied)])).await;
    let refusal = outcome.expect_err("refused");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("AccessDenied", "You <may> not"));
    assert_eq!(requests, 1);
    for strange in ["", "Bad Gateway", "<html><body>no</body></html>", "<Error><Code>"] {
        let (outcome, _) = open(Vec::leak(vec![(403, strange)])).await;
        let refusal = outcome.expect_err("refused");
        assert_eq!(refusal.code, "Unknown");
        assert_eq!(refusal.message, "S3 answered with status 403 and no reason", "{strange}");
    }
}

#[tokio::test]
async fn an_object_whose_bytes_stop_coming_is_given_up() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", server.local_addr().expect("bound"));
    std::thread::spawn(move || {
        let (mut connection, _) = server.accept().expect("a request");
        assert!(connection.read(&mut [0; 4096]).expect("its head") > 0);
        connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").expect("half of it");
        // Until the client is gone.
        connection.read(&mut [0]).map_or(0, |bytes| bytes)
    });
    let (config, _) = s3("eu-west-1", OBJECT);
    let grace = StalledStreamProtectionConfig::enabled().grace_period(Duration::from_secs(1)).build();
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = config.into_builder().endpoint_url(endpoint).http_client(http);
    let config = config.stalled_stream_protection(grace).build();
    let mut body = Bucket::new(&config.into()).open("trail", "a").await.expect("opened");
    assert_eq!(Body::next(&mut body).await.expect("a chunk").as_deref(), Some(&b"half"[..]));
    let next = tokio::time::timeout(Duration::from_secs(60), Body::next(&mut body)).await;
    let refusal = next.expect("it is noticed").expect_err("stalled");
    assert_eq!(refusal.code, "Interrupted");
}
