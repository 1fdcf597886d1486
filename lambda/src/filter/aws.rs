//! The bucket, the bus and the parameters as the AWS SDK has them.

mod bucket;

use std::time::SystemTime;

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_smithy_types::{DateTime, byte_stream::ByteStream};
use bytes::Bytes;
use guard_contract::{DETAIL_TYPE, SOURCE};

pub use self::bucket::Bucket;
use super::{Body, Event, EventSink, WatchSource};
use crate::{
    Refusal,
    clients::{self, Configuration},
    lazy::Lazy,
};

impl Body for ByteStream {
    async fn next(&mut self) -> Result<Option<Bytes>, Refusal> {
        ByteStream::next(self).await.transpose().map_err(|error| Refusal {
            code: "Interrupted".to_owned(),
            message: format!("the object's bytes stopped coming: {error}"),
        })
    }
}

/// A bus of EventBridge.
#[derive(Clone, Debug)]
pub struct Bus {
    client: Lazy<aws_sdk_eventbridge::Client>,
    name: String,
}

impl Bus {
    /// The bus of that name, in the function's account and region.
    pub fn new(config: &Configuration, name: String) -> Self {
        Self { client: config.client(aws_sdk_eventbridge::Client::new), name }
    }

    fn entry(&self, event: &Event) -> PutEventsRequestEntry {
        let time = event.time.map_or_else(
            || DateTime::from(SystemTime::now()),
            |time| DateTime::from_secs(time.unix_timestamp()),
        );
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.name)
            .source(SOURCE)
            .detail_type(DETAIL_TYPE)
            .time(time)
            .resources(&event.resource)
            .detail(&event.detail)
            .build()
    }
}

impl EventSink for Bus {
    async fn put(&self, events: &[Event]) -> Result<Vec<Result<(), Refusal>>, Refusal> {
        let entries = events.iter().map(|event| self.entry(event)).collect();
        let request = self.client.put_events().set_entries(Some(entries));
        let answer = request.send().await.map_err(|error| clients::refusal(&error))?;
        let outcome = |entry: &aws_sdk_eventbridge::types::PutEventsResultEntry| match entry.error_code() {
            None => Ok(()),
            Some(code) => Err(Refusal {
                code: code.to_owned(),
                message: entry.error_message().unwrap_or_default().to_owned(),
            }),
        };
        Ok(answer.entries().iter().map(outcome).collect())
    }
}

/// The parameters of Systems Manager.
#[derive(Clone, Debug)]
pub struct Parameters(Lazy<aws_sdk_ssm::Client>);

impl Parameters {
    /// As whoever this function is.
    pub fn new(config: &Configuration) -> Self {
        Self(config.client(aws_sdk_ssm::Client::new))
    }
}

impl WatchSource for Parameters {
    async fn list(&self, path: &str) -> Result<Vec<(String, String)>, Refusal> {
        // Watches are no secrets, so they are plain strings and there is nothing to decrypt.
        let request = self.0.get_parameters_by_path().path(path).recursive(true).with_decryption(false);
        let mut pages = request.max_results(PAGE).into_paginator().send();
        let mut all = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| clients::refusal(&error))?;
            // An answer without them says nothing of the guards.
            let Some(parameters) = page.parameters else {
                let message = "the answer has no Parameters".to_owned();
                return Err(Refusal { code: "Malformed".to_owned(), message });
            };
            // A parameter without a value is not a watch; it is left to whoever parses it to say so.
            all.extend(
                parameters.into_iter().map(|it| (it.name.unwrap_or_default(), it.value.unwrap_or_default())),
            );
        }
        Ok(all)
    }
}

/// The most parameters that GetParametersByPath gives at a time.
const PAGE: i32 = 10;
