//! A record's members as they are written, read leniently: a strange value is absent, never an error.

use std::{borrow::Cow, fmt};

use memchr::memchr;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// An object's members in their order, values unparsed. Repeated names are kept.
///
/// Values are skipped over without recursion, so nesting of any depth is read.
#[derive(Debug)]
pub struct Members<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// If it is not a JSON object.
    pub fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The value of that name as it is written. Of repeated names the last counts, as for most readers.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.0.iter().rev().find(|(it, _)| it == name)?;
        Some(value.get())
    }

    /// The string of that name. Anything but a string is absent, and so is an empty one.
    pub fn string(&self, name: &str) -> Option<Cow<'a, str>> {
        let raw = self.raw(name)?;
        // What has no escapes is what it says: that it is JSON was seen when the object was read.
        let text = match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(plain) if memchr(b'\\', plain.as_bytes()).is_none() => Cow::Borrowed(plain),
            Some(_) => serde_json::from_str::<Text<'a>>(raw).ok()?.0,
            None => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The members of the object of that name. Anything but an object is an empty one.
    pub fn object(&self, name: &str) -> Members<'a> {
        self.raw(name).and_then(|raw| Members::parse(raw).ok()).unwrap_or(Members(Vec::new()))
    }
}

/// A string, borrowed unless it is escaped.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                // Records have 20 to 30 members.
                let mut members = Vec::with_capacity(32);
                while let Some((name, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    members.push((name.0, value));
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(MembersVisitor).map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_as_they_are_written() {
        let json = r#"{"a": 1.50, "\u0062": {"x" : "\n"}, "c":"d\u0065"}"#;
        let members = Members::parse(json).expect("an object");
        assert_eq!(members.raw("a"), Some("1.50"));
        assert_eq!(members.raw("b"), Some(r#"{"x" : "\n"}"#));
        assert_eq!(members.string("c").as_deref(), Some("de"));
        assert_eq!(members.object("b").string("x").as_deref(), Some("\n"));
    }

    #[test]
    fn strange_values_are_absent() {
        let members = Members::parse(r#"{"a":1,"b":null,"c":[],"d":"","e":"\ud800"}"#).expect("an object");
        for name in ["a", "b", "c", "d", "e", "f"] {
            assert_eq!(members.string(name), None);
            assert_eq!(members.object(name).0.len(), 0);
        }
    }

    #[test]
    fn the_last_of_repeated_names_counts() {
        let members = Members::parse(r#"{"a":"x","a":"y"}"#).expect("an object");
        assert_eq!(members.string("a").as_deref(), Some("y"));
    }

    #[test]
    fn nesting_of_any_depth_is_read() {
        let json = format!(r#"{{"a":{}{},"b":"c"}}"#, "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(Members::parse(&json).expect("an object").string("b").as_deref(), Some("c"));
    }
}
