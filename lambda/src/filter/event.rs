//! A record as the event that goes on the bus: as it was, plus our mark.

use std::borrow::Cow;

use guard_contract::{DETAIL_TYPE, MARK_FIELD, MARK_VERSION, Mark, SOURCE};
use memchr::memchr2_iter;
use time::OffsetDateTime;

use super::{cut, identity::User, kept::Kept, members::Members, plain, record::Record};

/// The most that one event may have, by [`Event::size`]. PutEvents takes less than 256 KB a request; buses
/// and targets then wrap the event in an envelope, which needs room.
pub const MAX_EVENT: usize = 240 * 1024;
/// PutEvents takes JSON of up to 1,000 levels, but the responder reads it with serde_json, which takes 127
/// (`disable_recursion_limit`); the envelope has some.
const MAX_DEPTH: usize = 100;

/// One entry of PutEvents, but for the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When the call was made; `None` if the record does not say it legibly.
    pub time: Option<OffsetDateTime>,
    /// The user's ARN.
    pub resource: String,
    /// Whose it is and why; a part of `detail`.
    pub mark: Mark,
    /// The record and the mark, as JSON.
    pub detail: String,
}

impl Event {
    /// What it counts as in a request: 14 for the time, and the UTF-8 bytes of everything else.
    pub fn size(&self) -> usize {
        14 + SOURCE.len() + DETAIL_TYPE.len() + self.resource.len() + self.detail.len()
    }
}

/// The event of a record, whose parts are cut as far as it takes to fit, and no further.
pub(super) fn event(kept: &Kept<'_>) -> Event {
    let Kept { json, record, user: User { account, name, arn, .. }, signals, time } = kept;
    let json = plain::plain(json);
    let mark = Mark {
        version: MARK_VERSION,
        account: account.as_ref().to_owned(),
        user: name.as_ref().to_owned(),
        signals: signals.iter().collect(),
        truncated: false,
        rewritten: matches!(json, Cow::Owned(_)),
    };
    let detail = whole(&json, record, &mark);
    let mut event = Event { time: *time, resource: arn.as_ref().to_owned(), mark, detail };
    if event.size() > MAX_EVENT || is_deep(&event.detail) {
        event.mark.truncated = true;
        let room = MAX_EVENT - (event.size() - event.detail.len()) - member(&event.mark).len() - 3;
        event.detail = marked(&cut::fit(&own_members(&members(&json)), room, MAX_DEPTH), &event.mark);
    }
    event
}

/// The record's bytes with the mark put in before the last brace.
fn whole(json: &str, record: &Record<'_>, mark: &Mark) -> String {
    if record.mark.is_absent()
        && let Some(body) = json.trim_ascii_start().strip_prefix('{')
        && let Some(body) = body.trim_ascii_end().strip_suffix('}')
    {
        return marked(body, mark);
    }
    // Whoever can write a member of our name into a record could choose who is denied: it goes.
    let members: Vec<String> =
        own_members(&members(json)).iter().map(|(name, value)| pair(name, value)).collect();
    marked(&members.join(","), mark)
}

/// Members and the mark as an object.
fn marked(members: &str, mark: &Mark) -> String {
    let mark = member(mark);
    let comma = if members.trim_ascii().is_empty() { "" } else { "," };
    ["{", members, comma, &mark, "}"].concat()
}

fn members(json: &str) -> Members<'_> {
    Members::parse(json).expect("a record was parsed from this text")
}

/// The members but those of our mark's name, each with its value as it is written.
fn own_members<'a>(record: &'a Members<'a>) -> Vec<(&'a str, &'a str)> {
    record
        .0
        .iter()
        .filter(|(name, _)| name != MARK_FIELD)
        .map(|(name, value)| (&**name, value.get()))
        .collect()
}

/// A member as JSON.
pub(super) fn pair(name: &str, value: &str) -> String {
    format!("{}:{value}", serde_json::Value::from(name))
}

fn member(mark: &Mark) -> String {
    // Room for the longest names that IAM allows, so that it need not grow.
    let mut text = Vec::with_capacity(256);
    text.extend([b"\"", MARK_FIELD.as_bytes(), b"\":"].concat());
    serde_json::to_writer(&mut text, mark).expect("strings and a list of names are JSON");
    String::from_utf8(text).expect("serde_json writes UTF-8")
}

/// Whether a text nests too deep. Few are as long as that takes.
fn is_deep(json: &str) -> bool {
    json.len() > 2 * MAX_DEPTH
        && memchr2_iter(b'{', b'[', json.as_bytes()).nth(MAX_DEPTH).is_some()
        && depth(json) > MAX_DEPTH
}

/// How deep a JSON text nests.
pub(super) fn depth(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// An event that says only this.
#[cfg(test)]
pub(super) fn plain(detail: &str) -> Event {
    let mark = Mark {
        version: MARK_VERSION,
        account: String::new(),
        user: String::new(),
        signals: Vec::new(),
        truncated: false,
        rewritten: false,
    };
    Event { time: None, resource: String::new(), detail: detail.to_owned(), mark }
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
