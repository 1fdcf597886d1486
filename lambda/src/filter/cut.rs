//! Cuts a record that is too large for an event. What names the call and its caller goes last.

use std::collections::HashSet;

use super::event::{depth, pair};

/// What is cut first, in this order: what the call asked and answered tells an investigator least that the
/// trail's own file would not tell, and is what makes a record large.
const FIRST: &[&str] = &[
    "responseElements",
    "requestParameters",
    "additionalEventData",
    "serviceEventDetails",
    "resources",
    "errorMessage",
];
/// What stays to the end, because it says who did what, when, from where. It is cut last, the longest first.
const LAST: &[&str] = &[
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "awsRegion",
    "sourceIPAddress",
    "errorCode",
    "userAgent",
    "recipientAccountId",
    "userIdentity",
];

/// The members of the record, cut until they fit in `room` bytes and nest less than `levels` deep; JSON
/// without the outer braces.
///
/// A part that is cut is replaced by a string that says how long it was. First go [`FIRST`], one by one;
/// then all members that are not named here, the longest first; then they are left out; then [`LAST`].
pub(super) fn fit(members: &[(&str, &str)], room: usize, levels: usize) -> String {
    let mut parts: Vec<Part<'_>> = members.iter().map(|(name, value)| Part::of(name, value)).collect();
    for part in &mut parts {
        if depth(part.value) + 1 >= levels {
            part.cut();
        }
    }
    // Sorting is stable and the order of cutting is all that it is about, so the record's own order survives.
    let mut order: Vec<usize> = (0..parts.len()).filter(|i| parts[*i].rank() < Rank::Last).collect();
    order.sort_by_key(|i| (parts[*i].rank(), std::cmp::Reverse(parts[*i].value.len())));
    let mut size: usize = parts.iter().map(Part::len).sum();
    for i in order {
        if size <= room {
            break;
        }
        size -= parts[i].len();
        parts[i].cut();
        size += parts[i].len();
    }
    if size > room {
        // Only a record of thousands of members comes this far. Of repeated names the last one counts.
        let mut seen = HashSet::new();
        parts.reverse();
        parts.retain(|part| part.rank() == Rank::Last && seen.insert(part.name));
        parts.reverse();
        parts.sort_by_key(|part| std::cmp::Reverse(part.value.len()));
        size = parts.iter().map(Part::len).sum();
        for part in &mut parts {
            if size > room {
                size -= part.len();
                part.cut();
                size += part.len();
            }
        }
    }
    let members: Vec<String> = parts.iter().map(Part::json).collect();
    members.join(",")
}

/// When a member is cut: the earlier it is listed in `FIRST`, the sooner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    First(usize),
    Other,
    Last,
}

struct Part<'a> {
    name: &'a str,
    value: &'a str,
    /// Replaces the value.
    marker: Option<String>,
}

impl<'a> Part<'a> {
    fn of(name: &'a str, value: &'a str) -> Self {
        Self { name, value, marker: None }
    }

    fn rank(&self) -> Rank {
        match FIRST.iter().position(|name| *name == self.name) {
            Some(place) => Rank::First(place),
            None if LAST.contains(&self.name) => Rank::Last,
            None => Rank::Other,
        }
    }

    fn cut(&mut self) {
        let marker = format!(r#""[cut: {} bytes]""#, self.value.len());
        // A number or a word would only grow.
        if marker.len() < self.value.len() {
            self.marker = Some(marker);
        }
    }

    fn json(&self) -> String {
        pair(self.name, self.marker.as_deref().unwrap_or(self.value))
    }

    /// Bytes in the record, with its comma. A name's control characters take up to six.
    fn len(&self) -> usize {
        let value = self.marker.as_deref().unwrap_or(self.value);
        pair(self.name, "").len() + value.len() + 1
    }
}
