//! The bugs of other tools that do the same, one test each, so that they are not ours.
//!
//! Rows of the list that are others' work are told beside their neighbours, with where they are tested.

mod hub;

use guard_lambda::filter::{Watches, decide};
use hub::{Bucket, Bus, FOLDER, Object, file, filter, gzip, notice, notification};
use serde_json::{Value, json};

/// A call of the user `backup` that is no signal.
fn call() -> Value {
    json!({"eventVersion": "1.11", "eventSource": "s3.amazonaws.com", "eventName": "ListBuckets",
        "eventTime": "2026-01-02T03:04:05Z", "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.7",
        "userAgent": "aws-cli/2.31", "requestParameters": null, "responseElements": null,
        "userIdentity": {"type": "IAMUser", "principalId": "AIDAGUARDSAMPLE00001", "accountId": "222222222222",
            "arn": "arn:aws:iam::222222222222:user/service/backup", "accessKeyId": "AKIAGUARDSAMPLE00001",
            "userName": "backup"}})
}

/// That call with other members.
fn with(changes: &Value) -> Value {
    let mut record = call();
    let changes = changes.as_object().expect("an object").clone();
    record.as_object_mut().expect("an object").extend(changes);
    record
}

/// The same with another caller.
fn denied_to(identity: &Value) -> Value {
    with(&json!({"errorCode": "AccessDenied", "userIdentity": identity}))
}

/// Whose and what the events of a record's file are.
async fn forwarded(record: Value) -> Vec<(Value, Value)> {
    let bus = Bus::default();
    let bucket = Bucket::of("a", &[call(), record]);
    let (tally, outcome) = filter(bucket, &bus).handle(&notification(&["a"])).await;
    outcome.expect("a whole file");
    assert_eq!(tally.records, 2);
    bus.details()
        .into_iter()
        .map(|it| (it["guard"]["user"].clone(), it["guard"]["signals"].clone()))
        .collect()
}

async fn trips(record: Value, signal: &str) {
    assert_eq!(forwarded(record.clone()).await, [(json!("backup"), json!([signal]))], "{record}");
}

/// Row 1, c7n and zoph kit: a rule in state ENABLED never sees a read-only call.
// That our rules are plain ENABLED ones on our own source, which is enough, is tested in provider/src/chain.
#[tokio::test]
async fn a_read_only_get_caller_identity_is_forwarded() {
    let changes = json!({"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity", "readOnly": true,
        "managementEvent": true});
    trips(with(&changes), "get_caller_identity").await;
}

/// Row 2, c7n: records with an `errorCode` are skipped by default.
// The other half, that options are read by the names under which they are documented: guard_contract's constants.
#[tokio::test]
async fn a_call_that_failed_is_not_skipped() {
    trips(with(&json!({"errorCode": "AccessDenied"})), "access_denied").await;
    let failed = json!({"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity",
        "errorCode": "InvalidClientTokenId", "errorMessage": "The security token is invalid"});
    trips(with(&failed), "get_caller_identity").await;
}

/// Row 3, Panther: `errorCode == "AccessDenied"` exactly, which makes reconnaissance in EC2 invisible.
#[tokio::test]
async fn ec2s_unauthorized_operation_is_a_denial() {
    // By its code alone: the words are another row's.
    let changes = json!({"eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances",
        "errorCode": "Client.UnauthorizedOperation", "errorMessage": null});
    trips(with(&changes), "access_denied").await;
}

/// Row 4, awslabs: only the message "Access Denied" counts.
#[tokio::test]
async fn iams_wording_is_a_denial() {
    let message = "User: arn:aws:iam::222222222222:user/service/backup is not authorized to perform: \
        s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action";
    for code in ["AccessDenied", "AccessDeniedException", "SomethingNew"] {
        trips(with(&json!({"errorCode": code, "errorMessage": message})), "access_denied").await;
    }
}

