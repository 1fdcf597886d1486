//! Credentials of an assumed role, shared by all clients of an account, so that one AssumeRole serves all.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError, future},
};
use aws_sdk_sts::types::{Credentials as Given, PolicyDescriptorType, Tag};
use tokio::sync::Mutex;

use crate::chain::Location;

use super::Error;
use super::error::Called;
use super::web_identity::Token;

/// A session of a role.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// The role's ARN.
    pub(crate) arn: String,
    /// The session's name, which CloudTrail shows.
    pub(crate) name: String,
    /// How long it lasts, if not as long as AWS says: an hour.
    pub(crate) length: Option<Duration>,
    /// A policy, as JSON, that narrows what it may do.
    pub(crate) policy: Option<String>,
    /// Managed policies that do as well.
    pub(crate) policy_arns: Vec<String>,
}

/// A role to assume.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    /// Its session.
    pub(crate) session: Session,
    /// What the role's trust may ask for.
    pub(crate) external_id: Option<String>,
    /// Who is behind the session, which CloudTrail shows.
    pub(crate) source_identity: Option<String>,
    /// The session's tags.
    pub(crate) tags: BTreeMap<String, String>,
    /// Keys of the tags that stay when it assumes another role.
    pub(crate) transitive_tag_keys: Vec<String>,
}

/// What a session of the caller's role hands on to the sessions of the roles that it assumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HandedOn {
    /// Who is behind it.
    pub(crate) source_identity: bool,
    /// Tags.
    pub(crate) tags: bool,
}

impl Role {
    /// What its session hands on.
    pub(super) fn hands_on(&self) -> HandedOn {
        HandedOn {
            source_identity: self.source_identity.is_some(),
            tags: !self.transitive_tag_keys.is_empty(),
        }
    }
}

/// How a role is assumed.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// By somebody with credentials.
    Role(Role),
    /// By somebody with a token.
    WebIdentity(Session, Token),
}

/// An assumed role; its credentials are renewed five minutes before they end.
#[derive(Clone, Debug)]
pub(super) struct AssumedRole {
    sts: aws_sdk_sts::Client,
    way: Arc<Way>,
    at: Location,
    current: Arc<Mutex<Option<Credentials>>>,
}

const MARGIN: Duration = Duration::from_secs(300);

impl Session {
    /// What a session is called that nobody names.
    pub(crate) const NAME: &str = "guard";

    /// A session of which nothing is asked.
    pub(super) fn plain(arn: String) -> Self {
        Self { arn, name: Self::NAME.to_owned(), length: None, policy: None, policy_arns: Vec::new() }
    }

    fn seconds(&self) -> Option<i32> {
        self.length.and_then(|length| i32::try_from(length.as_secs()).ok())
    }

    /// None rather than an empty list, which AWS would be sent.
    fn policies(&self) -> Option<Vec<PolicyDescriptorType>> {
        let policy = |arn: &String| PolicyDescriptorType::builder().arn(arn).build();
        some(self.policy_arns.iter().map(policy).collect())
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

impl Role {
    /// A role that is assumed with its name alone.
    pub(super) fn plain(arn: String) -> Self {
        Self {
            session: Session::plain(arn),
            external_id: None,
            source_identity: None,
            tags: BTreeMap::new(),
            transitive_tag_keys: Vec::new(),
        }
    }
}

impl AssumedRole {
    /// A role that `sts`'s caller assumes.
    pub(super) fn new(sts: aws_sdk_sts::Client, way: Way, at: Location) -> Self {
        Self { sts, way: Arc::new(way), at, current: Arc::default() }
    }

    /// The credentials, from AWS if there are none or they are about to end.
    pub(super) async fn credentials(&self) -> Result<Credentials, Error> {
        let mut current = self.current.lock().await;
        let soon = std::time::SystemTime::now() + MARGIN;
        if let Some(credentials) = current.as_ref().filter(|have| have.expiry().is_none_or(|end| end > soon))
        {
            return Ok(credentials.clone());
        }
        let given = match &*self.way {
            Way::Role(role) => self.with_credentials(role).await?,
            Way::WebIdentity(session, token) => self.with_token(session, token).await?,
        };
        let end = std::time::SystemTime::try_from(given.expiration).ok();
        let (key, secret, token) = (given.access_key_id, given.secret_access_key, given.session_token);
        let credentials = Credentials::new(key, secret, Some(token), end, "AssumedRole");
        *current = Some(credentials.clone());
        Ok(credentials)
    }

    async fn with_credentials(&self, role: &Role) -> Result<Given, Error> {
        let call = "sts:AssumeRole";
        let mut tags = Vec::new();
        for (key, value) in &role.tags {
            let tag = Tag::builder().key(key).value(value).build();
            tags.push(tag.map_err(|error| Error::answer(call, &self.at, error.to_string()))?);
        }
        let session = &role.session;
        let request = self.sts.assume_role().role_arn(&session.arn).role_session_name(&session.name);
        let request = request.set_duration_seconds(session.seconds());
        let request = request.set_policy(session.policy.clone()).set_policy_arns(session.policies());
        let request = request.set_external_id(role.external_id.clone());
        let request = request.set_source_identity(role.source_identity.clone());
        let request = request.set_tags(some(tags));
        let request = request.set_transitive_tag_keys(some(role.transitive_tag_keys.clone()));
        let answer = request.send().await.called(call, &self.at)?;
        answer.credentials.ok_or_else(|| self.nothing(call, session))
    }

    async fn with_token(&self, session: &Session, token: &Token) -> Result<Given, Error> {
        let call = "sts:AssumeRoleWithWebIdentity";
        let token = token.read().await.map_err(|fault| Error::answer(call, &self.at, fault))?;
        let request = self.sts.assume_role_with_web_identity().web_identity_token(token);
        let request = request.role_arn(&session.arn).role_session_name(&session.name);
        let request = request.set_duration_seconds(session.seconds());
        let request = request.set_policy(session.policy.clone()).set_policy_arns(session.policies());
        let answer = request.send().await.called(call, &self.at)?;
        answer.credentials.ok_or_else(|| self.nothing(call, session))
    }

    fn nothing(&self, call: &'static str, session: &Session) -> Error {
        Error::answer(call, &self.at, format!("no credentials came for {}", session.arn))
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            self.credentials().await.map_err(CredentialsError::provider_error)
        })
    }
}
