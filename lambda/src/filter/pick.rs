//! A few members of an object, as they are written; the others are read past.
//!
//! Values are read past without recursion, so nesting of any depth is read. Of repeated names the last counts, as for
//! most readers. A strange value is absent, never an error.
//!
//! What is written as CloudTrail writes is read 64 bytes at a time ([`guard_skim::members`]), anything else by
//! serde_json, which reads the same where both do.

use std::{borrow::Cow, fmt, marker::PhantomData};

use memchr::memchr;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// What is picked of an object.
pub(super) trait Picked<'a>: Default {
    /// Where the value of that name goes; `None` if nobody asks for it.
    fn place(&mut self, name: &[u8]) -> Option<&mut Picking<'a>>;
}

/// A value as it is written; nothing if it is not there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Picking<'a> {
    raw: Option<&'a str>,
    /// Whether there may be a backslash in it.
    has_escapes: bool,
}

/// Reads an object.
///
/// # Errors
/// If it is not a JSON object.
pub(super) fn pick<'a, P: Picked<'a>>(json: &'a str) -> Result<P, serde_json::Error> {
    let mut picked = P::default();
    // A name with escapes would have `\u` if it were one of ours.
    let is_read = guard_skim::members(json, |member| {
        if let Some(place) = picked.place(member.name) {
            *place = Picking { raw: Some(member.value()), has_escapes: member.has_escapes };
        }
    });
    if is_read { Ok(picked) } else { serde_json::from_str::<Object<P>>(json).map(|object| object.0) }
}

impl<'a> Picking<'a> {
    pub(super) fn is_absent(&self) -> bool {
        self.raw.is_none()
    }

    /// The string. Anything but a string is absent, and so is an empty one.
    #[inline]
    pub(super) fn string(&self) -> Option<Cow<'a, str>> {
        let raw = self.raw?;
        // What has no escapes is what it says: that it is JSON was seen when the object was read.
        let text = match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(plain) if !self.has_escapes || memchr(b'\\', plain.as_bytes()).is_none() => {
                Cow::Borrowed(plain)
            }
            Some(_) => serde_json::from_str::<Text<'a>>(raw).ok()?.0,
            None => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// What is picked of the object. Anything but an object has nothing.
    pub(super) fn object<P: Picked<'a>>(&self) -> P {
        self.raw.and_then(|raw| pick(raw).ok()).unwrap_or_default()
    }
}

struct Object<P>(P);

impl<'de: 'a, 'a, P: Picked<'a>> Deserialize<'de> for Object<P> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<'a, P>(PhantomData<(&'a (), P)>);

        impl<'de: 'a, 'a, P: Picked<'a>> Visitor<'de> for ObjectVisitor<'a, P> {
            type Value = P;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<P, A::Error> {
                let mut picked = P::default();
                while let Some(Text(name)) = map.next_key()? {
                    match picked.place(name.as_bytes()) {
                        Some(place) => {
                            let raw = Some(map.next_value::<&RawValue>()?.get());
                            *place = Picking { raw, has_escapes: true };
                        }
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(picked)
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData)).map(Object)
    }
}

/// A string, borrowed unless it is escaped.
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Two<'a> {
        a: Picking<'a>,
        b: Picking<'a>,
    }

    impl<'a> Picked<'a> for Two<'a> {
        fn place(&mut self, name: &[u8]) -> Option<&mut Picking<'a>> {
            match name {
                b"a" => Some(&mut self.a),
                b"b" => Some(&mut self.b),
                _ => None,
            }
        }
    }

    fn two(json: &str) -> Two<'_> {
        pick(json).expect("an object")
    }

    #[test]
    fn what_is_asked_for_is_picked_whatever_is_around_it() {
        let json = r#"{"c": 1e999, "a": "x", "d": [{"a":"y"}], "\u0062": {"a" : "\n", "b":"d\u0065"} }"#;
        let picked = two(json);
        assert_eq!(picked.a.string().as_deref(), Some("x"));
        let within: Two<'_> = picked.b.object();
        assert_eq!(within.a.string().as_deref(), Some("\n"));
        assert_eq!(within.b.string().as_deref(), Some("de"));
    }

    #[test]
    fn strange_values_are_absent() {
        for value in ["1", "null", "[]", "\"\"", r#""\ud800""#, "[1,2]", "{\"c\":1}"] {
            let json = format!(r#"{{"a":{value}}}"#);
            let picked = two(&json);
            assert_eq!(picked.a.string(), None, "{value}");
            assert_eq!(picked.a.object::<Two<'_>>().a.string(), None, "{value}");
        }
        assert_eq!(two("{}").a.string(), None);
    }

    #[test]
    fn the_last_of_repeated_names_counts() {
        assert_eq!(two(r#"{"a":"x","a":"y"}"#).a.string().as_deref(), Some("y"));
        assert_eq!(two(r#"{"a":"x","a":1}"#).a.string(), None);
    }

    #[test]
    fn nesting_of_any_depth_is_read_past() {
        let json = format!(r#"{{"c":{}{},"b":"c"}}"#, "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(two(&json).b.string().as_deref(), Some("c"));
    }

    #[test]
    fn what_is_no_object_is_an_error() {
        for json in ["", "1", "[]", "{", r#"{"a":1"#, r#"{"a":1}}"#, r#"{"c":tru}"#, r#"{"c":[1}"#] {
            assert!(pick::<Two<'_>>(json).is_err(), "{json}");
        }
    }
}
