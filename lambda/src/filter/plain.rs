//! Makes a record harmless for whoever reads it as an event.
//!
//! Whoever has a leaked key chooses what stands in a request's parameters. PutEvents takes integers from -2^63 to 2^63-1
//! only (EventBridge, PutEvents, `Detail`), and the responder's reader neither a number that no double holds nor half
//! of a surrogate pair. Such a number becomes a string with its digits, such a half U+FFFD, the replacement character.

use std::borrow::Cow;

use memchr::{memchr2, memmem};

/// The record, rewritten where it has to be. It must be JSON.
pub(super) fn plain(json: &str) -> Cow<'_, str> {
    let mut reader = Reader { json, at: 0, copied: 0, out: String::new() };
    let has_halves =
        [r"\ud", r"\uD"].iter().any(|half| memmem::find(json.as_bytes(), half.as_bytes()).is_some());
    while let Some(byte) = json.as_bytes().get(reader.at) {
        match byte {
            b'"' => reader.string(has_halves),
            b'-' | b'0'..=b'9' => reader.number(),
            _ => reader.at += 1,
        }
    }
    if reader.copied == 0 {
        return Cow::Borrowed(json);
    }
    reader.out.push_str(&json[reader.copied..]);
    Cow::Owned(reader.out)
}

struct Reader<'a> {
    json: &'a str,
    at: usize,
    /// How far the text is copied or rewritten; 0 if nothing had to be rewritten.
    copied: usize,
    out: String,
}

impl Reader<'_> {
    /// Writes something else in place of what stands from `begin` to `end`.
    fn rewrite(&mut self, begin: usize, end: usize, instead: &str) {
        self.out.push_str(&self.json[self.copied..begin]);
        self.out.push_str(instead);
        self.copied = end;
    }

    /// Reads a string, from its first quote to behind its last.
    fn string(&mut self, has_halves: bool) {
        let bytes = self.json.as_bytes();
        self.at += 1;
        while let Some(found) = bytes.get(self.at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            let at = self.at + found;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return;
            }
            let unit = if has_halves { unit_of(bytes, at) } else { None };
            self.at = match unit {
                Some(0xd800..=0xdbff) if matches!(unit_of(bytes, at + 6), Some(0xdc00..=0xdfff)) => at + 12,
                Some(0xd800..=0xdfff) => {
                    self.rewrite(at, at + 6, r"\ufffd");
                    at + 6
                }
                _ => at + 2,
            };
        }
        self.at = bytes.len();
    }

    fn number(&mut self) {
        let rest = &self.json[self.at..];
        let is_part = |char: char| char.is_ascii_digit() || "+-.eE".contains(char);
        let number = &rest[..rest.find(|char| !is_part(char)).unwrap_or(rest.len())];
        let (begin, end) = (self.at, self.at + number.len());
        let holds = match number.contains(['.', 'e', 'E']) {
            true => number.parse::<f64>().is_ok_and(f64::is_finite),
            false => number.parse::<i64>().is_ok(),
        };
        if !holds {
            self.rewrite(begin, end, &format!("\"{number}\""));
        }
        self.at = end;
    }
}

/// The UTF-16 unit that is escaped there, as `\uXXXX`.
fn unit_of(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(br"\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(json: &str) -> Option<String> {
        match plain(json) {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => None,
        }
    }

    #[test]
    fn an_ordinary_record_stays_as_it_is() {
        for json in [
            r#"{"a":1.50,"b":-9223372036854775808,"c":9223372036854775807,"d":[1e5,0,-0.5E-3]}"#,
            r#"{"a":"\ud83d\ude00 \\ud83d \"1e999\" 99999999999999999999"}"#,
            "{}",
        ] {
            assert_eq!(rewritten(json), None, "{json}");
        }
    }

    #[test]
    fn a_number_that_64_bits_do_not_hold_becomes_its_digits() {
        for number in
            ["1e400", "-1e400", "9223372036854775808", "-9223372036854775809", "1000000000000000000000"]
        {
            let json = format!(r#"{{"a":[{number},1],"b":"x"}}"#);
            assert_eq!(rewritten(&json), Some(format!(r#"{{"a":["{number}",1],"b":"x"}}"#)));
        }
    }

    #[test]
    fn half_of_a_surrogate_pair_becomes_the_replacement_character() {
        for (json, expected) in [
            (r#"{"a":"\ud800"}"#, r#"{"a":"\ufffd"}"#),
            (r#"{"a":"x\uDC00y\ud83d\ude00"}"#, r#"{"a":"x\ufffdy\ud83d\ude00"}"#),
            (r#"{"a":"\ud800\ud800\udc00"}"#, r#"{"a":"\ufffd\ud800\udc00"}"#),
            (r#"{"\udfff":1}"#, r#"{"\ufffd":1}"#),
        ] {
            assert_eq!(rewritten(json).as_deref(), Some(expected));
            serde_json::from_str::<serde_json::Value>(expected).expect("the responder reads it");
        }
    }
}
