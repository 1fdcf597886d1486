//! Whether a guard's topics can be told: looked at in the plan, since an incident is too late to find out.

use crate::aws::read_topic;
use crate::chain::{Guard, Hub, Publisher, topic_location};

use super::{Engine, Error};

/// AWS's own key for SNS, which no other account can use (SNS, "Encryption at rest").
const AWS_KEY: &str = "alias/aws/sns";

/// What is wrong with a topic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TopicTrouble {
    /// There is none.
    #[error("topic {0} does not exist")]
    Missing(String),
    /// It doesn't let the responder in.
    #[error(
        "the policy of topic {topic} does not let {publisher} publish; add a statement that allows sns:Publish to account {account} (or, better, with the condition aws:PrincipalArn = {publisher})"
    )]
    Refuses {
        /// The topic.
        topic: String,
        /// The role of ours.
        publisher: String,
        /// Its account.
        account: String,
    },
    /// Another account can't use its key.
    #[error(
        "topic {0} is encrypted with alias/aws/sns, which no other account can use; encrypt it with a key of your own whose policy lets the responder's account use it through SNS"
    )]
    Key(String),
    /// It can't be looked at.
    #[error("topic {topic} can't be looked at, so whether it lets guard publish isn't known: {cause}")]
    Unseen {
        /// The topic.
        topic: String,
        /// Why not.
        cause: String,
    },
    /// It doesn't let the filter in.
    #[error(
        "the policy of topic {topic} does not let {publisher} publish, so alarms at the hub are not told there; incidents are"
    )]
    RefusesFilter {
        /// The topic.
        topic: String,
        /// The role of ours.
        publisher: String,
    },
}

impl TopicTrouble {
    /// Whether incidents would not be told.
    pub(crate) fn is_fatal(&self) -> bool {
        !matches!(self, Self::Unseen { .. } | Self::RefusesFilter { .. })
    }
}

impl Engine {
    /// What is wrong with a guard's topics.
    pub(crate) async fn topic_troubles(&self, guard: &Guard, hub: &Hub) -> Vec<TopicTrouble> {
        let mut troubles = Vec::new();
        for topic in &guard.topics {
            match self.topic_trouble(topic, guard, hub).await {
                Ok(trouble) => troubles.extend(trouble),
                Err(cause) => {
                    troubles.push(TopicTrouble::Unseen { topic: topic.clone(), cause: cause.to_string() });
                }
            }
        }
        troubles
    }

    async fn topic_trouble(
        &self,
        topic: &str,
        guard: &Guard,
        hub: &Hub,
    ) -> Result<Option<TopicTrouble>, Error> {
        let Ok(at) = topic_location(topic) else { return Ok(None) };
        let site = self.accounts.site(&at).await?;
        let found = read_topic(&site, topic).await.map_err(Error::Topic)?;
        let topic = topic.to_owned();
        let Some(found) = found else { return Ok(Some(TopicTrouble::Missing(topic))) };
        let (responder, filter) = (Publisher::responder(guard, hub), Publisher::filter(hub));
        let policy = found.policy.as_deref();
        if !responder.may_publish(&topic, policy) {
            let (publisher, account) = (responder.to_string(), guard.edge.account.clone());
            return Ok(Some(TopicTrouble::Refuses { topic, publisher, account }));
        }
        if found.key.is_some_and(|key| key.ends_with(AWS_KEY)) && at.account != guard.edge.account {
            return Ok(Some(TopicTrouble::Key(topic)));
        }
        if !filter.may_publish(&topic, policy) {
            let publisher = filter.to_string();
            return Ok(Some(TopicTrouble::RefusesFilter { topic, publisher }));
        }
        Ok(None)
    }
}
