//! AWS as its SDK has it.

mod bus;
mod iam;
mod logs;
mod rules;

use guard_contract::{Partition, deny_policy_arn};

use crate::{
    Refusal,
    clients::Configuration,
    lazy::Lazy,
    notify::{Message, Publisher, aws::Topics},
};

/// The clients, and the log group.
#[derive(Clone, Debug)]
pub struct Aws {
    iam: Lazy<aws_sdk_iam::Client>,
    events: Lazy<aws_sdk_eventbridge::Client>,
    logs: Lazy<aws_sdk_cloudwatchlogs::Client>,
    topics: Topics,
    log_group: String,
    /// ARN of the policy that denies, in this region's partition.
    deny: &'static str,
}

impl Aws {
    /// The services for a function with that log group.
    pub fn new(config: &Configuration, log_group: String) -> Self {
        Self {
            iam: config.client(aws_sdk_iam::Client::new),
            events: config.client(aws_sdk_eventbridge::Client::new),
            logs: config.client(aws_sdk_cloudwatchlogs::Client::new),
            topics: Topics::new(config),
            log_group,
            deny: deny_policy_arn(Partition::of_region(config.region())),
        }
    }
}

impl Publisher for Aws {
    async fn publish(&self, topic: &str, message: &Message) -> Result<(), Refusal> {
        self.topics.publish(topic, message).await
    }
}
