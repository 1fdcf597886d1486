//! SNS topics that guards tell: they are somebody else's, and only ever read.

use std::collections::HashMap;

use super::error::{Called, absent};
use super::{Error, Site};

/// A topic as far as publishing depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Topic {
    /// Its policy.
    pub(crate) policy: Option<String>,
    /// The key that it is encrypted with, as it was given: id, ARN or alias.
    pub(crate) key: Option<String>,
}

/// Reads a topic of the site's account; `None` if there is none of that ARN.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn read_topic(site: &Site, arn: &str) -> Result<Option<Topic>, Error> {
    let answer = site.sns.get_topic_attributes().topic_arn(arn).send().await;
    let gone = &["NotFound", "NotFoundException"];
    let Some(answer) = absent(answer.called("sns:GetTopicAttributes", &site.at), gone)? else {
        return Ok(None);
    };
    let mut attributes: HashMap<String, String> = answer.attributes.unwrap_or_default();
    Ok(Some(Topic { policy: attributes.remove("Policy"), key: attributes.remove("KmsMasterKeyId") }))
}
