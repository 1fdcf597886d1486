//! The guarded user, only ever read.

use aws_sdk_iam::types::UserDetail;
use guard_contract::{INLINE_DENY_DOCUMENT, INLINE_DENY_NAME, deny_policy_arn};

use super::error::{Called, absent, present};
use super::{Error, Site, identities, policy, role};

const ABSENT: &[&str] = &["NoSuchEntity", "NoSuchEntityException"];

/// An IAM user as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    /// The name in the case in which IAM stores it.
    pub(crate) name: String,
    /// The ARN with its path.
    pub(crate) arn: String,
    /// Its unique id (IAM, "Unique identifiers").
    pub(crate) id: String,
    /// Whether it is denied everything.
    pub(crate) denied: bool,
}

/// Finds a user; `None` if there is none of that name.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn read_user(site: &Site, name: &str) -> Result<Option<User>, Error> {
    let page = identities::users(site).await;
    match page.users.get(&name.to_lowercase()) {
        Some(user) => Ok(Some(listed(user, deny_policy_arn(site.at.partition())))),
        None => asked(site, name).await,
    }
}

/// The name that the user of this unique id has now, if it is another one than `name`. Only the account's page of
/// identities tells, so that a user who isn't on it is not known to be renamed.
pub(crate) async fn renamed(site: &Site, id: &str, name: &str) -> Option<String> {
    let page = identities::users(site).await;
    let user = page.users.values().find(|user| user.user_id() == Some(id))?;
    user.user_name().filter(|now| *now != name).map(str::to_owned)
}

fn listed(user: &UserDetail, deny: &str) -> User {
    let attached = user.attached_managed_policies().iter();
    let denied = attached.filter_map(|policy| policy.policy_arn()).any(|arn| arn == deny)
        || user.user_policy_list().iter().any(|policy| {
            policy.policy_name() == Some(INLINE_DENY_NAME) && policy.policy_document().is_some_and(denies)
        });
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    User { name: text(user.user_name()), arn: text(user.arn()), id: text(user.user_id()), denied }
}

/// Whether an inline policy is the deny: anybody in the account may give its name to another.
fn denies(document: &str) -> bool {
    let deny = serde_json::from_str(INLINE_DENY_DOCUMENT).unwrap_or_default();
    policy::same(&role::decoded(document), &deny)
}

async fn asked(site: &Site, name: &str) -> Result<Option<User>, Error> {
    let (iam, at) = (&site.iam, &site.at);
    let deny = deny_policy_arn(at.partition());
    let found = iam.get_user().user_name(name).send().await.called("iam:GetUser", at);
    let Some(answer) = absent(found, ABSENT)? else { return Ok(None) };
    let user = present(answer.user, "User", "iam:GetUser", at)?;
    let attached = iam.list_attached_user_policies().user_name(name).send().await;
    let attached = absent(attached.called("iam:ListAttachedUserPolicies", at), ABSENT)?;
    let policies = attached.and_then(|answer| answer.attached_policies).unwrap_or_default();
    let mut denied = policies.iter().any(|policy| policy.policy_arn() == Some(deny));
    if !denied {
        let inline = iam.get_user_policy().user_name(name).policy_name(INLINE_DENY_NAME).send().await;
        denied = absent(inline.called("iam:GetUserPolicy", at), ABSENT)?
            .is_some_and(|inline| denies(inline.policy_document()));
    }
    Ok(Some(User { name: user.user_name, arn: user.arn, id: user.user_id, denied }))
}
