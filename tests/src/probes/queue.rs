//! A queue that shows what arrived.

use serde_json::{Value, json};

use super::{
    made::Made,
    site::{Site, document},
};
use crate::{Result, aws::Aws};

/// How many messages are asked for at once: as many as SQS gives.
const MOST: &str = "10";
/// How long is waited for one. Without a wait, SQS asks only some of its servers (SQS developer guide, "Short and long
/// polling").
const WAIT: &str = "1";

/// A queue.
#[derive(Debug)]
pub(super) struct Queue {
    who: Aws,
    url: String,
    /// Its ARN.
    pub(super) arn: String,
}

impl Queue {
    /// Makes a queue of an account in the hub's region, into which the rules may send whose ARNs are like `rules`.
    pub(super) fn make(
        site: &Site<'_>,
        made: &mut Made,
        (who, account): (&Aws, &str),
        name: &str,
        rules: &str,
    ) -> Result<Self> {
        let arn = format!("arn:aws:sqs:{}:{account}:{name}", site.sandbox.hub);
        let policy = document(&json!([{
            "Effect": "Allow",
            "Principal": { "Service": "events.amazonaws.com" },
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": { "ArnLike": { "aws:SourceArn": rules } },
        }]));
        let attributes = json!({ "Policy": policy }).to_string();
        let create = ["sqs", "create-queue", "--queue-name", name, "--attributes", &attributes];
        let url = who.run(&create)?["QueueUrl"].as_str().unwrap_or_default().to_owned();
        made.undo(who, &["sqs", "delete-queue", "--queue-url", &url]);
        Ok(Self { who: who.clone(), url, arn })
    }

    /// Takes what is in it.
    pub(super) fn take(&self) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        loop {
            let of = ["--queue-url", &self.url];
            let receive = ["sqs", "receive-message", "--message-attribute-names", "All"];
            let most = ["--max-number-of-messages", MOST, "--wait-time-seconds", WAIT];
            let answer = self.who.run(&[&receive[..], &most, &of].concat())?;
            let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
            if messages.is_empty() {
                return Ok(all);
            }
            for message in &messages {
                let handle = message["ReceiptHandle"].as_str().unwrap_or_default();
                let delete = ["sqs", "delete-message", "--receipt-handle", handle];
                self.who.run(&[&delete[..], &of].concat())?;
            }
            all.extend(messages);
        }
    }

    /// Takes the bodies, as JSON, of what is in it.
    pub(super) fn bodies(&self) -> Result<Vec<Value>> {
        let text = |message: &Value| message["Body"].as_str().unwrap_or_default().to_owned();
        let read = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(self.take()?.iter().map(text).map(read).collect())
    }
}
