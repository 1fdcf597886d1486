//! The provider's configuration as Terraform gives it.

mod endpoints;
mod known;
mod roles;
mod tags;
mod trail;

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use crate::aws::{Environment, Permitted, Proxies, Settings};
use crate::chain::{Delivery, Names, Tagging, UnknownDelivery};

use super::state::List;

pub(super) use endpoints::EndpointsBlock;
pub(crate) use known::Unknown;
use known::{known, known_flag, known_list, known_number};
pub(super) use roles::{AssumeRoleBlock, WebIdentityBlock, session_length};
pub(super) use tags::{DEFAULT_TAGS, DefaultTagsBlock, IgnoreTagsBlock};
pub(super) use trail::TrailBlock;

/// The provider block.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) region: Value<String>,
    pub(crate) sts_region: Value<String>,
    pub(crate) use_fips_endpoint: Value<bool>,
    pub(crate) use_dualstack_endpoint: Value<bool>,
    pub(crate) s3_use_path_style: Value<bool>,
    /// A text, as hashicorp/aws has it: `true`, `false` or empty.
    pub(crate) skip_metadata_api_check: Value<String>,
    pub(crate) profile: Value<String>,
    pub(crate) shared_config_files: List,
    pub(crate) shared_credentials_files: List,
    pub(crate) access_key: Value<String>,
    pub(crate) secret_key: Value<String>,
    pub(crate) token: Value<String>,
    pub(crate) allowed_account_ids: List,
    pub(crate) forbidden_account_ids: List,
    /// A fraction is refused with words of our own; as an integer it would be without the attribute's name.
    pub(crate) max_retries: Value<f64>,
    pub(crate) retry_mode: Value<String>,
    pub(crate) custom_ca_bundle: Value<String>,
    pub(crate) http_proxy: Value<String>,
    pub(crate) https_proxy: Value<String>,
    pub(crate) no_proxy: Value<String>,
    pub(crate) user_agent: List,
    pub(crate) trail_name: Value<String>,
    pub(crate) delivery: Value<String>,
    pub(crate) member_role_name: Value<String>,
    pub(crate) name_prefix: Value<String>,
    #[serde(with = "super::block")]
    pub(crate) assume_role: Value<AssumeRoleBlock>,
    #[serde(with = "super::block")]
    pub(crate) assume_role_with_web_identity: Value<WebIdentityBlock>,
    #[serde(with = "super::block")]
    pub(crate) default_tags: Value<DefaultTagsBlock>,
    #[serde(with = "super::block")]
    pub(crate) ignore_tags: Value<IgnoreTagsBlock>,
    #[serde(with = "super::block")]
    pub(crate) endpoints: Value<EndpointsBlock>,
    #[serde(with = "super::block")]
    pub(crate) trail: Value<TrailBlock>,
}

/// The role that AWS Organizations makes in accounts that it creates.
pub(crate) const MEMBER_ROLE: &str = "OrganizationAccountAccessRole";
/// What all our names begin with.
pub(crate) const PREFIX: &str = "guard";
/// How often a call may be tried at most. What throttles for so long does not let go any more.
pub(super) const MOST_ATTEMPTS: f64 = 1000.0;

/// The attempts that a number is, if it is one of them.
pub(super) fn attempts(number: f64) -> Option<u32> {
    // In range and whole, so nothing is cut off.
    ((1.0..=MOST_ATTEMPTS).contains(&number) && number.fract() == 0.0).then_some(number as u32)
}

/// What `skip_metadata_api_check` may say; an empty text says nothing, as in hashicorp/aws.
pub(super) fn switch(text: &str) -> Option<Option<bool>> {
    match text {
        "" => Some(None),
        "true" => Some(Some(true)),
        "false" => Some(Some(false)),
        _ => None,
    }
}

impl Config {
    /// The settings for AWS. What [`super::validate`] refuses doesn't come so far: Terraform has every known
    /// value validated before it configures.
    pub(crate) fn settings(&self, terraform_version: &str) -> Result<Settings, Unknown> {
        let retries = known_number(&self.max_retries, "max_retries")?;
        let retry_mode = known(&self.retry_mode, "retry_mode")?;
        let metadata = known(&self.skip_metadata_api_check, "skip_metadata_api_check")?;
        Ok(Settings {
            region: known(&self.region, "region")?,
            sts_region: known(&self.sts_region, "sts_region")?,
            fips: known_flag(&self.use_fips_endpoint, "use_fips_endpoint")?,
            dual_stack: known_flag(&self.use_dualstack_endpoint, "use_dualstack_endpoint")?,
            path_style: known_flag(&self.s3_use_path_style, "s3_use_path_style")?,
            skip_metadata: metadata.and_then(|text| switch(&text).flatten()),
            profile: known(&self.profile, "profile")?,
            config_files: known_list(&self.shared_config_files, "shared_config_files")?,
            credentials_files: known_list(&self.shared_credentials_files, "shared_credentials_files")?,
            access_key: known(&self.access_key, "access_key")?,
            secret_key: known(&self.secret_key, "secret_key")?,
            token: known(&self.token, "token")?,
            permitted: Permitted {
                only: known_list(&self.allowed_account_ids, "allowed_account_ids")?,
                never: known_list(&self.forbidden_account_ids, "forbidden_account_ids")?,
            },
            attempts: retries.and_then(attempts),
            retry_mode: retry_mode.and_then(|mode| mode.parse().ok()),
            ca_bundle: known(&self.custom_ca_bundle, "custom_ca_bundle")?,
            proxies: Proxies {
                http: known::text(&self.http_proxy, "http_proxy")?,
                https: known::text(&self.https_proxy, "https_proxy")?,
                without: known(&self.no_proxy, "no_proxy")?,
            },
            products: known_list(&self.user_agent, "user_agent")?,
            assume_role: roles::assume_role(&self.assume_role)?,
            web_identity: roles::web_identity(&self.assume_role_with_web_identity)?,
            endpoints: endpoints::endpoints(&self.endpoints)?,
            member_role: known(&self.member_role_name, "member_role_name")?
                .unwrap_or_else(|| MEMBER_ROLE.to_owned()),
            trail: trail::choice(&self.trail_name, &self.trail)?,
            terraform_version: terraform_version.to_owned(),
        })
    }

    /// What it says of tags.
    pub(crate) fn tagging(&self, environment: &Environment) -> Result<Tagging, Unknown> {
        tags::tagging(&self.default_tags, &self.ignore_tags, environment)
    }

    /// How the filter is to hear of new files; the error says what is wrong with it.
    pub(crate) fn delivery(&self) -> Result<Result<Delivery, String>, Unknown> {
        let name = known(&self.delivery, "delivery")?;
        let parse = |name: String| name.parse().map_err(|cause: UnknownDelivery| cause.to_string());
        Ok(name.map_or(Ok(Delivery::default()), parse))
    }

    /// The names under the prefix; the error says what is wrong with the prefix.
    pub(crate) fn names(&self) -> Result<Result<Names, String>, Unknown> {
        let prefix = known(&self.name_prefix, "name_prefix")?.unwrap_or_else(|| PREFIX.to_owned());
        Ok(Names::new(&prefix).map_err(|error| error.to_string()))
    }
}
