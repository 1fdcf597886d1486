//! IAM. Each method needs the permission of the same name, on the user: `iam:ListAttachedUserPolicies`,
//! `iam:AttachUserPolicy` (with the deny as `iam:PolicyARN`), `iam:GetUserPolicy`, `iam:PutUserPolicy`,
//! `iam:ListAccessKeys`, `iam:UpdateAccessKey`, `iam:GetAccessKeyLastUsed`, `iam:ListUsers`.

use aws_sdk_iam::{
    error::{ProvideErrorMetadata, SdkError},
    types::StatusType,
};
use guard_contract::{INLINE_DENY_DOCUMENT, INLINE_DENY_NAME};
use percent_encoding::percent_decode_str;

use super::Aws;
use crate::{
    clients,
    responder::{DenyError, Key, UserDenier},
};

/// The most that a page of ListUsers holds.
const USERS: i32 = 1000;

impl UserDenier for Aws {
    async fn is_attached(&self, user: &str) -> Result<bool, DenyError> {
        let request = self.iam.list_attached_user_policies().user_name(user);
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| deny_error(&error))?;
            let mut policies = page.attached_policies().iter();
            if policies.any(|policy| policy.policy_arn() == Some(self.deny)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn attach(&self, user: &str) -> Result<(), DenyError> {
        let request = self.iam.attach_user_policy().user_name(user).policy_arn(self.deny);
        request.send().await.map_err(|error| deny_error(&error))?;
        Ok(())
    }

    async fn inline(&self, user: &str) -> Result<Option<String>, DenyError> {
        let request = self.iam.get_user_policy().user_name(user).policy_name(INLINE_DENY_NAME);
        match request.send().await.map_err(|error| deny_error(&error)) {
            // IAM URL-encodes documents.
            Ok(policy) => Ok(percent_decode_str(policy.policy_document()).decode_utf8().ok().map(Into::into)),
            Err(DenyError::NoSuchEntity(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn put_inline(&self, user: &str) -> Result<(), DenyError> {
        let request = self.iam.put_user_policy().user_name(user);
        let request = request.policy_name(INLINE_DENY_NAME).policy_document(INLINE_DENY_DOCUMENT);
        request.send().await.map_err(|error| deny_error(&error))?;
        Ok(())
    }

    async fn keys(&self, user: &str) -> Result<Vec<Key>, DenyError> {
        let mut keys = Vec::new();
        let mut pages = self.iam.list_access_keys().user_name(user).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| deny_error(&error))?;
            keys.extend(page.access_key_metadata().iter().filter_map(|key| {
                // A state that is neither counts as active: in doubt, contain.
                let active = key.status() != Some(&StatusType::Inactive);
                Some(Key { id: key.access_key_id()?.to_owned(), active })
            }));
        }
        Ok(keys)
    }

    async fn deactivate(&self, user: &str, key: &str) -> Result<(), DenyError> {
        let request = self.iam.update_access_key().user_name(user).access_key_id(key);
        request.status(StatusType::Inactive).send().await.map_err(|error| deny_error(&error))?;
        Ok(())
    }

    async fn owner_of(&self, key: &str) -> Result<Option<String>, DenyError> {
        let answer = self.iam.get_access_key_last_used().access_key_id(key).send().await;
        match answer.map_err(|error| deny_error(&error)) {
            Ok(answer) => Ok(answer.user_name().map(str::to_owned)),
            Err(DenyError::NoSuchEntity(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// IAM finds users by name only: all are listed, 1,000 a page, of at most 5,000 (IAM quotas).
    async fn name_of(&self, id: &str) -> Result<Option<String>, DenyError> {
        let mut pages = self.iam.list_users().max_items(USERS).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| deny_error(&error))?;
            if let Some(user) = page.users().iter().find(|user| user.user_id() == id) {
                return Ok(Some(user.user_name().to_owned()));
            }
        }
        Ok(None)
    }
}

fn deny_error<E, R>(error: &SdkError<E, R>) -> DenyError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug,
{
    let refusal = clients::refusal(error);
    match refusal.code.as_str() {
        "NoSuchEntity" | "NoSuchEntityException" => DenyError::NoSuchEntity(refusal.message),
        _ => DenyError::Other(refusal),
    }
}
