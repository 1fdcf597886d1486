//! Undoing what a guard has done to its user, exactly, and doing it again.

use aws_sdk_iam::types::StatusType;
use guard_contract::{INLINE_DENY_DOCUMENT, INLINE_DENY_NAME, Step, Tripped, deny_policy_arn};

use super::error::{Called, absent};
use super::{Error, Site};

const ABSENT: &[&str] = &["NoSuchEntity", "NoSuchEntityException"];

/// Undoes what the responder says that it did, and nothing else; that it is undone already is no error.
///
/// # Errors
/// If AWS refuses; what was not reached is still as it was.
pub(crate) async fn undo(site: &Site, user: &str, tripped: &Tripped) -> Result<(), Error> {
    let (iam, at) = (&site.iam, &site.at);
    let deny = deny_policy_arn(at.partition());
    for step in &tripped.steps {
        match step {
            Step::Attach => {
                let gone = iam.detach_user_policy().user_name(user).policy_arn(deny).send().await;
                absent(gone.called("iam:DetachUserPolicy", at), ABSENT)?;
            }
            Step::Inline => {
                let gone =
                    iam.delete_user_policy().user_name(user).policy_name(INLINE_DENY_NAME).send().await;
                absent(gone.called("iam:DeleteUserPolicy", at), ABSENT)?;
            }
            Step::Keys => {
                // The one that tripped the guard has leaked.
                for key in tripped.keys.iter().filter(|key| tripped.key.as_ref() != Some(key)) {
                    let request = iam.update_access_key().user_name(user).access_key_id(key);
                    let active = request.status(StatusType::Active).send().await;
                    // A key that was deleted meanwhile stays deleted.
                    absent(active.called("iam:UpdateAccessKey", at), ABSENT)?;
                }
            }
        }
    }
    Ok(())
}

/// Denies a user again whose deny was taken off by somebody else: the way that the responder did.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn deny_again(site: &Site, user: &str, tripped: &Tripped) -> Result<(), Error> {
    let (iam, at) = (&site.iam, &site.at);
    let deny = deny_policy_arn(at.partition());
    if tripped.steps.contains(&Step::Inline) {
        let request = iam.put_user_policy().user_name(user).policy_name(INLINE_DENY_NAME);
        let put = request.policy_document(INLINE_DENY_DOCUMENT).send().await;
        put.called("iam:PutUserPolicy", at)?;
    } else {
        let put = iam.attach_user_policy().user_name(user).policy_arn(deny).send().await;
        put.called("iam:AttachUserPolicy", at)?;
    }
    Ok(())
}
