//! The default bus of the function's account and region. Needs `events:PutEvents` on it.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use guard_contract::{TRIPPED_DETAIL_TYPE, TRIPPED_SOURCE};

use super::Aws;
use crate::{Refusal, clients, responder::Announcer};

impl Announcer for Aws {
    async fn announce(&self, resource: Option<&str>, detail: &str) -> Result<(), Refusal> {
        let entry = PutEventsRequestEntry::builder()
            .source(TRIPPED_SOURCE)
            .detail_type(TRIPPED_DETAIL_TYPE)
            .set_resources(resource.map(|arn| vec![arn.to_owned()]))
            .detail(detail)
            .build();
        let answer = self.events.put_events().entries(entry).send().await;
        let answer = answer.map_err(|error| clients::refusal(&error))?;
        // A request that is taken can still hold an entry that is not.
        match answer.entries().first().and_then(|entry| Some((entry.error_code()?, entry.error_message()))) {
            None => Ok(()),
            Some((code, message)) => {
                Err(Refusal { code: code.to_owned(), message: message.unwrap_or_default().to_owned() })
            }
        }
    }
}
