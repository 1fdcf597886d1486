//! For every shape of caller and every signal a record that trips, and the nearest one that does not.

use guard_contract::Watch;
use guard_lambda::filter::{Watches, decide};
use serde_json::{Value, json};

/// A denied call, which each row changes.
const DENIED: &str = r#"{"eventVersion":"1.11","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","eventTime":"2026-01-02T03:04:05Z","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.7","userAgent":"aws-cli/2.31 md/backup","errorCode":"AccessDenied","userIdentity":{"type":"IAMUser","principalId":"AIDAGUARDSAMPLE00001","arn":"arn:aws:iam::222222222222:user/backup","accountId":"222222222222","accessKeyId":"AKIAGUARDSAMPLE00001","userName":"backup"}}"#;

/// What is replaced in a text, all at once.
type Changes = &'static [(&'static str, &'static str)];

/// Makes of the denied call one that works.
const WORKS: (&str, &str) = (r#","errorCode":"AccessDenied""#, "");
const IDENTITY: &str = r#"{"type":"IAMUser","principalId":"AIDAGUARDSAMPLE00001","arn":"arn:aws:iam::222222222222:user/backup","accountId":"222222222222","accessKeyId":"AKIAGUARDSAMPLE00001","userName":"backup"}"#;
const FEDERATED: &str = r#"{"type":"FederatedUser","principalId":"222222222222:s","arn":"arn:aws:sts::222222222222:federated-user/s","accountId":"222222222222","sessionContext":{"sessionIssuer":{"type":"IAMUser","arn":"arn:aws:iam::222222222222:user/backup","accountId":"222222222222","userName":"backup"}}}"#;
const FEDERATED_OF_ROOT: &str = r#"{"type":"FederatedUser","principalId":"222222222222:s","arn":"arn:aws:sts::222222222222:federated-user/s","accountId":"222222222222","sessionContext":{"sessionIssuer":{"type":"Root","arn":"arn:aws:iam::222222222222:root","accountId":"222222222222","userName":"backup"}}}"#;
const ROLE: &str = r#"{"type":"AssumedRole","principalId":"AROAX:backup","arn":"arn:aws:sts::222222222222:assumed-role/r/backup","accountId":"222222222222","sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::222222222222:role/backup","accountId":"222222222222","userName":"backup"}}}"#;
const ROOT: &str = r#"{"type":"Root","principalId":"222222222222","arn":"arn:aws:iam::222222222222:root","accountId":"222222222222","userName":"backup"}"#;
const SERVICE: &str = r#"{"type":"AWSService","invokedBy":"backup.amazonaws.com"}"#;
const FAILED_LOGIN: &str =
    r#"{"type":"IAMUser","accountId":"222222222222","accessKeyId":"","userName":"backup"}"#;
const HIDDEN_LOGIN: &str = r#"{"type":"IAMUser","accountId":"222222222222","accessKeyId":"","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#;
const NAME_AND_ARN: &str = r#""arn":"arn:aws:iam::222222222222:user/backup""#;

/// What a record's decision is: user and signals.
fn decision(record: &str, watches: &Watches) -> Option<(String, String, Vec<&'static str>)> {
    serde_json::from_str::<Value>(record).unwrap_or_else(|error| panic!("{error}: {record}"));
    let event = decide(record.as_bytes(), watches).expect("JSON")?;
    let signals = event.mark.signals.iter().map(|signal| signal.name()).collect();
    Some((event.mark.account, event.mark.user, signals))
}

fn changed(what: &str, changes: Changes) -> String {
    changes.iter().fold(DENIED.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{what}: {from} is not there");
        text.replacen(from, to, 1)
    })
}

