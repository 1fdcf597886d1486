//! Roles: of the functions, and of the rules that forward.

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;
use serde_json::Value;

use crate::chain::Role;

use super::error::{Called, absent};
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed, mark, policy};

const ABSENT: &[&str] = &["NoSuchEntity", "NoSuchEntityException"];

/// IAM writes policy documents URL-encoded (RFC 3986) in its answers.
fn decoded(document: &str) -> Value {
    let mut bytes = Vec::with_capacity(document.len());
    let mut rest = document.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (byte, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    serde_json::from_slice(&bytes).unwrap_or_default()
}

pub(super) async fn observe(context: &Context<'_>, want: &Role) -> Result<Observed, Error> {
    let (iam, at) = (&context.site.iam, &context.site.at);
    let found = iam.get_role().role_name(&want.name).send().await.called("iam:GetRole", at);
    let Some(role) = absent(found, ABSENT)?.and_then(|answer| answer.role) else {
        return Ok(Observed::Absent);
    };
    let tags: BTreeMap<String, String> =
        role.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect();
    if !mark::is_ours(&tags, context.mark) {
        return Ok(Observed::Foreign);
    }
    let mut drift = Vec::new();
    let trust = role.assume_role_policy_document().map(decoded).unwrap_or_default();
    if !policy::same(&trust, &want.trust()) {
        drift.push(format!("its trust is not {} alone", want.service));
    }
    let found = iam.get_role_policy().role_name(&want.name).policy_name(&want.name).send().await;
    match absent(found.called("iam:GetRolePolicy", at), ABSENT)? {
        None => drift.push("its policy is missing".to_owned()),
        Some(found) if !policy::same(&decoded(found.policy_document()), &want.policy) => {
            drift.push("its policy differs".to_owned());
        }
        Some(_) => {}
    }
    Ok(Observed::ours(drift))
}

pub(super) async fn put(context: &Context<'_>, want: &Role, exists: bool) -> Result<(), Error> {
    let (iam, at) = (&context.site.iam, &context.site.at);
    let trust = want.trust().to_string();
    if exists {
        let request = iam.update_assume_role_policy().role_name(&want.name).policy_document(trust);
        request.send().await.called("iam:UpdateAssumeRolePolicy", at)?;
    } else {
        let tag = |(key, value)| Tag::builder().key(key).value(value).build().expect("key and value are set");
        let tags = mark::tags(context.mark, &context.object.tags).into_iter().map(tag).collect();
        let request = iam.create_role().role_name(&want.name).assume_role_policy_document(trust);
        let request = request.description(&want.description).set_tags(Some(tags));
        let made = request.send().await.called("iam:CreateRole", at);
        absent(made, &["EntityAlreadyExists", "EntityAlreadyExistsException"])?;
    }
    // The role may be seconds old, and IAM not yet agree with itself that it is there.
    let unseen = |error: &Error| error.is(ABSENT);
    retry(PROPAGATION, unseen, || async {
        let request = iam.put_role_policy().role_name(&want.name).policy_name(&want.name);
        request.policy_document(want.policy.to_string()).send().await.called("iam:PutRolePolicy", at)
    })
    .await?;
    Ok(())
}

/// A role can be deleted only without policies (IAM, DeleteRole); the role is ours, so all of them go.
pub(super) async fn remove(context: &Context<'_>, want: &Role) -> Result<(), Error> {
    let (iam, at) = (&context.site.iam, &context.site.at);
    let inline = iam.list_role_policies().role_name(&want.name).send().await;
    let Some(inline) = absent(inline.called("iam:ListRolePolicies", at), ABSENT)? else {
        return Ok(());
    };
    for name in inline.policy_names() {
        let gone = iam.delete_role_policy().role_name(&want.name).policy_name(name).send().await;
        absent(gone.called("iam:DeleteRolePolicy", at), ABSENT)?;
    }
    let attached = iam.list_attached_role_policies().role_name(&want.name).send().await;
    let Some(attached) = absent(attached.called("iam:ListAttachedRolePolicies", at), ABSENT)? else {
        return Ok(());
    };
    for arn in attached.attached_policies().iter().filter_map(|policy| policy.policy_arn()) {
        let gone = iam.detach_role_policy().role_name(&want.name).policy_arn(arn).send().await;
        absent(gone.called("iam:DetachRolePolicy", at), ABSENT)?;
    }
    let gone = iam.delete_role().role_name(&want.name).send().await;
    absent(gone.called("iam:DeleteRole", at), ABSENT)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_encoded_or_plain() {
        let plain = serde_json::json!({"Statement": [{"Resource": "arn:aws:s3:::b/100%"}]});
        let encoded: String = plain.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(decoded(&encoded), plain);
        assert_eq!(decoded(&plain.to_string()), plain);
    }
}
