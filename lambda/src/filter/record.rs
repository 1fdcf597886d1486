//! What is read of a candidate: who called what, from where, when, and what AWS answered.

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
    pub(super) user_identity: Picking<'a>,
    pub(super) error_code: Picking<'a>,
    pub(super) error_message: Picking<'a>,
    pub(super) recipient_account_id: Picking<'a>,
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

    /// When the call was made; `None` if that is not said legibly.
    pub(super) fn time(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.event_time.string()?, &Rfc3339).ok()
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
            _ if name == b"userIdentity" => &mut self.user_identity,
            _ if name == b"errorCode" => &mut self.error_code,
            _ if name == b"errorMessage" => &mut self.error_message,
            _ if name == b"recipientAccountId" => &mut self.recipient_account_id,
            _ if name == MARK_FIELD.as_bytes() => &mut self.mark,
            _ => return None,
        })
    }
}
