//! IAM and the edge bus as the AWS SDK has them.

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use guard_contract::{DENY_POLICY_ARN, INLINE_DENY_DOCUMENT, INLINE_DENY_NAME};
use percent_encoding::percent_decode_str;

use super::{DenyError, RuleBook, UserDenier};
use crate::{Refusal, clients};

/// IAM.
#[derive(Clone, Debug)]
pub struct Iam(pub aws_sdk_iam::Client);

impl UserDenier for Iam {
    async fn is_attached(&self, user: &str) -> Result<bool, DenyError> {
        let request = self.0.list_attached_user_policies().user_name(user);
        let mut pages = request.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| deny_error(&error))?;
            let mut policies = page.attached_policies().iter();
            if policies.any(|policy| policy.policy_arn() == Some(DENY_POLICY_ARN)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn attach(&self, user: &str) -> Result<(), DenyError> {
        let request = self.0.attach_user_policy().user_name(user).policy_arn(DENY_POLICY_ARN);
        request.send().await.map_err(|error| deny_error(&error))?;
        Ok(())
    }

    async fn inline(&self, user: &str) -> Result<Option<String>, DenyError> {
        let request = self.0.get_user_policy().user_name(user).policy_name(INLINE_DENY_NAME);
        match request.send().await.map_err(|error| deny_error(&error)) {
            // IAM URL-encodes documents.
            Ok(policy) => Ok(percent_decode_str(policy.policy_document()).decode_utf8().ok().map(Into::into)),
            Err(DenyError::NoSuchEntity(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn put_inline(&self, user: &str) -> Result<(), DenyError> {
        let request = self.0.put_user_policy().user_name(user);
        let request = request.policy_name(INLINE_DENY_NAME).policy_document(INLINE_DENY_DOCUMENT);
        request.send().await.map_err(|error| deny_error(&error))?;
        Ok(())
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
        "LimitExceeded" | "LimitExceededException" => DenyError::LimitExceeded(refusal.message),
        _ => DenyError::Other(refusal),
    }
}

/// The rules of EventBridge's buses.
#[derive(Clone, Debug)]
pub struct Rules(pub aws_sdk_eventbridge::Client);

impl RuleBook for Rules {
    async fn pattern(&self, bus: &str, rule: &str) -> Result<String, Refusal> {
        let request = self.0.describe_rule().event_bus_name(bus).name(rule);
        let rule = request.send().await.map_err(|error| clients::refusal(&error))?;
        Ok(rule.event_pattern().unwrap_or_default().to_owned())
    }
}
