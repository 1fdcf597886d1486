//! SNS as the AWS SDK has it.

use aws_sdk_sns::config::Region;
use sha2::{Digest, Sha256};

use super::{Message, Publisher};
use crate::{
    Refusal, arn,
    clients::{self, Configuration},
    lazy::Lazy,
};

/// The topics of any region: each is told through its own.
#[derive(Clone, Debug)]
pub struct Topics(Lazy<aws_sdk_sns::Client>);

impl Topics {
    /// As whoever this function is.
    pub fn new(config: &Configuration) -> Self {
        Self(config.client(aws_sdk_sns::Client::new))
    }
}

impl Publisher for Topics {
    async fn publish(&self, topic: &str, message: &Message) -> Result<(), Refusal> {
        let region = arn::region_of(topic).map(|region| Region::new(region.to_owned()));
        let mut config = aws_sdk_sns::config::Config::builder();
        config.set_region(region);
        let mut request = self.0.publish().topic_arn(topic);
        request = request.subject(&message.subject).message(&message.body);
        if topic.ends_with(".fifo") {
            request = request.message_group_id(fifo_id(&message.group));
            request = request.message_deduplication_id(fifo_id(&message.once));
        }
        let request = request.customize().config_override(config);
        request.send().await.map_err(|error| clients::refusal(&error))?;
        Ok(())
    }
}

/// What a FIFO topic takes as a message's group or deduplication id: at most 128 of these characters (SNS, Publish).
fn fifo_id(text: &str) -> String {
    if text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.to_owned();
    }
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
