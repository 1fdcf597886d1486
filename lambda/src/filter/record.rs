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
    fn place(&mut self, name: &str) -> Option<&mut Picking<'a>> {
        Some(match name {
            "eventTime" => &mut self.event_time,
            "eventSource" => &mut self.event_source,
            "eventName" => &mut self.event_name,
            "awsRegion" => &mut self.aws_region,
            "sourceIPAddress" => &mut self.source_ip_address,
            "userAgent" => &mut self.user_agent,
            "userIdentity" => &mut self.user_identity,
            "errorCode" => &mut self.error_code,
            "errorMessage" => &mut self.error_message,
            "recipientAccountId" => &mut self.recipient_account_id,
            MARK_FIELD => &mut self.mark,
            _ => return None,
        })
    }
}
