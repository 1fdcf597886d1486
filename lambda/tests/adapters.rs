//! The AWS clients against answers as AWS gives them.

mod transport;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_types::body::SdkBody;
use aws_types::{SdkConfig, region::Region};
use guard_contract::{Mark, Signal};
use guard_lambda::{
    filter::{Body, Event, EventSink, ObjectSource, WatchSource, aws::Bucket, aws::Bus, aws::Parameters},
    notify::{Message, Publisher, aws::Topics},
    replay::{Queue, Received, aws::Queues},
    responder::{Announcer, Claims, DenyError, Key, RuleBook, UserDenier, aws::Aws},
};
use serde_json::{Value, json};
use time::OffsetDateTime;

/// Method, URL and body of each request.
type Requests = Arc<Mutex<Vec<(String, String, String)>>>;

/// Clients to an AWS that always gives this answer.
fn aws(status: u16, answer: &'static str) -> (SdkConfig, Requests) {
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    let http = transport::answering(move |request: http::Request<SdkBody>| {
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
            rewritten: false,
        },
    }
}

const BUS: &str = "arn:aws:events:eu-west-1:111111111111:event-bus/guard-bus";

#[tokio::test]
async fn an_object_is_got_path_style_behind_an_endpoint_and_its_key_is_encoded() {
    let (config, requests) = aws(200, "body");
    let mut body = Bucket::new(&config.into()).open("trail", "a b+c=d/é").await.expect("opened");
    assert_eq!(Body::next(&mut body).await.expect("a chunk").as_deref(), Some(&b"body"[..]));
    assert_eq!(Body::next(&mut body).await.expect("the end"), None);
    let (method, url, _) = only(&requests);
    assert_eq!(method, "GET");
    assert!(url.starts_with("http://localhost:4566/trail/a%20b%2Bc%3Dd/%C3%A9"), "{url}");
}

#[tokio::test]
async fn an_object_that_may_not_be_read_is_refused_with_awss_code() {
    let (config, _) = aws(403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
    let refusal = Bucket::new(&config.into()).open("trail", "a").await.expect_err("refused");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("AccessDenied", "Access Denied"));
}

#[tokio::test]
async fn entries_carry_bus_source_type_time_and_user_and_failures_come_back_in_order() {
    let (config, requests) = aws(
        200,
        r#"{"FailedEntryCount":1,"Entries":[{"EventId":"1"},{"ErrorCode":"InternalFailure","ErrorMessage":"sorry"}]}"#,
    );
    let bus = Bus::new(&config.into(), BUS.into());
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
    let bus = Bus::new(&config.into(), BUS.into());
    let refusal = bus.put(&[event()]).await.expect_err("refused");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("AccessDeniedException", "not you"));
}

