//! Texts with wildcards: `*` is any number of characters, `?` is one.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A text with wildcards. Letters' case matters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wildcard(String);

impl Wildcard {
    /// A text that may hold wildcards.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Whether a text fits. It takes at most as many steps as both texts' lengths multiplied.
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text) = (self.0.as_bytes(), text.as_bytes());
        let (mut p, mut t) = (0, 0);
        // Where the last star was, and how far it reaches.
        let mut star: Option<(usize, usize)> = None;
        while t < text.len() {
            match pattern.get(p) {
                Some(b'*') => {
                    star = Some((p, t));
                    p += 1;
                }
                Some(b'?') => {
                    // One character may be several bytes.
                    t += 1;
                    while text.get(t).is_some_and(|byte| byte & 0xC0 == 0x80) {
                        t += 1;
                    }
                    p += 1;
                }
                Some(byte) if *byte == text[t] => (p, t) = (p + 1, t + 1),
                _ => {
                    let Some((at, reach)) = star else { return false };
                    star = Some((at, reach + 1));
                    (p, t) = (at + 1, reach + 1);
                }
            }
        }
        pattern[p..].iter().all(|byte| *byte == b'*')
    }

    /// Whether every text fits.
    pub fn is_any(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte == b'*')
    }
}

impl FromStr for Wildcard {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text))
    }
}

impl fmt::Display for Wildcard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_fit_what_they_should() {
        let fits = |pattern: &str, text: &str| Wildcard::new(pattern).matches(text);
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("a*c", "abbc"),
            ("a*c", "ac"),
            ("*b*", "abc"),
            ("a?c", "aüc"),
            ("**x", "x"),
            ("*ab", "aab"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("", "a"), ("a", "A"), ("a*c", "abcd"), ("?", ""), ("a?c", "ac"), ("*b", "abc")]
        {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_hostile_text_takes_no_time() {
        assert!(
            !Wildcard::new(&"*a".repeat(60))
                .matches(&"a".repeat(50_000).replace("aaa", "aab")[..49_000].replace('a', "b"))
        );
    }
}
