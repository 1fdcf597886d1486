//! Clients per account and region, made once.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use aws_config::{Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use tokio::sync::{Mutex, OnceCell};

use crate::chain::{Location, iam_arn};

use super::credentials::{AssumedRole, HandedOn, Role, Way};
use super::error::{Called, present};
use super::identities::Identities;
use super::reach::{self, Endpoints, Environment, Permitted, Settings, Sts};
use super::trail::TrailChoice;
use super::{AccessError, Site};

/// The caller's account, and the way into the others.
pub(crate) struct Accounts {
    pub(super) config: SdkConfig,
    pub(super) sts: Sts,
    endpoints: Endpoints,
    /// Whether buckets are named in S3's paths, if anybody says so.
    path_style: Option<bool>,
    permitted: Permitted,
    pub(super) caller: OnceCell<String>,
    /// The account that is taken for the caller's until it is asked for.
    home: OnceLock<String>,
    /// The region of the provider's configuration.
    pub(crate) region: String,
    /// The name of the role in member accounts.
    pub(crate) member_role: String,
    /// What the caller's session hands on to those of the member role.
    pub(crate) handed_on: HandedOn,
    /// Which trail is read, and where.
    pub(crate) trail: TrailChoice,
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

fn with_role(config: &SdkConfig, role: AssumedRole) -> SdkConfig {
    config.to_builder().credentials_provider(SharedCredentialsProvider::new(role)).build()
}

impl Accounts {
    /// Loads the configuration; AWS is not asked yet, unless only some accounts are permitted.
    ///
    /// # Errors
    /// If there is no region, half a key, a setting that can't be used, or an account that is not permitted.
    pub(crate) async fn connect(settings: &Settings, environment: &Environment) -> Result<Self, AccessError> {
        let mut config = reach::load(settings, environment).await?;
        let region = config.region().ok_or(AccessError::NoRegion)?.to_string();
        let endpoints = settings.endpoints.clone();
        let sts = Sts { region: settings.sts_region.clone().map(Region::new), url: endpoints.sts.clone() };
        let identity = settings.web_identity.as_ref().map(|identity| identity.resolve(environment));
        let identity = identity.transpose()?.map(|(session, token)| Way::WebIdentity(session, token));
        // The token stands for credentials, so a role is assumed from what it gives.
        for way in identity.into_iter().chain(settings.assume_role.clone().map(Way::Role)) {
            let here = Location::new(CALLER, &region);
            config = with_role(&config, AssumedRole::new(sts.client(&config), way, here));
        }
        let accounts = Self {
            config,
            sts,
            endpoints,
            path_style: settings.path_style,
            permitted: settings.permitted.clone(),
            caller: OnceCell::new(),
            home: OnceLock::new(),
            region,
            member_role: settings.member_role.clone(),
            handed_on: settings.assume_role.as_ref().map(Role::hands_on).unwrap_or_default(),
            trail: settings.trail.clone(),
            members: Mutex::default(),
            sites: Mutex::default(),
        };
        if !accounts.permitted.lets_everybody() {
            accounts.caller().await?;
        }
        Ok(accounts)
    }

    /// The account of the caller.
    ///
    /// # Errors
    /// If the credentials don't work, or are of an account that is not permitted.
    pub(crate) async fn caller(&self) -> Result<&str, AccessError> {
        let asked = self.caller.get_or_try_init(|| async {
            let answer = self.sts.client(&self.config).get_caller_identity().send().await;
            let here = Location::new(CALLER, &self.region);
            let answer = answer.called("sts:GetCallerIdentity", &here).map_err(AccessError::Caller)?;
            let caller = present(answer.account, "Account", "sts:GetCallerIdentity", &here);
            let caller = caller.map_err(AccessError::Caller)?;
            self.permitted.check(&caller)?;
            Ok(caller)
        });
        asked.await.map(String::as_str)
    }

    /// Takes an account for the caller's: another one is then entered by its role without asking who the
    /// caller is. That account itself is only entered once the caller is known to be in it.
    pub(crate) fn expect_caller(&self, account: &str) {
        if self.trail.account.is_some() {
            // The hub is where the bucket is, wherever the caller is.
            return;
        }
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
            Ok::<_, AccessError>(Arc::new(Site::new(
                at.clone(),
                &config,
                member.identities,
                &self.endpoints,
                self.path_style,
            )))
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

    /// ARN of the role that is assumed in an account.
    pub(crate) fn role(&self, account: &str) -> String {
        match &self.trail {
            TrailChoice { account: Some(own), role: Some(role), .. } if own == account => role.clone(),
            _ => {
                let here = Location::new(account, &self.region);
                iam_arn(&here, &format!("role/{}", self.member_role))
            }
        }
    }

    async fn assume(&self, account: &str) -> Result<AssumedRole, AccessError> {
        let arn = self.role(account);
        let sts = self.sts.client(&self.config);
        let known = self.caller.get().or(self.home.get()).map_or(CALLER, String::as_str);
        let way = Way::Role(Role::plain(arn.clone()));
        let role = AssumedRole::new(sts, way, Location::new(known, &self.region));
        let refused = |source| AccessError::Member { account: account.to_owned(), role: arn, source };
        role.credentials().await.map_err(refused)?;
        Ok(role)
    }
}
