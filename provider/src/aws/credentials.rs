//! Credentials of an assumed role, shared by all clients of an account, so that one AssumeRole serves all.

use std::{sync::Arc, time::Duration};

use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, error::CredentialsError, future},
};
use tokio::sync::Mutex;

use crate::chain::Location;

use super::Error;
use super::error::Called;

/// A role to assume.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    /// Its ARN.
    pub(crate) arn: String,
    /// The session's name, which CloudTrail shows.
    pub(crate) session_name: String,
    /// What the role's trust may ask for.
    pub(crate) external_id: Option<String>,
}

/// An assumed role; its credentials are renewed five minutes before they end.
#[derive(Clone, Debug)]
pub(super) struct AssumedRole {
    sts: aws_sdk_sts::Client,
    role: Arc<Role>,
    at: Location,
    current: Arc<Mutex<Option<Credentials>>>,
}

const MARGIN: Duration = Duration::from_secs(300);

impl AssumedRole {
    /// A role that `sts`'s caller assumes.
    pub(super) fn new(sts: aws_sdk_sts::Client, role: Role, at: Location) -> Self {
        Self { sts, role: Arc::new(role), at, current: Arc::default() }
    }

    /// The credentials, from AWS if there are none or they are about to end.
    pub(super) async fn credentials(&self) -> Result<Credentials, Error> {
        let mut current = self.current.lock().await;
        let soon = std::time::SystemTime::now() + MARGIN;
        if let Some(credentials) = current.as_ref().filter(|have| have.expiry().is_none_or(|end| end > soon))
        {
            return Ok(credentials.clone());
        }
        let request = self.sts.assume_role().role_arn(&self.role.arn);
        let request = request.role_session_name(&self.role.session_name);
        let request = request.set_external_id(self.role.external_id.clone());
        let answer = request.send().await.called("sts:AssumeRole", &self.at)?;
        let given = answer.credentials.ok_or_else(|| {
            Error::answer("sts:AssumeRole", &self.at, format!("no credentials came for {}", self.role.arn))
        })?;
        let end = std::time::SystemTime::try_from(given.expiration).ok();
        let (key, secret, token) = (given.access_key_id, given.secret_access_key, given.session_token);
        let credentials = Credentials::new(key, secret, Some(token), end, "AssumedRole");
        *current = Some(credentials.clone());
        Ok(credentials)
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
