//! The provider's configuration as Terraform gives it.

use serde::{Deserialize, Serialize};
use tf_provider::value::{Value, serde_as_vec};

use crate::aws::{AssumeRole, Settings};
use crate::chain::Names;

/// Names an attribute whose value isn't known yet.
pub(crate) struct Unknown(pub(crate) &'static str);

/// The provider block.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Config {
    pub(crate) region: Value<String>,
    pub(crate) profile: Value<String>,
    pub(crate) access_key: Value<String>,
    pub(crate) secret_key: Value<String>,
    pub(crate) token: Value<String>,
    pub(crate) trail_name: Value<String>,
    pub(crate) member_role_name: Value<String>,
    pub(crate) name_prefix: Value<String>,
    #[serde(with = "serde_as_vec")]
    pub(crate) assume_role: Value<AssumeRoleBlock>,
}

/// The block `assume_role`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AssumeRoleBlock {
    pub(crate) role_arn: Value<String>,
    pub(crate) session_name: Value<String>,
    pub(crate) external_id: Value<String>,
}

/// The role that AWS Organizations makes in accounts that it creates.
pub(crate) const MEMBER_ROLE: &str = "OrganizationAccountAccessRole";
/// What all our names begin with.
pub(crate) const PREFIX: &str = "guard";

fn known(value: &Value<String>, name: &'static str) -> Result<Option<String>, Unknown> {
    match value {
        Value::Value(text) if !text.is_empty() => Ok(Some(text.clone())),
        Value::Value(_) | Value::Null => Ok(None),
        Value::Unknown => Err(Unknown(name)),
    }
}

impl Config {
    /// The settings for AWS.
    pub(crate) fn settings(&self, terraform_version: &str) -> Result<Settings, Unknown> {
        let assume_role = match &self.assume_role {
            Value::Unknown => return Err(Unknown("assume_role")),
            Value::Null => None,
            Value::Value(block) => known(&block.role_arn, "assume_role.role_arn")?.map(|arn| (arn, block)),
        };
        let assume_role = match assume_role {
            None => None,
            Some((arn, block)) => Some(AssumeRole {
                arn,
                session_name: known(&block.session_name, "assume_role.session_name")?
                    .unwrap_or_else(|| "guard".to_owned()),
                external_id: known(&block.external_id, "assume_role.external_id")?,
            }),
        };
        Ok(Settings {
            region: known(&self.region, "region")?,
            profile: known(&self.profile, "profile")?,
            access_key: known(&self.access_key, "access_key")?,
            secret_key: known(&self.secret_key, "secret_key")?,
            token: known(&self.token, "token")?,
            assume_role,
            member_role: known(&self.member_role_name, "member_role_name")?
                .unwrap_or_else(|| MEMBER_ROLE.to_owned()),
            terraform_version: terraform_version.to_owned(),
        })
    }

    /// The trail's name, if one is given.
    pub(crate) fn trail_name(&self) -> Result<Option<String>, Unknown> {
        known(&self.trail_name, "trail_name")
    }

    /// The names under the prefix; the error says what is wrong with the prefix.
    pub(crate) fn names(&self) -> Result<Result<Names, String>, Unknown> {
        let prefix = known(&self.name_prefix, "name_prefix")?.unwrap_or_else(|| PREFIX.to_owned());
        Ok(Names::new(&prefix).map_err(|error| error.to_string()))
    }
}
