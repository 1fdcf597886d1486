//! What is read of a candidate: who called what, from where, when, and what AWS answered.

use std::borrow::Cow;

use guard_contract::MARK_FIELD;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::pick::{Picked, Picking, pick};

/// A record's members that tell of a signal.
#[derive(Debug, Default)]
pub struct Record<'a> {
    pub(super) event_time: Picking<'a>,
    pub(super) event_source: Picking<'a>,
    pub(super) event_name: Picking<'a>,
    pub(super) aws_region: Picking<'a>,
    pub(super) source_ip_address: Picking<'a>,
    pub(super) user_agent: Picking<'a>,
    pub(super) vpc_endpoint_id: Picking<'a>,
    pub(super) user_identity: Picking<'a>,
    pub(super) error_code: Picking<'a>,
    pub(super) error_message: Picking<'a>,
    pub(super) recipient_account_id: Picking<'a>,
    pub(super) additional_event_data: Picking<'a>,
    /// A member of our mark's name, which no record of AWS's has.
    pub(super) mark: Picking<'a>,
}

impl<'a> Record<'a> {
    /// Reads a record.
    ///
    /// # Errors
    /// If it is not a JSON object.
    pub fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        pick(json)
    }

    /// The service that was called, as policies and people tell it apart: Application Auto Scaling shares the event
    /// source of EC2 Auto Scaling (Application Auto Scaling, "Log API calls with CloudTrail").
    pub(super) fn service(&self) -> Option<Cow<'a, str>> {
        let source = self.event_source.string()?;
        if source == "autoscaling.amazonaws.com" {
            let service = self.additional_event_data.object::<Additional<'a>>().service.string();
            if let Some(service) = service.filter(|service| service.starts_with("application-autoscaling")) {
                return Some(service);
            }
        }
        Some(source)
    }

    /// When the call was made; `None` if that is not said legibly.
    pub(super) fn time(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.event_time.string()?, &Rfc3339).ok()
    }
}

/// What is read of `additionalEventData`.
#[derive(Debug, Default)]
struct Additional<'a> {
    service: Picking<'a>,
}

impl<'a> Picked<'a> for Additional<'a> {
    fn place(&mut self, name: &[u8]) -> Option<&mut Picking<'a>> {
        (name == b"service").then_some(&mut self.service)
    }
}

impl<'a> Picked<'a> for Record<'a> {
    fn place(&mut self, name: &[u8]) -> Option<&mut Picking<'a>> {
        // Compared as wholes: patterns of bytes are compared letter by letter.
        Some(match name {
            _ if name == b"eventTime" => &mut self.event_time,
            _ if name == b"eventSource" => &mut self.event_source,
            _ if name == b"eventName" => &mut self.event_name,
            _ if name == b"awsRegion" => &mut self.aws_region,
            _ if name == b"sourceIPAddress" => &mut self.source_ip_address,
            _ if name == b"userAgent" => &mut self.user_agent,
            _ if name == b"vpcEndpointId" => &mut self.vpc_endpoint_id,
            _ if name == b"userIdentity" => &mut self.user_identity,
            _ if name == b"errorCode" => &mut self.error_code,
            _ if name == b"errorMessage" => &mut self.error_message,
            _ if name == b"recipientAccountId" => &mut self.recipient_account_id,
            _ if name == b"additionalEventData" => &mut self.additional_event_data,
            _ if name == MARK_FIELD.as_bytes() => &mut self.mark,
            _ => return None,
        })
    }
}