/// Row 5, ggcanary, Falco and oyenamit: records without `userIdentity.userName` are dropped.
#[tokio::test]
async fn a_federated_session_is_its_users() {
    let session = json!({"type": "FederatedUser", "principalId": "222222222222:session",
        "accountId": "222222222222", "arn": "arn:aws:sts::222222222222:federated-user/session",
        "sessionContext": {"sessionIssuer": {"type": "IAMUser", "principalId": "AIDAGUARDSAMPLE00001",
            "accountId": "222222222222", "arn": "arn:aws:iam::222222222222:user/backup", "userName": "backup"}}});
    trips(denied_to(&session), "access_denied").await;
}

/// Row 6, SpaceSiren: the user is looked up by `accessKeyId`.
#[tokio::test]
async fn a_temporary_key_an_empty_one_and_none_are_the_users() {
    for key in [json!("ASIAGUARDSAMPLE00001"), json!(""), json!(null)] {
        let mut record = with(&json!({"errorCode": "AccessDenied"}));
        record["userIdentity"]["accessKeyId"] = key;
        trips(record, "access_denied").await;
    }
}

/// Row 7, c7n: the user is taken from `userIdentity.arn`, which a failed sign-in lacks.
#[tokio::test]
async fn a_failed_sign_in_without_an_arn_is_forwarded() {
    let record = with(&json!({"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
        "eventType": "AwsConsoleSignIn", "errorMessage": "Failed authentication",
        "responseElements": {"ConsoleLogin": "Failure"},
        "userIdentity": {"type": "IAMUser", "accountId": "222222222222", "accessKeyId": "", "userName": "backup"}}));
    trips(record, "console_login").await;
}

/// Row 8, ggcanary: only `Records[0]` of S3's event is read.
#[tokio::test]
async fn every_object_of_an_event_is_read() {
    let bus = Bus::default();
    let denied = file(&[with(&json!({"errorCode": "AccessDenied"}))]);
    let object = || Object::Bytes(denied.clone());
    let bucket = Bucket::default().with("a", object()).with("b", object()).with("c", object());
    let (tally, outcome) = filter(bucket, &bus).handle(&notification(&["a", "b", "c"])).await;
    outcome.expect("all three");
    assert_eq!((tally.objects, tally.kept), (3, 3));
}

/// Row 9, fivexl: a key with "Digest" ends the whole event, and any prefix may hold that word.
#[tokio::test]
async fn a_digest_ends_nothing_and_only_its_own_folder_makes_one() {
    let bus = Bus::default();
    let denied = Object::Bytes(file(&[with(&json!({"errorCode": "AccessDenied"}))]));
    let digest = "AWSLogs/222222222222/CloudTrail-Digest/eu-west-1/2026/01/02/x.json.gz";
    let prefixed = format!("Digest/CloudTrail-Digest/{FOLDER}/x.json.gz");
    let bucket = Bucket::default().with("a", denied.clone()).with_key(&prefixed, denied);
    let payload =
        json!({"Records": [notice(digest, 9), notice(&format!("{FOLDER}/a"), 9), notice(&prefixed, 9)]});
    let (tally, outcome) = filter(bucket, &bus).handle(&payload).await;
    outcome.expect("all done");
    assert_eq!((tally.skipped, tally.objects, tally.kept), (1, 2, 2));
}

/// Row 10, TrailAlerts: a key is fetched as the event has it, URL-encoded.
#[tokio::test]
async fn an_encoded_key_is_decoded() {
    let bus = Bus::default();
    let denied = Object::Bytes(file(&[with(&json!({"errorCode": "AccessDenied"}))]));
    let bucket = Bucket::default().with("a b+c=d é.json.gz", denied);
    let (tally, outcome) =
        filter(bucket, &bus).handle(&notification(&["a+b%2Bc%3Dd%20%C3%A9.json.gz"])).await;
    outcome.expect("found");
    assert_eq!((tally.objects, tally.kept), (1, 1));
}

