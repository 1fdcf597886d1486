//! The members of an object as they are written, all of them and in their order. Only what is cut or compared needs
//! that; what is read of every candidate is picked ([`super::pick`]).

use std::{borrow::Cow, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::pick::Text;

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

    /// The value of that name as it is written. Of repeated names the last counts.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.0.iter().rev().find(|(it, _)| it == name)?;
        Some(value.get())
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
    }

    #[test]
    fn nesting_of_any_depth_is_read() {
        let json = format!(r#"{{"a":{}{},"b":"c"}}"#, "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(Members::parse(&json).expect("an object").raw("b"), Some("\"c\""));
    }
}
