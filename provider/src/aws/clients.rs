//! Clients per account and region, made once.

use std::{collections::HashMap, sync::Arc};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::tls;
use tokio::sync::Mutex;

use crate::chain::Location;

use super::Error;
use super::credentials::{AssumedRole, Role};
use super::error::Called;

/// How to reach AWS: the provider's configuration. What is not set comes from the standard chain.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) region: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) access_key: Option<String>,
    pub(crate) secret_key: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) assume_role: Option<Role>,
    /// The role to assume in member accounts, by name.
    pub(crate) member_role: String,
    /// Terraform's version, for the user agent.
    pub(crate) terraform_version: String,
}

/// The clients of one account and region.
pub(crate) struct Site {
    pub(crate) at: Location,
    pub(super) cloudtrail: aws_sdk_cloudtrail::Client,
    pub(super) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(super) events: aws_sdk_eventbridge::Client,
    pub(super) iam: aws_sdk_iam::Client,
    pub(super) lambda: aws_sdk_lambda::Client,
    pub(super) logs: aws_sdk_cloudwatchlogs::Client,
    pub(super) s3: aws_sdk_s3::Client,
    pub(super) sqs: aws_sdk_sqs::Client,
}

/// The caller's account, and the way into the others.
pub(crate) struct Accounts {
    config: SdkConfig,
    /// The account of the caller: the hub's.
    pub(crate) caller: String,
    /// The region of the provider's configuration.
    pub(crate) region: String,
    member_role: String,
    roles: Mutex<HashMap<String, AssumedRole>>,
    sites: Mutex<HashMap<Location, Arc<Site>>>,
}

/// Throttling and 5xx are tried so often, unless AWS_MAX_ATTEMPTS or the profile says otherwise.
const ATTEMPTS: u32 = 10;

/// The provider can't reach AWS as it is configured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccessError {
    /// No region anywhere.
    #[error(
        "no region is configured; set `region` in the provider block, AWS_REGION, or a region in the profile"
    )]
    NoRegion,
    /// A key without the other.
    #[error("`access_key` and `secret_key` belong together; only one of them is set")]
    HalfAKey,
    /// The credentials don't work.
    #[error("the credentials can't be used: {0}")]
    Caller(Error),
    /// A member account can't be entered.
    #[error(
        "role {role} can't be assumed: {source}; the account must be in the organization and its role must trust the caller (see `member_role_name`)"
    )]
    Member {
        /// The role's ARN.
        role: String,
        /// What AWS said.
        source: Error,
    },
}

async fn load(settings: &Settings) -> Result<SdkConfig, AccessError> {
    let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let http = aws_smithy_http_client::Builder::new().tls_provider(ring).build_https();
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
    if std::env::var_os("AWS_MAX_ATTEMPTS").is_none() {
        loader = loader.retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    }
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    match (&settings.access_key, &settings.secret_key) {
        (Some(key), Some(secret)) => {
            let token = settings.token.clone();
            loader = loader.credentials_provider(Credentials::new(key, secret, token, None, "ProviderBlock"));
        }
        (None, None) => {}
        _ => return Err(AccessError::HalfAKey),
    }
    if let Ok(name) = aws_types::app_name::AppName::new(format!("guard-{}", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    tracing::debug!(terraform = settings.terraform_version, "loading the AWS configuration");
    Ok(loader.load().await)
}

fn with_role(config: &SdkConfig, role: AssumedRole) -> SdkConfig {
    config.to_builder().credentials_provider(SharedCredentialsProvider::new(role)).build()
}

impl Accounts {
    /// Finds out who the caller is.
    ///
    /// # Errors
    /// If there is no region, or the credentials don't work.
    pub(crate) async fn connect(settings: &Settings) -> Result<Self, AccessError> {
        let mut config = load(settings).await?;
        let region = config.region().ok_or(AccessError::NoRegion)?.to_string();
        let here = Location::new("the caller's account", &region);
        if let Some(role) = &settings.assume_role {
            let sts = aws_sdk_sts::Client::new(&config);
            config = with_role(&config, AssumedRole::new(sts, role.clone(), here.clone()));
        }
        let caller = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
        let caller = caller.called("sts:GetCallerIdentity", &here).map_err(AccessError::Caller)?;
        let caller = caller.account.unwrap_or_default();
        Ok(Self {
            config,
            caller,
            region,
            member_role: settings.member_role.clone(),
            roles: Mutex::default(),
            sites: Mutex::default(),
        })
    }

    /// The clients of an account and region; assumes the member role at the first call for its account.
    ///
    /// # Errors
    /// If the member role can't be assumed.
    pub(crate) async fn site(&self, at: &Location) -> Result<Arc<Site>, AccessError> {
        if let Some(site) = self.sites.lock().await.get(at) {
            return Ok(site.clone());
        }
        let mut config = self.config.to_builder().region(Region::new(at.region.clone())).build();
        if at.account != self.caller {
            config = with_role(&config, self.member(&at.account).await?);
        }
        let site = Arc::new(Site::new(at.clone(), &config));
        Ok(self.sites.lock().await.entry(at.clone()).or_insert(site).clone())
    }

    async fn member(&self, account: &str) -> Result<AssumedRole, AccessError> {
        let arn = format!("arn:aws:iam::{account}:role/{}", self.member_role);
        let role = {
            let mut roles = self.roles.lock().await;
            let new = || {
                let role = Role { arn: arn.clone(), session_name: "guard".to_owned(), external_id: None };
                let sts = aws_sdk_sts::Client::new(&self.config);
                AssumedRole::new(sts, role, Location::new(&self.caller, &self.region))
            };
            roles.entry(account.to_owned()).or_insert_with(new).clone()
        };
        role.credentials().await.map_err(|source| AccessError::Member { role: arn, source })?;
        Ok(role)
    }
}

impl Site {
    fn new(at: Location, config: &SdkConfig) -> Self {
        // An endpoint of one's own rarely has a name per bucket.
        let s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(config.endpoint_url().is_some());
        Self {
            at,
            cloudtrail: aws_sdk_cloudtrail::Client::new(config),
            cloudwatch: aws_sdk_cloudwatch::Client::new(config),
            events: aws_sdk_eventbridge::Client::new(config),
            iam: aws_sdk_iam::Client::new(config),
            lambda: aws_sdk_lambda::Client::new(config),
            logs: aws_sdk_cloudwatchlogs::Client::new(config),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            sqs: aws_sdk_sqs::Client::new(config),
        }
    }
}
