//! Clients per account and region, made once.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::tls;
use tokio::sync::{Mutex, OnceCell};

use crate::chain::Location;

use super::credentials::{AssumedRole, Role};
use super::error::Called;
use super::identities::Identities;
use super::{Error, Site};

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

/// The caller's account, and the way into the others.
pub(crate) struct Accounts {
    config: SdkConfig,
    caller: OnceCell<String>,
    /// The account that is taken for the caller's until it is asked for.
    home: OnceLock<String>,
    /// The region of the provider's configuration.
    pub(crate) region: String,
    member_role: String,
    members: Mutex<HashMap<String, Arc<OnceCell<Member>>>>,
    sites: Mutex<HashMap<Location, Arc<OnceCell<Arc<Site>>>>>,
}

/// An account that was entered.
#[derive(Clone)]
struct Member {
    /// None for the caller's own.
    role: Option<AssumedRole>,
    identities: Arc<Identities>,
}

/// How an account is named that nobody has asked for yet.
const CALLER: &str = "the caller's account";

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
    /// The credentials are of another organization.
    #[error(
        "the credentials are of account {caller}, but this guard was built from account {hub}; use the credentials of {hub}"
    )]
    OtherAccount {
        /// The account of the state's hub.
        hub: String,
        /// The caller's.
        caller: String,
    },
    /// A member account can't be entered.
    #[error(
        "account {account} can't be entered, because its role {role} can't be assumed: {source}; the account must be an active one of the organization and the role must be there and trust the caller (see `member_role_name`)"
    )]
    Member {
        /// The account.
        account: String,
        /// The role's name.
        role: String,
        /// What AWS said.
        source: Error,
    },
}

impl AccessError {
    /// Whether AWS refuses a member account: it is closed or suspended, has left, or its role is gone.
    pub(crate) fn is_refused_account(&self) -> bool {
        matches!(self, Self::Member { source, .. } if source.is(&["AccessDenied"]))
    }
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
    /// Loads the configuration; AWS is not asked yet.
    ///
    /// # Errors
    /// If there is no region, or half a key.
    pub(crate) async fn connect(settings: &Settings) -> Result<Self, AccessError> {
        let mut config = load(settings).await?;
        let region = config.region().ok_or(AccessError::NoRegion)?.to_string();
        if let Some(role) = &settings.assume_role {
            let sts = aws_sdk_sts::Client::new(&config);
            let here = Location::new(CALLER, &region);
            config = with_role(&config, AssumedRole::new(sts, role.clone(), here));
        }
        Ok(Self {
            config,
            caller: OnceCell::new(),
            home: OnceLock::new(),
            region,
            member_role: settings.member_role.clone(),
            members: Mutex::default(),
            sites: Mutex::default(),
        })
    }

    /// The account of the caller: the hub's.
    ///
    /// # Errors
    /// If the credentials don't work.
    pub(crate) async fn caller(&self) -> Result<&str, AccessError> {
        let asked = self.caller.get_or_try_init(|| async {
            let answer = aws_sdk_sts::Client::new(&self.config).get_caller_identity().send().await;
            let here = Location::new(CALLER, &self.region);
            let answer = answer.called("sts:GetCallerIdentity", &here).map_err(AccessError::Caller)?;
            Ok(answer.account.unwrap_or_default())
        });
        asked.await.map(String::as_str)
    }

    /// Takes an account for the caller's: another one is then entered by its role without asking who the
    /// caller is. That account itself is only entered once the caller is known to be in it.
    pub(crate) fn expect_caller(&self, account: &str) {
        // The first hub that a plan or state tells of; a second one would be another organization's.
        let _ = self.home.set(account.to_owned());
    }

    /// The clients of an account and region; assumes the member role at the first call for its account.
    ///
    /// # Errors
    /// If the member role can't be assumed.
    pub(crate) async fn site(&self, at: &Location) -> Result<Arc<Site>, AccessError> {
        let cell = self.sites.lock().await.entry(at.clone()).or_default().clone();
        let site = cell.get_or_try_init(|| async {
            let member = self.member(&at.account).await?;
            let mut config = self.config.to_builder().region(Region::new(at.region.clone())).build();
            if let Some(role) = member.role {
                config = with_role(&config, role);
            }
            Ok::<_, AccessError>(Arc::new(Site::new(at.clone(), &config, member.identities)))
        });
        site.await.cloned()
    }

    /// The sites that were entered.
    pub(crate) async fn entered(&self) -> Vec<Arc<Site>> {
        self.sites.lock().await.values().filter_map(|cell| cell.get().cloned()).collect()
    }

    async fn member(&self, account: &str) -> Result<Member, AccessError> {
        let cell = self.members.lock().await.entry(account.to_owned()).or_default().clone();
        let member = cell.get_or_try_init(|| async {
            let role = match self.home.get() {
                Some(home) if home != account => Some(self.assume(account).await?),
                home => match self.caller().await? {
                    caller if caller == account => None,
                    caller if home.is_some() => {
                        let (hub, caller) = (account.to_owned(), caller.to_owned());
                        return Err(AccessError::OtherAccount { hub, caller });
                    }
                    _ => Some(self.assume(account).await?),
                },
            };
            Ok::<_, AccessError>(Member { role, identities: Arc::default() })
        });
        member.await.cloned()
    }

    async fn assume(&self, account: &str) -> Result<AssumedRole, AccessError> {
        let arn = format!("arn:aws:iam::{account}:role/{}", self.member_role);
        let sts = aws_sdk_sts::Client::new(&self.config);
        let known = self.caller.get().or(self.home.get()).map_or(CALLER, String::as_str);
        let role = Role { arn, session_name: "guard".to_owned(), external_id: None };
        let role = AssumedRole::new(sts, role, Location::new(known, &self.region));
        let refused = |source| AccessError::Member {
            account: account.to_owned(),
            role: self.member_role.clone(),
            source,
        };
        role.credentials().await.map_err(refused)?;
        Ok(role)
    }
}
