//! SQS as the AWS SDK has it. Needs `sqs:ReceiveMessage` and `sqs:DeleteMessage` on the queue.

use std::time::Duration;

use super::{Queue, Received};
use crate::{
    Refusal,
    clients::{self, Configuration},
    lazy::Lazy,
};

/// The queues of the function's region.
#[derive(Clone, Debug)]
pub struct Queues(Lazy<aws_sdk_sqs::Client>);

impl Queues {
    /// As whoever this function is.
    pub fn new(config: &Configuration) -> Self {
        Self(config.client(aws_sdk_sqs::Client::new))
    }
}

impl Queue for Queues {
    async fn receive(&self, queue: &str, hidden: Duration) -> Result<Vec<Received>, Refusal> {
        // Waiting makes SQS ask all of its servers, so that "none" means that there is none (SQS, "short and long
        // polling"). A message can be hidden for 12 hours at most.
        let hidden = i32::try_from(hidden.as_secs().min(12 * 60 * 60)).unwrap_or(0);
        let request = self.0.receive_message().queue_url(queue).max_number_of_messages(10);
        let request = request.wait_time_seconds(1).visibility_timeout(hidden);
        let answer = request.send().await.map_err(|error| clients::refusal(&error))?;
        let received = |message: &aws_sdk_sqs::types::Message| Received {
            id: message.message_id().unwrap_or_default().to_owned(),
            receipt: message.receipt_handle().unwrap_or_default().to_owned(),
            body: message.body().unwrap_or_default().to_owned(),
        };
        Ok(answer.messages().iter().map(received).collect())
    }

    async fn delete(&self, queue: &str, receipt: &str) -> Result<(), Refusal> {
        let request = self.0.delete_message().queue_url(queue).receipt_handle(receipt);
        request.send().await.map_err(|error| clients::refusal(&error))?;
        Ok(())
    }
}
