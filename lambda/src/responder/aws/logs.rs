//! The streams of the function's own log group. Needs `logs:CreateLogStream` and `logs:PutLogEvents` on it, which
//! every function has.

use aws_sdk_cloudwatchlogs::{operation::create_log_stream::CreateLogStreamError, types::InputLogEvent};
use time::OffsetDateTime;

use super::Aws;
use crate::{Refusal, clients, responder::Claims};

impl Claims for Aws {
    async fn claim(&self, stream: &str) -> Result<bool, Refusal> {
        let request = self.logs.create_log_stream().log_group_name(&self.log_group).log_stream_name(stream);
        match request.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(CreateLogStreamError::ResourceAlreadyExistsException(_)) => Ok(false),
                _ => Err(clients::refusal(&error)),
            },
        }
    }

    async fn keep(&self, stream: &str, text: &str) -> Result<(), Refusal> {
        let now = OffsetDateTime::now_utc();
        let event = InputLogEvent::builder()
            .timestamp(now.unix_timestamp() * 1000 + i64::from(now.millisecond()))
            .message(text)
            .build()
            .map_err(|error| Refusal { code: "LogEvent".to_owned(), message: error.to_string() })?;
        let request = self.logs.put_log_events().log_group_name(&self.log_group).log_stream_name(stream);
        request.log_events(event).send().await.map_err(|error| clients::refusal(&error))?;
        Ok(())
    }
}
