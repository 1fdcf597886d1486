//! The blocks `assume_role` and `assume_role_with_web_identity`.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use crate::aws::{Role, Session, Token, WebIdentity};

use super::super::state::List;
use super::super::timeouts;
use super::known::{Unknown, either, known, known_list};

/// The block `assume_role`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AssumeRoleBlock {
    pub(crate) role_arn: Value<String>,
    pub(crate) session_name: Value<String>,
    pub(crate) external_id: Value<String>,
    pub(crate) source_identity: Value<String>,
    pub(crate) tags: Value<BTreeMap<String, Value<String>>>,
    pub(crate) transitive_tag_keys: List,
    pub(crate) duration: Value<String>,
    pub(crate) policy: Value<String>,
    pub(crate) policy_arns: List,
}

/// The block `assume_role_with_web_identity`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct WebIdentityBlock {
    pub(crate) role_arn: Value<String>,
    pub(crate) session_name: Value<String>,
    pub(crate) web_identity_token: Value<String>,
    pub(crate) web_identity_token_file: Value<String>,
    pub(crate) duration: Value<String>,
    pub(crate) policy: Value<String>,
    pub(crate) policy_arns: List,
}

/// How long a session may last: AWS's limits for `DurationSeconds` (STS, AssumeRole).
const SHORTEST: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

/// The time that a session lasts; the error says why it isn't one.
pub(in crate::terraform) fn session_length(text: &str) -> Result<Duration, String> {
    let length = timeouts::parse(text).map_err(|error| error.to_string())?;
    if (SHORTEST..=LONGEST).contains(&length) {
        Ok(length)
    } else {
        Err(format!(
            "\"{text}\" is not from 15 minutes to 12 hours, which is how long AWS lets a session last. Write a time such as `1h30m`."
        ))
    }
}

pub(super) fn assume_role(block: &Value<AssumeRoleBlock>) -> Result<Option<Role>, Unknown> {
    let Some(block) = either(block.as_ref(), "assume_role")? else { return Ok(None) };
    let Some(arn) = known(&block.role_arn, "assume_role.role_arn")? else { return Ok(None) };
    let length = known(&block.duration, "assume_role.duration")?;
    let given = either(block.tags.as_ref(), "assume_role.tags")?;
    let mut tags = BTreeMap::new();
    for (key, value) in given.into_iter().flatten() {
        tags.insert(key.clone(), either(value.clone(), "assume_role.tags")?.unwrap_or_default());
    }
    Ok(Some(Role {
        session: Session {
            arn,
            name: known(&block.session_name, "assume_role.session_name")?
                .unwrap_or_else(|| Session::NAME.to_owned()),
            length: length.and_then(|text| session_length(&text).ok()),
            policy: known(&block.policy, "assume_role.policy")?,
            policy_arns: known_list(&block.policy_arns, "assume_role.policy_arns")?,
        },
        external_id: known(&block.external_id, "assume_role.external_id")?,
        source_identity: known(&block.source_identity, "assume_role.source_identity")?,
        tags,
        transitive_tag_keys: known_list(&block.transitive_tag_keys, "assume_role.transitive_tag_keys")?,
    }))
}

pub(super) fn web_identity(block: &Value<WebIdentityBlock>) -> Result<Option<WebIdentity>, Unknown> {
    let Some(block) = either(block.as_ref(), "assume_role_with_web_identity")? else { return Ok(None) };
    let length = known(&block.duration, "assume_role_with_web_identity.duration")?;
    let token = known(&block.web_identity_token, "assume_role_with_web_identity.web_identity_token")?;
    let file =
        known(&block.web_identity_token_file, "assume_role_with_web_identity.web_identity_token_file")?;
    Ok(Some(WebIdentity {
        arn: known(&block.role_arn, "assume_role_with_web_identity.role_arn")?,
        name: known(&block.session_name, "assume_role_with_web_identity.session_name")?,
        token: token.map(Token::Text).or(file.map(Token::File)),
        length: length.and_then(|text| session_length(&text).ok()),
        policy: known(&block.policy, "assume_role_with_web_identity.policy")?,
        policy_arns: known_list(&block.policy_arns, "assume_role_with_web_identity.policy_arns")?,
    }))
}