/// An AWS that gives these answers, one after the other, and the last one for ever.
fn aws_of(answers: &'static [&'static str]) -> (SdkConfig, Requests) {
    let (config, requests) = aws(200, "");
    let seen = Arc::clone(&requests);
    let http = transport::answering(move |request: http::Request<SdkBody>| {
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
    let parameters = Parameters::new(&config.into());
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
    let parameters = Parameters::new(&config.into());
    let refusal = parameters.list("/guard/watches").await.expect_err("refused");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("AccessDeniedException", "not you"));
}

/// The responder's clients to an AWS that always gives this answer.
fn responders(status: u16, answer: &'static str) -> (Aws, Requests) {
    let (config, requests) = aws(status, answer);
    (Aws::new(&config.into(), "/aws/lambda/guard-responder".into()), requests)
}

fn body(requests: &Requests) -> Value {
    serde_json::from_str(&only(requests).2).expect("JSON")
}

const RULE: &str = "arn:aws:events:eu-west-1:222222222222:rule/guard-bus/r";

#[tokio::test]
async fn a_rule_is_read_from_its_bus() {
    let (events, requests) =
        responders(200, r#"{"Name":"r","Arn":"a","EventPattern":"{}","Description":"record"}"#);
    let rule = events.rule("guard-bus", "r").await.expect("read").expect("there");
    assert_eq!((rule.arn.as_str(), rule.pattern.as_str(), rule.description.as_str()), ("a", "{}", "record"));
    assert_eq!(body(&requests), json!({"Name": "r", "EventBusName": "guard-bus"}));
}

#[tokio::test]
async fn a_rule_that_is_not_there_is_told_from_one_that_cannot_be_read() {
    let gone = r#"{"__type":"ResourceNotFoundException","message":"Rule r does not exist"}"#;
    assert_eq!(responders(400, gone).0.rule("guard-bus", "r").await, Ok(None));
    let refused = r#"{"__type":"AccessDeniedException","message":"not you"}"#;
    let refusal = responders(400, refused).0.rule("guard-bus", "r").await.expect_err("refused");
    assert_eq!(refusal.code, "AccessDeniedException");
}

#[tokio::test]
async fn users_rules_are_listed_by_their_names() {
    let (events, requests) = responders(200, r#"{"Rules":[{"Name":"a","Arn":"1"},{"Name":"b","Arn":"2"}]}"#);
    assert_eq!(events.rules("guard-bus", "guard-user-").await.expect("listed"), ["1", "2"]);
    assert_eq!(body(&requests), json!({"NamePrefix": "guard-user-", "EventBusName": "guard-bus"}));
}

#[tokio::test]
async fn tags_are_read_and_written() {
    let (events, requests) = responders(200, r#"{"Tags":[{"Key":"guard:builder","Value":"me"}]}"#);
    let tags = events.tags(RULE).await.expect("read");
    assert_eq!(tags.into_iter().collect::<Vec<_>>(), [("guard:builder".to_owned(), "me".to_owned())]);
    assert_eq!(body(&requests), json!({"ResourceARN": RULE}));
    let (events, requests) = responders(200, "{}");
    let tags =
        [("guard:response-attach".to_owned(), "true".to_owned()), ("guard:told".to_owned(), String::new())];
    events.tag(RULE, &tags.into()).await.expect("written");
    let expected =
        json!([{"Key": "guard:response-attach", "Value": "true"}, {"Key": "guard:told", "Value": ""}]);
    assert_eq!(body(&requests), json!({"ResourceARN": RULE, "Tags": expected}));
}

#[tokio::test]
async fn only_the_first_makes_a_log_stream() {
    let (logs, requests) = responders(200, "{}");
    assert_eq!(logs.claim("incidents/r/1").await, Ok(true));
    let expected = json!({"logGroupName": "/aws/lambda/guard-responder", "logStreamName": "incidents/r/1"});
    assert_eq!(body(&requests), expected);
    let exists = r#"{"__type":"ResourceAlreadyExistsException","message":"it does"}"#;
    assert_eq!(responders(400, exists).0.claim("incidents/r/1").await, Ok(false));
    let missing = r#"{"__type":"ResourceNotFoundException","message":"no group"}"#;
    let refusal = responders(400, missing).0.claim("incidents/r/1").await.expect_err("no group");
    assert_eq!(refusal.code, "ResourceNotFoundException");
}

#[tokio::test]
async fn evidence_is_put_into_the_stream() {
    let (logs, requests) = responders(200, "{}");
    logs.keep("incidents/r/1", "evidence").await.expect("kept");
    let body = body(&requests);
    assert_eq!(body["logStreamName"], "incidents/r/1");
    assert_eq!(body["logEvents"][0]["message"], "evidence");
    assert!(body["logEvents"][0]["timestamp"].as_i64() > Some(1_700_000_000_000), "milliseconds: {body}");
}

#[tokio::test]
async fn the_default_bus_is_told_and_an_entry_that_it_refuses_is_an_error() {
    let (events, requests) = responders(200, r#"{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}"#);
    events.announce(Some("arn:aws:iam::2:user/x"), "{}").await.expect("told");
    let expected = json!([{"Source": "guard", "DetailType": "Guard Tripped", "Detail": "{}",
        "Resources": ["arn:aws:iam::2:user/x"]}]);
    assert_eq!(body(&requests)["Entries"], expected);
    let failed =
        r#"{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure","ErrorMessage":"sorry"}]}"#;
    let refusal = responders(200, failed).0.announce(None, "{}").await.expect_err("refused");
    assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("InternalFailure", "sorry"));
}

async fn published(topic: &str) -> String {
    let (config, requests) = aws(200, "<PublishResponse><PublishResult/></PublishResponse>");
    let message = Message {
        subject: "guard: denied".into(),
        body: "User: x".into(),
        group: "guard-user-x".into(),
        once: "incidents/guard-user-x/1".into(),
    };
    Topics::new(&config.into()).publish(topic, &message).await.expect("published");
    only(&requests).2
}

#[tokio::test]
async fn a_topic_is_told_with_subject_and_message() {
    let body = published("arn:aws:sns:us-east-1:1:ops").await;
    for part in
        ["TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A1%3Aops", "Subject=guard%3A%20denied", "Message=User%3A%20x"]
    {
        assert!(body.contains(part), "{body}");
    }
    assert!(!body.contains("MessageGroupId"), "{body}");
}

#[tokio::test]
async fn a_fifo_topic_is_told_in_the_rules_group_and_once() {
    let body = published("arn:aws:sns:us-east-1:1:ops.fifo").await;
    assert!(body.contains("MessageGroupId=guard-user-x"), "{body}");
    assert!(body.contains("MessageDeduplicationId=incidents%2Fguard-user-x%2F1"), "{body}");
}

#[tokio::test]
async fn a_topic_of_another_region_is_told_through_that_region() {
    let (config, requests) = aws(200, "<PublishResponse><PublishResult/></PublishResponse>");
    let mut config = config.into_builder();
    config.set_endpoint_url(None);
    let message = Message { subject: "s".into(), body: "b".into(), group: "g".into(), once: "o".into() };
    let topics = Topics::new(&config.build().into());
    topics.publish("arn:aws:sns:ap-southeast-2:1:ops", &message).await.expect("published");
    assert!(
        only(&requests).1.starts_with("https://sns.ap-southeast-2.amazonaws.com"),
        "{:?}",
        only(&requests)
    );
}

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/222222222222/guard-dead-letters";

#[tokio::test]
async fn a_queues_messages_are_received_hidden_and_deleted() {
    let answer = r#"{"Messages":[{"MessageId":"m","ReceiptHandle":"h","Body":"{}"}]}"#;
    let (config, requests) = aws(200, answer);
    let queues = Queues::new(&config.into());
    let received = queues.receive(QUEUE, Duration::from_secs(80)).await.expect("received");
    assert_eq!(received, [Received { id: "m".into(), receipt: "h".into(), body: "{}".into() }]);
    let expected = json!({"QueueUrl": QUEUE, "MaxNumberOfMessages": 10, "VisibilityTimeout": 80,
        "WaitTimeSeconds": 1});
    assert_eq!(body(&requests), expected);
    let (config, requests) = aws(200, "{}");
    Queues::new(&config.into()).delete(QUEUE, "h").await.expect("deleted");
    assert_eq!(body(&requests), json!({"QueueUrl": QUEUE, "ReceiptHandle": "h"}));
}

#[tokio::test]
async fn keys_are_listed_with_their_state_and_made_inactive() {
    let answer = "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata>\
        <member><UserName>x</UserName><AccessKeyId>AKIA1</AccessKeyId><Status>Active</Status></member>\
        <member><UserName>x</UserName><AccessKeyId>AKIA2</AccessKeyId><Status>Inactive</Status></member>\
        <member><UserName>x</UserName><AccessKeyId>AKIA3</AccessKeyId><Status>Expired</Status></member>\
        </AccessKeyMetadata><IsTruncated>false</IsTruncated></ListAccessKeysResult></ListAccessKeysResponse>";
    let keys = responders(200, answer).0.keys("x").await.expect("listed");
    let key = |id: &str, active| Key { id: id.into(), active };
    assert_eq!(keys, [key("AKIA1", true), key("AKIA2", false), key("AKIA3", true)]);
    let (iam, requests) = responders(200, "<UpdateAccessKeyResponse/>");
    iam.deactivate("x", "AKIA1").await.expect("inactive");
    let body = only(&requests).2;
    assert!(body.contains("UserName=x&AccessKeyId=AKIA1&Status=Inactive"), "{body}");
}

fn iam(status: u16, answer: &'static str) -> (Aws, Requests) {
    responders(status, answer)
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
    assert!(
        matches!(iam(409, full).0.attach("x").await, Err(DenyError::Other(refusal)) if refusal.code == "LimitExceeded")
    );
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
