//! The rules' event patterns. A user's rule is the guard's record: its pattern names the user.

use serde_json::{Value, json};

use crate::{DETAIL_TYPE, MARK_FIELD, SOURCE, Signal};

/// Pattern of a rule that forwards one member account's events to the next bus.
///
/// `account` of an event stays the one that called PutEvents, over all hops, so pinning it to the hub's
/// keeps out whatever is injected on the way.
pub fn forward_pattern(hub_account: &str, member_account: &str) -> String {
    json!({
        "source": [SOURCE],
        "detail-type": [DETAIL_TYPE],
        "account": [hub_account],
        "detail": { MARK_FIELD: { "account": [member_account] } },
    })
    .to_string()
}

/// Pattern of a user's rule, both ways: the provider writes it, the responder and imports read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPattern {
    /// The account of the filter, which all our events carry.
    pub hub_account: String,
    /// The account that the user lives in.
    pub account: String,
    /// The user's name.
    pub user: String,
    /// The signals that trip the guard.
    pub signals: Vec<Signal>,
}

/// A pattern that is not one that [`UserPattern`] writes.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    /// It is not JSON.
    #[error("the event pattern is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It lacks a part, or a part is not what it should be.
    #[error("the event pattern does not have {0}")]
    Part(&'static str),
}

impl UserPattern {
    /// The pattern as JSON, always the same bytes for the same guard.
    pub fn to_json(&self) -> String {
        let mut signals = self.signals.clone();
        signals.sort_unstable();
        signals.dedup();
        json!({
            "source": [SOURCE],
            "detail-type": [DETAIL_TYPE],
            "account": [self.hub_account],
            "detail": { MARK_FIELD: { "account": [self.account], "user": [self.user], "signals": signals } },
        })
        .to_string()
    }

    /// Reads a pattern that [`UserPattern::to_json`] wrote.
    ///
    /// # Errors
    /// If it is not JSON, or names no hub, account, user or signal.
    pub fn parse(json: &str) -> Result<Self, PatternError> {
        let pattern: Value = serde_json::from_str(json)?;
        let mark = &pattern["detail"][MARK_FIELD];
        let signals = serde_json::from_value(mark["signals"].clone())
            .map_err(|_| PatternError::Part("a list of signals"))?;
        Ok(Self {
            hub_account: first(&pattern["account"], "the hub's account")?,
            account: first(&mark["account"], "the user's account")?,
            user: first(&mark["user"], "the user's name")?,
            signals,
        })
    }

    /// The account and the user that a pattern names, whatever else is in it: all that a responder needs, and
    /// it must not fail on what a newer provider may have added.
    ///
    /// # Errors
    /// If it is not JSON, or names no account or user.
    pub fn whose(json: &str) -> Result<(String, String), PatternError> {
        let pattern: Value = serde_json::from_str(json)?;
        let mark = &pattern["detail"][MARK_FIELD];
        Ok((first(&mark["account"], "the user's account")?, first(&mark["user"], "the user's name")?))
    }
}

/// The first of a pattern's alternatives.
fn first(alternatives: &Value, part: &'static str) -> Result<String, PatternError> {
    let text = alternatives[0].as_str().ok_or(PatternError::Part(part))?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_read_back_as_it_was_written() {
        let pattern = UserPattern {
            hub_account: "111111111111".into(),
            account: "222222222222".into(),
            user: "back+up=script,@x.y".into(),
            signals: vec![Signal::AccessDenied, Signal::ConsoleLogin],
        };
        assert_eq!(UserPattern::parse(&pattern.to_json()).expect("our own pattern"), pattern);
    }

    #[test]
    fn a_pattern_with_news_still_says_whose_it_is() {
        let newer =
            r#"{"detail":{"guard":{"account":["222222222222"],"user":["backup"],"signals":["new"]}}}"#;
        let (account, user) = UserPattern::whose(newer).expect("both are there");
        assert_eq!((account.as_str(), user.as_str()), ("222222222222", "backup"));
        assert!(UserPattern::whose(r#"{"detail":{}}"#).is_err());
    }

    #[test]
    fn a_foreign_pattern_is_refused() {
        assert!(UserPattern::parse(r#"{"source":["aws.s3"]}"#).is_err());
        assert!(UserPattern::parse("not json").is_err());
    }
}
