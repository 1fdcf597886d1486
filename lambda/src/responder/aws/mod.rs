//! AWS as its SDK has it.

mod bus;
mod iam;
mod logs;
mod rules;

use aws_types::SdkConfig;
use guard_contract::{Partition, deny_policy_arn};

use crate::{
    Refusal,
    notify::{Message, Publisher, aws::Topics},
};

/// The clients, and the log group.
#[derive(Clone, Debug)]
pub struct Aws {
    iam: aws_sdk_iam::Client,
    events: aws_sdk_eventbridge::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    topics: Topics,
    log_group: String,
    /// ARN of the policy that denies, in this region's partition.
    deny: &'static str,
}

impl Aws {
    /// The services for a function with that log group.
    pub fn new(config: &SdkConfig, log_group: String) -> Self {
        Self {
            iam: aws_sdk_iam::Client::new(config),
            events: aws_sdk_eventbridge::Client::new(config),
            logs: aws_sdk_cloudwatchlogs::Client::new(config),
            topics: Topics(aws_sdk_sns::Client::new(config)),
            log_group,
            deny: deny_policy_arn(config.region().map_or(Partition::default(), of_region)),
        }
    }
}

fn of_region(region: &aws_types::region::Region) -> Partition {
    Partition::of_region(region.as_ref())
}

impl Publisher for Aws {
    async fn publish(&self, topic: &str, message: &Message) -> Result<(), Refusal> {
        self.topics.publish(topic, message).await
    }
}
