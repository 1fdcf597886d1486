//! The functions' settings for asynchronous invocation: two more tries, six hours, then the queue.

use aws_sdk_lambda::types::{DestinationConfig, OnFailure};

use crate::chain::AsyncSettings;

use super::error::{Called, absent};
use super::function::ABSENT;
use super::retry::{PROPAGATION, retry};
use super::{Context, Error, Observed};

/// The most that Lambda allows (PutFunctionEventInvokeConfig).
const RETRIES: i32 = 2;
/// The most that Lambda allows, six hours.
const MAX_AGE_SECONDS: i32 = 21_600;

pub(super) async fn observe(context: &Context<'_>, want: &AsyncSettings) -> Result<Observed, Error> {
    let answer = context.site.seen.async_settings.about(&want.function);
    let found = answer.get(|| async {
        let request = context.site.lambda.get_function_event_invoke_config().function_name(&want.function);
        absent(request.send().await.called("lambda:GetFunctionEventInvokeConfig", &context.site.at), ABSENT)
    });
    let found = found.await?;
    let Some(have) = &*found else {
        return Ok(Observed::Absent);
    };
    let mut drift = Vec::new();
    let destination = have.destination_config().and_then(|config| config.on_failure());
    if destination.and_then(|failure| failure.destination()) != Some(want.queue_arn.as_str()) {
        drift.push("its failures don't go to the queue".to_owned());
    }
    if have.maximum_retry_attempts() != Some(RETRIES) {
        drift.push(format!("it doesn't try {RETRIES} more times"));
    }
    if have.maximum_event_age_in_seconds() != Some(MAX_AGE_SECONDS) {
        drift.push("it doesn't keep events for six hours".to_owned());
    }
    Ok(Observed::ours(drift))
}

pub(super) async fn put(context: &Context<'_>, want: &AsyncSettings) -> Result<(), Error> {
    // Lambda checks that the queue is there and that the role may send to it, and both may be seconds old. It has the
    // same words for each: "The destination ARN … is invalid." (hashicorp/aws, aws_lambda_function_event_invoke_config).
    let not_yet = |error: &Error| {
        let says = |text| error.says("InvalidParameterValueException", text);
        error.is(&["ResourceConflictException"]) || says("destination ARN") || says("role")
    };
    retry(PROPAGATION, not_yet, || async {
        let failure = OnFailure::builder().destination(&want.queue_arn).build();
        let request = context.site.lambda.put_function_event_invoke_config().function_name(&want.function);
        let request = request.maximum_retry_attempts(RETRIES).maximum_event_age_in_seconds(MAX_AGE_SECONDS);
        let request = request.destination_config(DestinationConfig::builder().on_failure(failure).build());
        request.send().await.called("lambda:PutFunctionEventInvokeConfig", &context.site.at)
    })
    .await?;
    Ok(())
}