/// Each row: what it is about, the change that trips `backup`, with which signal, and the nearest change that does not.
const CALLERS: &[(&str, Changes, &str, Changes)] = &[
    ("an access key, and a role's session of that name", &[], "access_denied", &[(IDENTITY, ROLE)]),
    ("an access key, and root with that alias", &[], "access_denied", &[(IDENTITY, ROOT)]),
    ("an access key, and a service of that name", &[], "access_denied", &[(IDENTITY, SERVICE)]),
    (
        "a temporary key, and a call without a caller",
        &[("AKIA", "ASIA")],
        "access_denied",
        &[(IDENTITY, "null")],
    ),
    (
        "a session of GetFederationToken, and one of root's",
        &[(IDENTITY, FEDERATED)],
        "access_denied",
        &[(IDENTITY, FEDERATED_OF_ROOT)],
    ),
    (
        "an ARN without a name beside it, and a role's ARN",
        &[(r#","userName":"backup""#, "")],
        "access_denied",
        &[(r#","userName":"backup""#, ""), ("user/backup", "role/backup")],
    ),
    (
        "a failed sign-in without errorCode or ARN, and one of an unknown user",
        &[WORKS, ("s3.", "signin."), ("ListBuckets", "ConsoleLogin"), (IDENTITY, FAILED_LOGIN)],
        "console_login",
        &[WORKS, ("s3.", "signin."), ("ListBuckets", "ConsoleLogin"), (IDENTITY, HIDDEN_LOGIN)],
    ),
    (
        "a sign-in, and another service's event of that name",
        &[WORKS, ("s3.", "signin."), ("ListBuckets", "ConsoleLogin")],
        "console_login",
        &[WORKS, ("ListBuckets", "ConsoleLogin")],
    ),
    (
        "a sign-in, and the page's other events",
        &[WORKS, ("s3.", "signin."), ("ListBuckets", "ConsoleLogin")],
        "console_login",
        &[WORKS, ("s3.", "signin."), ("ListBuckets", "CheckMfa")],
    ),
    (
        "GetCallerIdentity, and GetSessionToken",
        &[WORKS, ("s3.", "sts."), ("ListBuckets", "GetCallerIdentity")],
        "get_caller_identity",
        &[WORKS, ("s3.", "sts."), ("ListBuckets", "GetSessionToken")],
    ),
    (
        "GetCallerIdentity, and another service's event of that name",
        &[WORKS, ("s3.", "sts."), ("ListBuckets", "GetCallerIdentity")],
        "get_caller_identity",
        &[WORKS, ("ListBuckets", "GetCallerIdentity")],
    ),
    (
        "UpdateUser, and the identity store's call of that name",
        &[WORKS, ("s3.", "iam."), ("ListBuckets", "UpdateUser")],
        "update_user",
        &[WORKS, ("s3.", "identitystore."), ("ListBuckets", "UpdateUser")],
    ),
    (
        "UpdateUser, and another change of a user",
        &[WORKS, ("s3.", "iam."), ("ListBuckets", "UpdateUser")],
        "update_user",
        &[WORKS, ("s3.", "iam."), ("ListBuckets", "UpdateUserPool")],
    ),
    ("a denial, and a failure", &[], "access_denied", &[("AccessDenied", "NoSuchBucket")]),
    ("a denial, and a call that works", &[], "access_denied", &[WORKS]),
    (
        "a denial behind an escaped letter, and a failure behind one",
        &[("AccessDenied", r"\u0041ccess\u0044enied")],
        "access_denied",
        &[("AccessDenied", r"\u004eo\u0053uchBucket")],
    ),
    (
        "EC2's denial, and EC2's failure",
        &[("AccessDenied", "Client.UnauthorizedOperation")],
        "access_denied",
        &[("AccessDenied", "Client.InvalidPermission.NotFound")],
    ),
    (
        "a message beside a code, and without one",
        &[("\"AccessDenied\"", r#""X","errorMessage":"User: x is not authorized to perform: s3:X""#)],
        "access_denied",
        &[(
            r#""errorCode":"AccessDenied""#,
            r#""errorMessage":"User: x is not authorized to perform: s3:X""#,
        )],
    ),
    (
        "a denial, and a call that is about one",
        &[],
        "access_denied",
        &[(r#""errorCode":"AccessDenied""#, r#""requestParameters":{"errorCode":"AccessDenied"}"#)],
    ),
];

#[test]
fn every_caller_and_signal_is_told_from_its_nearest_neighbour() {
    for (what, trips, signal, does_not) in CALLERS {
        let expected = Some(("222222222222".to_owned(), "backup".to_owned(), vec![*signal]));
        assert_eq!(decision(&changed(what, trips), &Watches::default()), expected, "{what}");
        assert_eq!(decision(&changed(what, does_not), &Watches::default()), None, "{what}");
    }
}

/// Each row: what it is about, the change, and whose the denial is.
const NAMES: &[(&str, Changes, &str, &str)] = &[
    ("a name in another case is another's", &[("\"backup\"", "\"Backup\"")], "222222222222", "Backup"),
    ("a name with more behind it is another's", &[("\"backup\"", "\"backup2\"")], "222222222222", "backup2"),
    (
        "another account's user of that name is another's",
        &[(r#""accountId":"222222222222""#, r#""accountId":"333333333333""#)],
        "333333333333",
        "backup",
    ),
    (
        "a path in the ARN is no part of the name",
        &[("user/backup", "user/a/b/backup")],
        "222222222222",
        "backup",
    ),
    (
        "a path in the ARN is no part of the name where there is nothing else",
        &[("user/backup", "user/a:b/backup"), (r#","userName":"backup""#, "")],
        "222222222222",
        "backup",
    ),
    (
        "the last part of another's path is not its name",
        &[
            (NAME_AND_ARN, r#""arn":"arn:aws:iam::222222222222:user/backup/other""#),
            (r#","userName":"backup""#, ""),
        ],
        "222222222222",
        "other",
    ),
    (
        "escaped letters are letters",
        &[("\"backup\"", r#""b\u0061ckup""#), ("AccessDenied", r"\u0041ccessDenied")],
        "222222222222",
        "backup",
    ),
    (
        "a resource's account is not the caller's",
        &[(r#""errorCode""#, r#""recipientAccountId":"333333333333","errorCode""#)],
        "222222222222",
        "backup",
    ),
];

#[test]
fn every_denial_is_attributed_to_its_user_and_to_no_neighbour() {
    // With an expectation, the names are searched for in other ways; the outcome must be the same.
    let watch = r#"{"version":1,"account":"222222222222","user":"backup","expected":{}}"#;
    let watches = Watches::new([Watch::parse(watch).expect("a watch")]);
    for (what, changes, account, user) in NAMES {
        let expected = Some(((*account).to_owned(), (*user).to_owned(), vec!["access_denied"]));
        for watches in [&Watches::default(), &watches] {
            assert_eq!(decision(&changed(what, changes), watches), expected, "{what}");
        }
    }
}

/// Each row: what it is about, what is said of the user, the changes to a call that works which make it unexpected,
/// and the nearest that do not.
const EXPECTATIONS: &[(&str, &str, Changes, Changes)] = &[
    ("an action", r#"{"actions":["s3:ListBuckets"]}"#, &[("ListBuckets", "ListBucket")], &[]),
    (
        "an action of another service",
        r#"{"actions":["s3:List*"]}"#,
        &[("s3.", "s3tables.")],
        &[("ListBuckets", "ListX")],
    ),
    ("no action at all", r#"{"actions":[]}"#, &[], &[("\"backup\"", "\"Backup\"")]),
    (
        "an address",
        r#"{"source_ips":["192.0.2.0/29"]}"#,
        &[("192.0.2.7", "192.0.2.8")],
        &[("192.0.2.7", "192.0.2.0")],
    ),
    (
        "an address of IPv6",
        r#"{"source_ips":["2001:db8::/33"]}"#,
        &[("192.0.2.7", "2001:db8:8000::")],
        &[("192.0.2.7", "2001:db8:7fff::1")],
    ),
    (
        "an address, and the service that calls for the user",
        r#"{"source_ips":["198.51.100.7"]}"#,
        &[("192.0.2.7", "cloudformation.amazonaws.com.example")],
        &[("192.0.2.7", "cloudformation.amazonaws.com")],
    ),
    ("an address that is not told", r#"{"source_ips":["0.0.0.0/0"]}"#, &[("\"192.0.2.7\"", "null")], &[]),
    ("a region", r#"{"regions":["eu-west-1"]}"#, &[("eu-west-1", "eu-west-2")], &[]),
    (
        "an agent",
        r#"{"user_agents":["aws-cli/* md/backup"]}"#,
        &[("md/backup", "md/backup2")],
        &[("2.31", "2.99")],
    ),
    ("an agent in another case", r#"{"user_agents":["aws-cli/*"]}"#, &[("aws-cli", "AWS-CLI")], &[]),
    ("another user's name", r#"{"regions":[]}"#, &[], &[("\"backup\"", "\"Backup\"")]),
    (
        "another account's user",
        r#"{"regions":[]}"#,
        &[],
        &[(r#""accountId":"222222222222""#, r#""accountId":"333333333333""#)],
    ),
    (
        "a name that is escaped",
        r#"{"regions":[]}"#,
        &[("\"backup\"", r#""\u0062ackup""#)],
        &[("\"backup\"", r#""\u0042ackup""#)],
    ),
    (
        "a federated session",
        r#"{"regions":["us-east-1"]}"#,
        &[(IDENTITY, FEDERATED)],
        &[(IDENTITY, FEDERATED_OF_ROOT)],
    ),
    ("a role's session", r#"{"regions":["us-east-1"]}"#, &[], &[(IDENTITY, ROLE)]),
];

fn watches(rest: &Value) -> Watches {
    let mut watch = json!({"version": 1, "account": "222222222222", "user": "backup"});
    let rest = rest.as_object().expect("an object").clone();
    watch.as_object_mut().expect("an object").extend(rest);
    Watches::new([Watch::parse(&watch.to_string()).expect("a watch")])
}

#[test]
fn every_list_of_an_expectation_is_told_from_its_nearest_neighbour() {
    for (what, expected, trips, does_not) in EXPECTATIONS {
        let expected: Value = serde_json::from_str(expected).expect("JSON");
        let watches = watches(&json!({"expected": expected}));
        let works = |changes| changed(what, changes).replacen(WORKS.0, WORKS.1, 1);
        let signals = |record: &str| decision(record, &watches).map(|it| it.2);
        assert_eq!(signals(&works(trips)), Some(vec!["unexpected"]), "{what}");
        assert_eq!(signals(&works(does_not)), None, "{what}");
        // A denied call carries the signal beside its own.
        assert_eq!(signals(&changed(what, trips)), Some(vec!["access_denied", "unexpected"]), "{what}");
        // And without the expectation it is none.
        assert_eq!(decision(&works(trips), &Watches::default()), None, "{what}");
    }
}

/// Each row: what it is about, what is ignored, the changes to a denied call that still trip it and with what, and the
/// nearest that do not. The user is expected in eu-west-1 with s3:Get* only.
const IGNORED: &[(&str, &str, Changes, &[&str], Changes)] = &[
    (
        "a denied call",
        "s3:ListBuckets",
        &[("ListBuckets", "ListBucketsX")],
        &["access_denied", "unexpected"],
        &[],
    ),
    ("an ignored call from elsewhere", "s3:List*", &[("eu-west-1", "us-east-1")], &["unexpected"], &[]),
    (
        "GetCallerIdentity",
        "sts:GetCallerIdentity",
        &[WORKS, ("s3.", "sts."), ("ListBuckets", "GetCallerIdentity"), ("eu-west-1", "us-east-1")],
        &["unexpected"],
        &[WORKS, ("s3.", "sts."), ("ListBuckets", "GetCallerIdentity")],
    ),
    (
        "another call than GetCallerIdentity",
        "sts:GetCallerIdentity",
        &[("s3.", "sts."), ("ListBuckets", "GetSessionToken")],
        &["access_denied", "unexpected"],
        &[("s3.", "sts."), ("ListBuckets", "GetCallerIdentity")],
    ),
    (
        "a sign-in",
        "signin:*",
        &[WORKS, ("s3.", "signin."), ("ListBuckets", "ConsoleLogin"), ("eu-west-1", "us-east-1")],
        &["unexpected"],
        &[WORKS, ("s3.", "signin."), ("ListBuckets", "ConsoleLogin")],
    ),
    (
        "a call that is expected, but denied",
        "s3:ListBuckets",
        &[("ListBuckets", "GetBucketAcl")],
        &["access_denied"],
        &[WORKS, ("ListBuckets", "GetBucketAcl")],
    ),
    ("another user's call", "s3:*", &[("\"backup\"", "\"Backup\"")], &["access_denied"], &[]),
];

#[test]
fn every_ignored_action_is_told_from_its_nearest_neighbour() {
    for (what, ignored, trips, with, does_not) in IGNORED {
        let watches = watches(&json!({"ignored_actions": [ignored],
            "expected": {"actions": ["s3:Get*"], "regions": ["eu-west-1"]}}));
        let signals = |changes| decision(&changed(what, changes), &watches).map(|it| it.2);
        assert_eq!(signals(trips), Some(with.to_vec()), "{what}");
        assert_eq!(signals(does_not), None, "{what}");
    }
}
