//! What a probe has found.

use std::{fmt, time::Duration};

use serde::Serialize;

use super::Probe;
use crate::Result;

/// Whether an answer is what guard expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is.
    Expected,
    /// It is not.
    Other,
    /// The question could not be asked.
    Unanswered,
}

/// What a probe has found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The probe's name.
    pub probe: &'static str,
    /// What it asked.
    pub asked: &'static str,
    /// What guard expects.
    pub expected: &'static str,
    /// Whether AWS answered that.
    pub verdict: Verdict,
    /// What AWS answered, or why it could not be asked.
    pub answered: String,
    /// More of AWS's answer: texts, codes.
    pub details: Vec<String>,
    /// What was not asked, and why.
    pub skipped: Vec<String>,
    /// What could not be removed, if it had been made.
    pub left: Vec<String>,
    /// How long it took.
    pub seconds: u64,
}

/// AWS's answer to a probe.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Whether it is the one that guard expects.
    pub(super) is_expected: bool,
    /// The answer.
    pub(super) text: String,
    /// More of it.
    pub(super) details: Vec<String>,
    /// What was not asked, and why.
    pub(super) skipped: Vec<String>,
}

impl Finding {
    pub(super) fn new(probe: &Probe, answer: Result<Answer>, left: Vec<String>, time: Duration) -> Self {
        let (verdict, answer) = match answer {
            Ok(answer) if answer.is_expected => (Verdict::Expected, answer),
            Ok(answer) => (Verdict::Other, answer),
            Err(error) => (Verdict::Unanswered, Answer { text: error.to_string(), ..Answer::default() }),
        };
        Self {
            probe: probe.name,
            asked: probe.asks,
            expected: probe.expects,
            verdict,
            answered: answer.text,
            details: answer.details,
            skipped: answer.skipped,
            left,
            seconds: time.as_secs(),
        }
    }

    /// Whether AWS answered as guard expects, and nothing is left.
    pub fn is_good(&self) -> bool {
        self.verdict == Verdict::Expected && self.left.is_empty()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Expected => "as expected",
            Verdict::Other => "another answer than expected",
            Verdict::Unanswered => "could not be asked",
        };
        write!(f, "{}: {verdict}: {}", self.probe, self.answered)?;
        if self.verdict == Verdict::Other {
            write!(f, " (expected: {})", self.expected)?;
        }
        for left in &self.left {
            write!(f, "\n  not removed, if it was made: {left}")?;
        }
        Ok(())
    }
}
