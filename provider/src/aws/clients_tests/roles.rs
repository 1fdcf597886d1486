//! What STS is told of a role.

use std::{collections::BTreeMap, fs, time::Duration};

use super::super::credentials::{Role, Session};
use super::super::reach::{Listener, Settings};
use super::super::web_identity::{Token, WebIdentity};
use super::{ROLE, connected, file, first, sts_at};

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
