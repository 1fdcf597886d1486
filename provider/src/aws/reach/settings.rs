//! What the provider block says of AWS.

use aws_config::retry::RetryMode;

use super::super::credentials::Role;
use super::super::trail::TrailChoice;
use super::super::web_identity::WebIdentity;
use super::{Endpoints, Permitted, Proxies};

/// How to reach AWS: the provider's configuration. What is not set comes from the standard chain.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) region: Option<String>,
    /// The region whose STS is asked, if another one.
    pub(crate) sts_region: Option<String>,
    pub(crate) fips: Option<bool>,
    pub(crate) dual_stack: Option<bool>,
    /// Whether buckets are named in S3's paths.
    pub(crate) path_style: Option<bool>,
    /// Whether the EC2 metadata service is left alone.
    pub(crate) skip_metadata: Option<bool>,
    pub(crate) profile: Option<String>,
    /// Shared configuration files instead of the usual one.
    pub(crate) config_files: Vec<String>,
    /// Shared credentials files instead of the usual one.
    pub(crate) credentials_files: Vec<String>,
    pub(crate) access_key: Option<String>,
    pub(crate) secret_key: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) permitted: Permitted,
    /// How often a call is tried, the first time included.
    pub(crate) attempts: Option<u32>,
    pub(crate) retry_mode: Option<RetryMode>,
    /// Path of the certificates to trust.
    pub(crate) ca_bundle: Option<String>,
    pub(crate) proxies: Proxies,
    /// Products that follow in the user agent.
    pub(crate) products: Vec<String>,
    pub(crate) assume_role: Option<Role>,
    pub(crate) web_identity: Option<WebIdentity>,
    pub(crate) endpoints: Endpoints,
    /// The role to assume in member accounts, by name.
    pub(crate) member_role: String,
    /// Which trail is read, and where.
    pub(crate) trail: TrailChoice,
    /// Terraform's version, for the user agent.
    pub(crate) terraform_version: String,
}

impl Settings {
    /// Whether the block names shared files.
    pub(super) fn names_files(&self) -> bool {
        !(self.config_files.is_empty() && self.credentials_files.is_empty())
    }
}
