//! Roles: of the functions, and of the rules that forward.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use aws_sdk_iam::types::{AttachedPermissionsBoundary, Tag};
use serde_json::Value;

use crate::chain::Role;

use super::answers::Tags;
use super::error::{Called, absent, present};
use super::identities::{self, Page};
use super::retry::{PROPAGATION, retry, role_busy};
use super::{Context, Error, Observed, mark, policy};

const ABSENT: &[&str] = &["NoSuchEntity", "NoSuchEntityException"];

/// IAM writes policy documents URL-encoded (RFC 3986) in its answers.
pub(super) fn decoded(document: &str) -> Value {
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
#[derive(Debug)]
pub(super) struct Have {
    /// Its unique id: another one if it was made anew under its name.
    id: String,
    tags: Tags,
    trust: Value,
    /// The policy of the role's own name.
    policy: Option<Value>,
    /// ARN of its permissions boundary: one that is not ours can take everything from it.
    boundary: Option<String>,
    others: Others,
}

/// Policies that somebody else gave a role of ours: what it may must be what we say, so they are drift.
#[derive(Debug, Default)]
struct Others {
    /// Names of inline policies.
    inline: Vec<String>,
    /// ARNs of managed policies.
    attached: Vec<String>,
}

impl Others {
    fn is_empty(&self) -> bool {
        self.inline.is_empty() && self.attached.is_empty()
    }

    /// As messages name them.
    fn names(&self) -> String {
        let all: Vec<&str> = self.inline.iter().chain(&self.attached).map(String::as_str).collect();
        all.join(", ")
    }
}

impl Have {
    fn observed(&self, context: &Context<'_>, want: &Role) -> Observed {
        if !mark::is_ours(&self.tags, context.mark) {
            return Observed::Foreign;
        }
        let mut drift: Vec<String> = mark::lack(&self.tags, context).into_iter().collect();
        if !policy::same(&self.trust, &want.trust()) {
            drift.push(format!("its trust is not {} alone", want.service));
        }
        match &self.policy {
            None => drift.push("its policy is missing".to_owned()),
            Some(have) if !policy::same(have, &want.policy) => drift.push("its policy differs".to_owned()),
            Some(_) => {}
        }
        if let Some(boundary) = &self.boundary {
            drift.push(format!("it has a permissions boundary: {boundary}"));
        }
        if !self.others.is_empty() {
            drift.push(format!("it has policies that are not guard's: {}", self.others.names()));
        }
        Observed::ours(drift)
    }
}

fn tags(tags: &[Tag]) -> Tags {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

fn boundary(attached: Option<&AttachedPermissionsBoundary>) -> Option<String> {
    attached.and_then(|boundary| boundary.permissions_boundary_arn()).map(str::to_owned)
}

/// As the account's page of identities has it; believed only if nothing is wrong there.
fn listed(page: &Page, name: &str) -> Option<Have> {
    let role = page.roles.get(name)?;
    let own = role.role_policy_list().iter().find(|policy| policy.policy_name() == Some(name));
    let inline = role.role_policy_list().iter().filter_map(|policy| policy.policy_name());
    let attached = role.attached_managed_policies().iter().filter_map(|policy| policy.policy_arn());
    Some(Have {
        id: role.role_id().unwrap_or_default().to_owned(),
        tags: tags(role.tags()),
        trust: role.assume_role_policy_document().map(decoded).unwrap_or_default(),
        policy: own.and_then(|policy| policy.policy_document()).map(decoded),
        boundary: boundary(role.permissions_boundary()),
        others: Others {
            inline: inline.filter(|other| *other != name).map(str::to_owned).collect(),
            attached: attached.map(str::to_owned).collect(),
        },
    })
}

/// As IAM has it when asked by name; `None` if it is not there.
async fn asked(context: &Context<'_>, want: &Role) -> Result<Arc<Option<Have>>, Error> {
    context.site.seen.roles.about(&want.name).get(|| ask(context, &want.name)).await
}

async fn ask(context: &Context<'_>, name: &str) -> Result<Option<Have>, Error> {
    let (iam, at) = (&context.site.iam, &context.site.at);
    let found = iam.get_role().role_name(name).send().await.called("iam:GetRole", at);
    let Some(answer) = absent(found, ABSENT)? else { return Ok(None) };
    let role = present(answer.role, "Role", "iam:GetRole", at)?;
    let found = iam.get_role_policy().role_name(name).policy_name(name).send().await;
    let own = absent(found.called("iam:GetRolePolicy", at), ABSENT)?;
    // Where the page shows that there are no others, two calls are saved.
    let page = identities::page(context.site).await;
    let others = match listed(&page, name) {
        Some(listed) if listed.others.is_empty() => Others::default(),
        _ => others(context, name).await?,
    };
    Ok(Some(Have {
        id: role.role_id().to_owned(),
        tags: tags(role.tags()),
        trust: role.assume_role_policy_document().map(decoded).unwrap_or_default(),
        policy: own.map(|answer| decoded(answer.policy_document())),
        boundary: boundary(role.permissions_boundary()),
        others,
    }))
}

/// The policies of a role beside the one of its own name.
async fn others(context: &Context<'_>, name: &str) -> Result<Others, Error> {
    let (iam, at) = (&context.site.iam, &context.site.at);
    let inline = iam.list_role_policies().role_name(name).send().await;
    let inline = absent(inline.called("iam:ListRolePolicies", at), ABSENT)?;
    let mut inline = inline.map(|answer| answer.policy_names).unwrap_or_default();
    inline.retain(|other| other != name);
    let attached = iam.list_attached_role_policies().role_name(name).send().await;
    let attached = absent(attached.called("iam:ListAttachedRolePolicies", at), ABSENT)?;
    let attached = attached.and_then(|answer| answer.attached_policies).unwrap_or_default();
    Ok(Others { inline, attached: attached.into_iter().filter_map(|policy| policy.policy_arn).collect() })
}

pub(super) async fn observe(context: &Context<'_>, want: &Role) -> Result<Observed, Error> {
    let page = identities::page(context.site).await;
    let listed = listed(&page, &want.name).map(|have| have.observed(context, want));
    if listed == Some(Observed::ours(Vec::new())) {
        return Ok(Observed::ours(Vec::new()));
    }
    let asked = asked(context, want).await?;
    Ok(asked.as_ref().as_ref().map_or(Observed::Absent, |have| have.observed(context, want)))
}

/// The unique id of the role of that name; `None` if it is not there.
pub(super) async fn id(context: &Context<'_>, name: &str) -> Result<Option<String>, Error> {
    if let Some(have) = listed(&*identities::page(context.site).await, name) {
        return Ok(Some(have.id));
    }
    let asked = context.site.seen.roles.about(name).get(|| ask(context, name)).await?;
    Ok(asked.as_ref().as_ref().map(|have| have.id.clone()))
}

/// The unique id of the role of that name, right now.
///
/// # Errors
/// What IAM says of a role that isn't there.
pub(super) async fn current_id(context: &Context<'_>, name: &str) -> Result<String, Error> {
    let found = context.site.iam.get_role().role_name(name).send().await;
    let answer = found.called("iam:GetRole", &context.site.at)?;
    Ok(present(answer.role, "Role", "iam:GetRole", &context.site.at)?.role_id)
}

/// The same, of a role that may be seconds old.
pub(super) async fn new_id(context: &Context<'_>, name: &str) -> Result<String, Error> {
    retry(PROPAGATION, |error| error.is(ABSENT), || current_id(context, name)).await
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
    let not_yet = |error: &Error| error.is(ABSENT) || role_busy(error);
    retry(PROPAGATION, not_yet, || async {
        let request = context.site.iam.put_role_policy().role_name(&want.name).policy_name(&want.name);
        let request = request.policy_document(want.policy.to_string());
        request.send().await.called("iam:PutRolePolicy", &context.site.at)
    })
    .await?;
    Ok(())
}

pub(super) async fn put(context: &Context<'_>, want: &Role, exists: bool) -> Result<(), Error> {
    let have = if exists { Some(asked(context, want).await?) } else { None };
    match have.as_ref().and_then(|have| have.as_ref().as_ref()) {
        Some(have) => repair(context, want, have).await,
        None => create(context, want).await,
    }
}

fn sdk_tags(tags: Tags) -> Vec<Tag> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build().expect("key and value are set");
    tags.into_iter().map(tag).collect()
}

async fn create(context: &Context<'_>, want: &Role) -> Result<(), Error> {
    let tags = sdk_tags(mark::tags(context));
    retry(PROPAGATION, role_busy, || async {
        let request = context.site.iam.create_role().role_name(&want.name).description(&want.description);
        let request = request.assume_role_policy_document(want.trust().to_string());
        request.set_tags(Some(tags.clone())).send().await.called("iam:CreateRole", &context.site.at)
    })
    .await?;
    put_policy(context, want).await
}

/// Puts right what differs and nothing else: a new trust would not be seen everywhere for a while.
async fn repair(context: &Context<'_>, want: &Role, have: &Have) -> Result<(), Error> {
    let trust = want.trust();
    if !policy::same(&have.trust, &trust) {
        retry(PROPAGATION, role_busy, || async {
            let request = context.site.iam.update_assume_role_policy().role_name(&want.name);
            let request = request.policy_document(trust.to_string());
            request.send().await.called("iam:UpdateAssumeRolePolicy", &context.site.at)
        })
        .await?;
    }
    if !have.policy.as_ref().is_some_and(|policy| policy::same(policy, &want.policy)) {
        put_policy(context, want).await?;
    }
    let lacking = mark::lacking(&have.tags, context.object);
    if !lacking.is_empty() {
        retry(PROPAGATION, role_busy, || async {
            let tags = sdk_tags(lacking.clone());
            let request = context.site.iam.tag_role().role_name(&want.name).set_tags(Some(tags));
            request.send().await.called("iam:TagRole", &context.site.at)
        })
        .await?;
    }
    if have.boundary.is_some() {
        let gone = context.site.iam.delete_role_permissions_boundary().role_name(&want.name).send().await;
        absent(gone.called("iam:DeleteRolePermissionsBoundary", &context.site.at), ABSENT)?;
    }
    strip(context, &want.name, &have.others).await
}

/// A role can be deleted only without policies (IAM, DeleteRole). Ours has one; others that somebody gave it
/// go with it. IAM may see a policy for a while after it was deleted, and another run may write ours again at the same
/// moment, so all of this is repeated (hashicorp/aws repeats it for two minutes).
pub(super) async fn remove(context: &Context<'_>, want: &Role) -> Result<(), Error> {
    let conflict =
        |error: &Error| error.is(&["DeleteConflict", "DeleteConflictException"]) || role_busy(error);
    let again = AtomicBool::new(false);
    retry(PROPAGATION, conflict, || async {
        if again.swap(true, Ordering::Relaxed) {
            strip(context, &want.name, &others(context, &want.name).await?).await?;
        }
        delete_policy(context, &want.name, &want.name).await?;
        let gone = context.site.iam.delete_role().role_name(&want.name).send().await;
        absent(gone.called("iam:DeleteRole", &context.site.at), ABSENT).map(drop)
    })
    .await
}

async fn delete_policy(context: &Context<'_>, role: &str, name: &str) -> Result<(), Error> {
    retry(PROPAGATION, role_busy, || async {
        let gone = context.site.iam.delete_role_policy().role_name(role).policy_name(name).send().await;
        absent(gone.called("iam:DeleteRolePolicy", &context.site.at), ABSENT).map(drop)
    })
    .await
}

/// Takes off a role what is not ours.
async fn strip(context: &Context<'_>, role: &str, others: &Others) -> Result<(), Error> {
    for name in &others.inline {
        delete_policy(context, role, name).await?;
    }
    for arn in &others.attached {
        retry(PROPAGATION, role_busy, || async {
            let gone = context.site.iam.detach_role_policy().role_name(role).policy_arn(arn).send().await;
            absent(gone.called("iam:DetachRolePolicy", &context.site.at), ABSENT)
        })
        .await?;
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
