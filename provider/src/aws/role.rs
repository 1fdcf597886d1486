//! Roles: of the functions, and of the rules that forward.

use aws_sdk_iam::types::Tag;
use serde_json::Value;

use crate::chain::Role;

use super::answers::Tags;
use super::error::{Called, absent};
use super::identities::{self, Page};
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

/// A role as it is.
struct Have {
    tags: Tags,
    trust: Value,
    /// The policy of the role's own name.
    policy: Option<Value>,
}

impl Have {
    fn observed(&self, context: &Context<'_>, want: &Role) -> Observed {
        if !mark::is_ours(&self.tags, context.mark) {
            return Observed::Foreign;
        }
        let mut drift = Vec::new();
        if !policy::same(&self.trust, &want.trust()) {
            drift.push(format!("its trust is not {} alone", want.service));
        }
        match &self.policy {
            None => drift.push("its policy is missing".to_owned()),
            Some(have) if !policy::same(have, &want.policy) => drift.push("its policy differs".to_owned()),
            Some(_) => {}
        }
        Observed::ours(drift)
    }
}

fn tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// As the account's page of identities has it; believed only if nothing is wrong there.
fn listed(page: &Page, name: &str) -> Option<Have> {
    let role = page.roles.get(name)?;
    let own = role.role_policy_list().iter().find(|policy| policy.policy_name() == Some(name));
    Some(Have {
        tags: tags(role.tags()),
        trust: role.assume_role_policy_document().map(decoded).unwrap_or_default(),
        policy: own.and_then(|policy| policy.policy_document()).map(decoded),
    })
}

async fn asked(context: &Context<'_>, want: &Role) -> Result<Option<Have>, Error> {
    let (iam, at) = (&context.site.iam, &context.site.at);
    let found = iam.get_role().role_name(&want.name).send().await.called("iam:GetRole", at);
    let Some(role) = absent(found, ABSENT)?.and_then(|answer| answer.role) else {
        return Ok(None);
    };
    let found = iam.get_role_policy().role_name(&want.name).policy_name(&want.name).send().await;
    let own = absent(found.called("iam:GetRolePolicy", at), ABSENT)?;
    Ok(Some(Have {
        tags: tags(role.tags()),
        trust: role.assume_role_policy_document().map(decoded).unwrap_or_default(),
        policy: own.map(|answer| decoded(answer.policy_document())),
    }))
}

pub(super) async fn observe(context: &Context<'_>, want: &Role) -> Result<Observed, Error> {
    let page = identities::page(context.site).await;
    let listed = listed(&page, &want.name).map(|have| have.observed(context, want));
    if listed == Some(Observed::ours(Vec::new())) {
        return Ok(Observed::ours(Vec::new()));
    }
    Ok(asked(context, want).await?.map_or(Observed::Absent, |have| have.observed(context, want)))
}

/// Whether the role's policy is the one wanted, right now.
pub(crate) async fn has_policy(context: &Context<'_>, want: &Role) -> Result<bool, Error> {
    let request = context.site.iam.get_role_policy().role_name(&want.name).policy_name(&want.name);
    let found = absent(request.send().await.called("iam:GetRolePolicy", &context.site.at), ABSENT)?;
    Ok(found.is_some_and(|found| policy::same(&decoded(found.policy_document()), &want.policy)))
}

/// Sets the role's policy alone.
pub(crate) async fn put_policy(context: &Context<'_>, want: &Role) -> Result<(), Error> {
    // The role may be seconds old, and IAM not yet agree with itself that it is there.
    let unseen = |error: &Error| error.is(ABSENT);
    retry(PROPAGATION, unseen, || async {
        let request = context.site.iam.put_role_policy().role_name(&want.name).policy_name(&want.name);
        let request = request.policy_document(want.policy.to_string());
        request.send().await.called("iam:PutRolePolicy", &context.site.at)
    })
    .await?;
    Ok(())
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
        request.send().await.called("iam:CreateRole", at)?;
    }
    put_policy(context, want).await
}

/// A role can be deleted only without policies (IAM, DeleteRole). Ours has one; others that somebody gave it
/// go with it.
pub(super) async fn remove(context: &Context<'_>, want: &Role) -> Result<(), Error> {
    let (iam, at) = (&context.site.iam, &context.site.at);
    delete_policy(context, &want.name, &want.name).await?;
    let gone = iam.delete_role().role_name(&want.name).send().await.called("iam:DeleteRole", at);
    match absent(gone, ABSENT) {
        Err(error) if error.is(&["DeleteConflict", "DeleteConflictException"]) => {
            strip(context, &want.name).await?;
            let gone = iam.delete_role().role_name(&want.name).send().await.called("iam:DeleteRole", at);
            absent(gone, ABSENT)?;
        }
        other => drop(other?),
    }
    Ok(())
}

async fn delete_policy(context: &Context<'_>, role: &str, name: &str) -> Result<(), Error> {
    let gone = context.site.iam.delete_role_policy().role_name(role).policy_name(name).send().await;
    absent(gone.called("iam:DeleteRolePolicy", &context.site.at), ABSENT)?;
    Ok(())
}

/// Takes everything off a role that keeps it from being deleted.
async fn strip(context: &Context<'_>, role: &str) -> Result<(), Error> {
    let (iam, at) = (&context.site.iam, &context.site.at);
    let inline = iam.list_role_policies().role_name(role).send().await;
    let inline = absent(inline.called("iam:ListRolePolicies", at), ABSENT)?;
    for name in inline.map(|answer| answer.policy_names).unwrap_or_default() {
        delete_policy(context, role, &name).await?;
    }
    let attached = iam.list_attached_role_policies().role_name(role).send().await;
    let attached = absent(attached.called("iam:ListAttachedRolePolicies", at), ABSENT)?;
    let attached = attached.and_then(|answer| answer.attached_policies).unwrap_or_default();
    for arn in attached.iter().filter_map(|policy| policy.policy_arn()) {
        let gone = iam.detach_role_policy().role_name(role).policy_arn(arn).send().await;
        absent(gone.called("iam:DetachRolePolicy", at), ABSENT)?;
    }
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
