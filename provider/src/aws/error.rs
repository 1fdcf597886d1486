//! What AWS answered, with where it was asked.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::{display::DisplayErrorContext, metadata::ProvideErrorMetadata};

use crate::chain::Location;

use super::{opt_in, quota};

/// A call that failed, in one sentence: operation, account, region, AWS's words and code.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{operation} in {at} failed: {message}{}{}", self.in_brackets(), self.advice())]
pub(crate) struct Error {
    /// Service and operation, such as `events:PutRule`.
    pub(crate) operation: &'static str,
    /// Where it was asked.
    pub(crate) at: Location,
    /// AWS's code; none if no answer came.
    pub(crate) code: Option<String>,
    /// AWS's message, or why no answer came.
    pub(crate) message: String,
}

impl Error {
    /// An error of our own about an answer that can't be right.
    pub(crate) fn answer(operation: &'static str, at: &Location, message: impl Into<String>) -> Self {
        Self { operation, at: at.clone(), code: None, message: message.into() }
    }

    fn in_brackets(&self) -> String {
        self.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default()
    }

    fn advice(&self) -> String {
        let Location { account, region } = &self.at;
        let of =
            |code: &str| quota::met(self.operation, code).or_else(|| opt_in::advice(account, region, code));
        self.code.as_deref().and_then(of).map(|advice| format!("; {advice}")).unwrap_or_default()
    }

    /// Whether AWS's code is one of these.
    pub(crate) fn is(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// Whether what was to be made is there already.
    pub(crate) fn exists(&self) -> bool {
        self.is(&[
            "EntityAlreadyExists",
            "EntityAlreadyExistsException",
            "QueueAlreadyExists",
            "QueueNameExists",
            "ResourceAlreadyExistsException",
        ]) || self.says("ResourceConflictException", "already exist")
    }

    /// Whether a bus, rule, role, function, log group or queue is not there (any more) that the call was about.
    pub(crate) fn stands_on_nothing(&self) -> bool {
        self.is(&[
            "AWS.SimpleQueueService.NonExistentQueue",
            "NoSuchEntity",
            "NoSuchEntityException",
            "QueueDoesNotExist",
            "ResourceNotFoundException",
        ])
    }

    /// Whether AWS's code is this one and its message contains that text.
    pub(crate) fn says(&self, code: &str, text: &str) -> bool {
        self.is(&[code]) && self.message.contains(text)
    }
}

/// Gives the SDK's results our error.
pub(super) trait Called<T> {
    /// Names operation and place of a call that may have failed.
    fn called(self, operation: &'static str, at: &Location) -> Result<T, Error>;
}

impl<T, E, R> Called<T> for Result<T, SdkError<E, R>>
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug,
{
    fn called(self, operation: &'static str, at: &Location) -> Result<T, Error> {
        self.map_err(|error| {
            let (code, message) = match &error {
                SdkError::ServiceError(answer) => (
                    answer.err().code().map(str::to_owned),
                    answer.err().message().map_or_else(|| answer.err().to_string(), str::to_owned),
                ),
                other => (None, DisplayErrorContext(other).to_string()),
            };
            Error { operation, at: at.clone(), code, message }
        })
    }
}

/// A part that AWS's answers always have: one without it can't be right, and says nothing of what is there.
pub(super) fn present<T>(
    part: Option<T>,
    name: &str,
    operation: &'static str,
    at: &Location,
) -> Result<T, Error> {
    part.ok_or_else(|| Error::answer(operation, at, format!("the answer has no {name}")))
}

/// Turns one of these codes into `None`: what is not there is no error.
pub(super) fn absent<T>(result: Result<T, Error>, codes: &[&str]) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is(codes) => Ok(None),
        Err(error) => Err(error),
    }
}
