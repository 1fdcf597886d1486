//! Which records are worth parsing: a search for few words, which most records don't have.

use aho_corasick::{
    AhoCorasick, MatchKind,
    packed::{self, Searcher},
};
use guard_contract::denial;
use guard_skim::Span;
use memchr::{memchr, memchr2, memchr2_iter, memmem::Finder};

/// What every record with a signal holds at least one of, in exactly these letters: a denial has a code, and the
/// other signals are names of calls. The last stands for an escaped letter, behind which any other could hide.
const MARKS: [&str; 5] = [CODE, r#""GetCallerIdentity""#, r#""ConsoleLogin""#, r#""UpdateUser""#, r"\u00"];
/// No less than the longest of them has.
const LONGEST: usize = 24;
/// Without the quote before it: a user may have this name, and then the name's own mark has to be found.
const CODE: &str = "errorCode";
const MESSAGE: &str = "errorMessage";
/// And what its message holds, in any case, if that tells of a denial ([`denial::MESSAGE`]).
const DENIED_WORDS: &[u8] = denial::MESSAGE.as_bytes();
/// The rarest of its letters.
const RARE: usize = 11;

/// Finds the records that may carry a signal.
#[derive(Debug)]
pub(super) struct Candidates {
    marks: Marks,
    /// Which of the marks is the code.
    code: usize,
    codes: Finder<'static>,
    messages: Finder<'static>,
    denials: AhoCorasick,
}

/// The search for the marks.
#[derive(Debug)]
enum Marks {
    /// Compares 16 or 32 bytes at a time.
    Fast(Searcher),
    /// Where the CPU can't, or if there are too many names.
    Plain(AhoCorasick),
}

impl Candidates {
    /// Finds records with signals, and those with one of these names.
    pub(super) fn new(names: &[String]) -> Self {
        // A name may begin like another mark: where two begin, the first listed is found.
        let marks = || names.iter().map(String::as_str).chain(MARKS);
        let fast = packed::Config::new().builder().extend(marks()).build();
        let plain = || {
            Marks::Plain(automaton(
                AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(marks()),
            ))
        };
        Self {
            marks: fast.map_or_else(plain, Marks::Fast),
            code: names.len(),
            codes: Finder::new(CODE),
            messages: Finder::new(MESSAGE),
            denials: automaton(
                AhoCorasick::builder().ascii_case_insensitive(true).build(denial::code_parts()),
            ),
        }
    }

    /// Whether a record may carry a signal, if its marks and messages begin there or, without a span, anywhere;
    /// cheap, and never wrong when it says no.
    pub(super) fn may_be(&self, record: &[u8], span: Option<Span>) -> bool {
        if let Some(denies) = span.and_then(|span| self.only_error_denies(record, span)) {
            return denies;
        }
        let Span { begin, end } = span.unwrap_or(Span { begin: 0, end: record.len() });
        let searched = &record[..record.len().min(end + LONGEST)];
        let begin = begin.min(searched.len());
        let code = self.codes.find(&searched[begin..]);
        let code = code.map(|i| begin + i + CODE.len());
        if let Some(code) = code {
            // What the code doesn't tell, a message may.
            let denies = |i| words_deny(&record[begin + i + MESSAGE.len()..]);
            if self.denies(&record[code..]) || self.messages.find_iter(&searched[begin..]).any(denies) {
                return true;
            }
        }
        // The first code has told nothing; there may be another.
        let mut at = begin;
        while let Some((mark, end)) = self.marks.find(searched, at) {
            if mark != self.code || Some(end) != code && self.denies(&record[end..]) {
                return true;
            }
            at = end;
        }
        false
    }

    /// Whether an error may be a denial that is all there is: a code and, right behind it or not at all, its message,
    /// as CloudTrail writes them. `None` if there may be more.
    fn only_error_denies(&self, record: &[u8], span: Span) -> Option<bool> {
        let rest = record.get(span.begin..)?.strip_prefix(b"\"")?.strip_prefix(CODE.as_bytes())?;
        let (code, behind) = string(rest)?;
        if self.is_denial(code) {
            return Some(true);
        }
        // An escaped letter of the code is within the span as well, and tells that more has to be read.
        if memchr(b'\\', code).is_some() {
            return None;
        }
        let mut last = span.begin;
        if let Some(message) = behind.strip_prefix(b",\"").and_then(|it| it.strip_prefix(MESSAGE.as_bytes()))
        {
            if words_deny(message) {
                return Some(true);
            }
            last = record.len() - message.len() - MESSAGE.len() - 1;
        }
        (span.end <= last + 1).then_some(false)
    }

    /// Whether the value of a member whose name has just been read may tell of a denial.
    fn denies(&self, rest: &[u8]) -> bool {
        string(rest).is_some_and(|(value, _)| self.is_denial(value))
    }

    fn is_denial(&self, code: &[u8]) -> bool {
        // As most denials are written.
        code == b"AccessDenied" || self.denials.is_match(code)
    }
}

impl Marks {
    /// The first mark from there on: which it is, and where it ends.
    fn find(&self, record: &[u8], at: usize) -> Option<(usize, usize)> {
        let found = match self {
            Marks::Fast(marks) => marks.find_in(record, (at..record.len()).into()),
            Marks::Plain(marks) => marks.find(aho_corasick::Input::new(record).range(at..)),
        }?;
        Some((found.pattern().as_usize(), found.end()))
    }
}

/// Whether the value of a message, whose name has just been read, may tell of a denial.
fn words_deny(rest: &[u8]) -> bool {
    string(rest).is_some_and(|(value, _)| {
        let begins = memchr2_iter(b'z', b'Z', value).filter_map(|i| i.checked_sub(RARE));
        let mut words = begins.filter_map(|i| value.get(i..i + DENIED_WORDS.len()));
        words.any(|words| words.eq_ignore_ascii_case(DENIED_WORDS))
    })
}

/// What is between the quotes of a member's value, read from its name's last letter on, and what is behind them;
/// `None` if the name goes on, or the value is no string.
fn string(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = rest.strip_prefix(b"\"")?.trim_ascii_start();
    let rest = rest.strip_prefix(b":")?.trim_ascii_start();
    let value = rest.strip_prefix(b"\"")?;
    let mut end = 0;
    while let Some(next) = value.get(end..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if value[end + next] == b'"' {
            return Some((&value[..end + next], &value[end + next + 1..]));
        }
        end += next + 2;
    }
    // Cut off: no JSON.
    Some((value, &[]))
}

fn automaton(built: Result<AhoCorasick, aho_corasick::BuildError>) -> AhoCorasick {
    built.expect("an automaton has room for 2^31 letters, the function's memory for less")
}

#[cfg(test)]
#[path = "candidates_tests.rs"]
mod tests;