/// Row 11, fivexl: all exceptions are caught and the invocation succeeds, so nothing is ever tried again.
// That Lambda then tries again and keeps the event in a queue: provider/src/chain and the end-to-end tests.
#[tokio::test]
async fn an_object_that_cannot_be_got_fails_the_invocation() {
    let (tally, outcome) = filter(Bucket::default(), &Bus::default()).handle(&notification(&["gone"])).await;
    let error = outcome.expect_err("it must be run again");
    assert!(error.to_string().contains("NoSuchKey"), "{error}");
    assert_eq!(tally.failed, 1);
    let bus = Bus::refusing("InternalFailure");
    let bucket = Bucket::of("a", &[with(&json!({"errorCode": "AccessDenied"}))]);
    filter(bucket, &bus).handle(&notification(&["a"])).await.1.expect_err("the bus took nothing");
}

// Row 12, TrailAlerts: `batchItemFailures` answered where nobody reads them. The filter is invoked by S3 and not by a
// queue's mapping: it has no such answer, and fails as a whole (row 11).

/// Row 13, Falco: the message is deleted before it is processed, and lost in a crash.
#[tokio::test]
async fn what_breaks_in_the_middle_is_run_again_and_what_came_before_is_out() {
    let bus = Bus::default();
    let mut text = gzip(&format!(r#"{{"Records":[{},"#, with(&json!({"errorCode": "AccessDenied"}))));
    text.extend(gzip("{")[..12].iter());
    let bucket = Bucket::default().with("a", Object::Broken(text));
    let (tally, outcome) = filter(bucket, &bus).handle(&notification(&["a"])).await;
    outcome.expect_err("it must be run again");
    assert_eq!((tally.failed, tally.kept, bus.details().len()), (1, 1, 1));
}

/// Row 14, Falco: a parser that counts braces breaks on those within strings.
#[tokio::test]
async fn braces_and_escapes_in_strings_end_nothing() {
    let changes = json!({"errorCode": "AccessDenied", "requestParameters": {"a": "}]{[\"\\", "b\"}": "\\\\\"{"},
        "userAgent": "}} ]] \\\" {{"});
    trips(with(&changes), "access_denied").await;
}

// Row 15, AWSKeyLockdown and Panther: an old version of the deny: guard_contract, responder.
// Row 16, oyenamit: concurrent triggers send duplicate notices: responder.
// Row 17, TrailAlerts and clickops: the bucket's notification is overwritten: provider.
// Row 18, TrailAlerts: the log group has another name than the function: provider.
// Row 19, clickops-notifier: a batching window of 300 seconds: nothing is batched here; the latency is measured in the
// end-to-end tests.
// Row 20, SpaceSiren: the user is gone before the response: responder.

/// Row 21, cloudtrail-rs's fixtures: events and objects that are none break the parser.
#[tokio::test]
async fn test_events_markers_and_the_validation_message_are_accepted() {
    let bus = Bus::default();
    let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2026-01-02T03:04:05.000Z",
        "Bucket": "trail", "RequestId": "5582815E1AEA5ADF", "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9"});
    let (tally, outcome) = filter(Bucket::default(), &bus).handle(&test).await;
    outcome.expect("accepted");
    assert_eq!(tally, guard_lambda::filter::Tally::default());

    let markers = json!({"Records": [notice("AWSLogs/222222222222/CloudTrail/", 0),
        notice("AWSLogs/222222222222/CloudTrail-Digest/", 0), notice(&format!("{FOLDER}/"), 0)]});
    let (tally, outcome) = filter(Bucket::default(), &bus).handle(&markers).await;
    outcome.expect("accepted");
    assert_eq!(tally.skipped, 3);

    // CloudTrail sends it to its topic, to which the filter may be subscribed.
    let message = json!({"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0",
        "Sns": {"Type": "Notification", "Message": "CloudTrail validation message."}}]});
    let (tally, outcome) = filter(Bucket::default(), &bus).handle(&message).await;
    outcome.expect("accepted");
    assert_eq!(tally, guard_lambda::filter::Tally::default());
}

/// The call that all these change is itself no signal, or they would show nothing.
#[test]
fn the_unchanged_call_is_dropped() {
    let record = call().to_string();
    assert_eq!(decide(record.as_bytes(), &Watches::default()).expect("JSON"), None);
}
