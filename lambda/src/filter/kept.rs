//! The decision on one record: whose it is, and which signals it carries.

use std::borrow::Cow;

use guard_contract::Signals;
use guard_skim::Span;
use time::OffsetDateTime;

use super::{
    event::{self, Event},
    identity::{self, User},
    record::Record,
    watches::Watches,
};

/// A record that carries signals. Most tell nothing new ([`super::Repeats`]), so its event is only made when asked for.
#[derive(Debug)]
pub struct Kept<'a> {
    pub(super) json: &'a str,
    pub(super) record: Record<'a>,
    /// Who made the call.
    pub user: User<'a>,
    /// Why it is kept; never empty.
    pub signals: Signals,
    /// When the call was made; `None` if the record does not say it legibly.
    pub time: Option<OffsetDateTime>,
}

impl Kept<'_> {
    /// What goes on the bus.
    pub fn event(&self) -> Event {
        event::event(self)
    }
}

/// The decision on one record: its event, or `None` if it is nobody's signal.
///
/// # Errors
/// If it may hold a signal but is not JSON.
pub fn decide(record: &[u8], watches: &Watches) -> Result<Option<Event>, serde_json::Error> {
    decide_with(record, None, watches, |kept| kept.event())
}

/// The same, with what is made of it if it is kept, of a record in which [`guard_skim::WORDS`] and escaped letters begin
/// there or, without a span, anywhere.
pub(super) fn decide_with<T>(
    record: &[u8],
    span: Option<Span>,
    watches: &Watches,
    kept: impl FnOnce(&Kept<'_>) -> T,
) -> Result<Option<T>, serde_json::Error> {
    if !watches.is_candidate(record, span) || !identity::may_be_a_user(record) {
        return Ok(None);
    }
    // CloudTrail writes UTF-8. Should a byte be damaged, the rest of the record still says who it was.
    let json = match simdutf8::basic::from_utf8(record) {
        Ok(json) => Cow::Borrowed(json),
        Err(_) => String::from_utf8_lossy(record),
    };
    let record = Record::parse(&json)?;
    let Some(user) = identity::user(&record).map(|user| watches.guarded(user)) else {
        return Ok(None);
    };
    let signals = watches.signals(&record, &user);
    if signals.is_empty() {
        return Ok(None);
    }
    let time = record.time();
    Ok(Some(kept(&Kept { json: &json, record, user, signals, time })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_letter_does_not_hide_a_signal() {
        let mut record = br#"{"eventName":"GetCallerIdentity","eventSource":"sts.amazonaws.com","x":"?",
            "userIdentity":{"type":"IAMUser","accountId":"222222222222","userName":"backup"}}"#
            .to_vec();
        let place = record.iter().position(|byte| *byte == b'?').expect("it is there");
        record[place] = 0xff;
        assert!(decide(&record, &Watches::default()).expect("read").is_some());
    }
}
