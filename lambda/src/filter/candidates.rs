//! Which records are worth parsing: a search for few words, which most records don't have.

use aho_corasick::{
    AhoCorasick, MatchKind,
    packed::{self, Searcher},
};
use guard_skim::Span;
use memchr::{memchr2, memchr2_iter, memmem::Finder};

/// What every record with a signal holds at least one of, in exactly these letters: a denial has a code, and the
/// other signals are names of calls. The last stands for an escaped letter, behind which any other could hide.
const MARKS: [&str; 4] = [CODE, r#""GetCallerIdentity""#, r#""ConsoleLogin""#, r"\u00"];
/// No less than the longest of them has.
const LONGEST: usize = 24;
/// Without the quote before it: a user may have this name, and then the name's own mark has to be found.
const CODE: &str = "errorCode";
const MESSAGE: &str = "errorMessage";
/// And what its code or its message holds at least one of, in any case, if it is a denial: few errors are.
const DENIED_CODES: &[&str] = &[
    "AccessDenied",
    "Unauthorized",
    "NotAuthorized",
    "AuthorizationError",
    "AuthorizationFailure",
    "Forbidden",
    "OperationNotPermitted",
    "AuthFailure",
];
const DENIED_WORDS: &[u8] = b"not authorized to perform";
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
            denials: automaton(AhoCorasick::builder().ascii_case_insensitive(true).build(DENIED_CODES)),
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
mod tests {
    use super::*;
    use crate::filter::scan::{Found, Scanner};

    fn may_be(record: &str) -> bool {
        let all = [Candidates::new(&[]), Candidates::new(&["backup\"".into()])];
        let plain = AhoCorasick::builder().build(MARKS).expect("four words");
        let plain = Candidates { marks: Marks::Plain(plain), ..Candidates::new(&[]) };
        let answers: Vec<bool> =
            all.iter().chain([&plain]).map(|it| it.may_be(record.as_bytes(), None)).collect();
        assert!(answers.iter().all(|it| *it == answers[0]), "{record}");
        answers[0]
    }

    #[test]
    fn the_longest_mark_and_the_rarest_letter_are_as_long_and_where_they_are_said_to_be() {
        assert!(MARKS.iter().all(|mark| mark.len() <= LONGEST) && DENIED_WORDS[RARE] == b'z');
    }

    #[test]
    fn a_mark_is_found_wherever_it_may_begin() {
        let record = format!(r#"{{"x":"{}","eventName":"GetCallerIdentity"}}"#, "x".repeat(100));
        let place = record.find("\"Get").expect("it is there");
        let found = |begin, end| Candidates::new(&[]).may_be(record.as_bytes(), Some(Span { begin, end }));
        assert!(found(place, place + 1) && found(0, place + 1) && found(place - 50, record.len()));
        assert!(!found(place + 1, record.len()));
        let message = r#""errorMessage":"not authorized to perform""#;
        let record = format!(r#"{{"errorCode":"Failed","x":"{}",{message}}}"#, "x".repeat(100));
        let place = record.find(message).expect("it is there");
        let found = |end| Candidates::new(&[]).may_be(record.as_bytes(), Some(Span { begin: 1, end }));
        assert!(found(place + 1) && !found(place - LONGEST));
    }

    #[test]
    fn an_error_alone_is_told_from_one_with_more_behind_it() {
        let candidates = Candidates::new(&[]);
        let errors = [
            r#""errorCode":"Failed""#,
            r#""errorCode":"Failed","errorMessage":"no""#,
            r#""errorCode":"Failed","errorMessage":null"#,
            r#""errorCode":"Failed","errorMessages":"not authorized to perform""#,
            r#""errorCode":"Failed","errorMessage":"not authorized to perform""#,
            r#""errorCode":"Failed" ,"errorMessage":"not authorized to perform""#,
            r#""errorCode":"Forbidden""#,
            r#""errorCode":403"#,
            r#""errorCodes":"AccessDenied""#,
            r#""errorMessage":"not authorized to perform""#,
        ];
        let others = [
            "",
            r#","x":"y""#,
            r#","eventName":"ConsoleLogin""#,
            r#","errorCode":"AccessDenied""#,
            r#","errorMessage":"not authorized to perform""#,
            r#","errorMessage":"no","errorMessage":"not authorized to perform""#,
            r#","x":"\u0041""#,
            r#","x":"\u0041","eventName":"GetCallerIdentity""#,
        ];
        for (error, other) in errors.iter().flat_map(|it| others.map(|other| (it, other))) {
            let record = format!(r#"{{"x":"{}",{error}{other},"y":1}}"#, "x".repeat(70));
            let text = format!(r#"{{"Records":[{record}]}}{}"#, " ".repeat(99));
            let mut found = 0;
            let read = Scanner::default().push(text.as_bytes(), |it| {
                let Found::Record(bytes, span) = it else { panic!("it is short") };
                found += 1;
                let anywhere = candidates.may_be(bytes, None);
                assert!(span.is_some() || !anywhere, "{record}");
                assert!(span.is_none_or(|_| candidates.may_be(bytes, span) == anywhere), "{record}");
            });
            assert!(read.is_ok() && found == 1, "{record}");
        }
    }

    #[test]
    fn a_denial_is_a_candidate_however_it_is_written() {
        for record in [
            r#"{"errorCode":"AccessDenied"}"#,
            "{\"errorCode\" \t:\r\n \"Client.UNAUTHORIZEDOPERATION\"}",
            r#"{"errorCode":"Forbidden"#,
            r#"{"errorCode":"\"\\\"Forbidden\\"}"#,
            r#"{"errorCode":"Failed","errorMessage":"User \"x\" is Not Authorized to perform it"}"#,
            r#"{"errorMessage":"you are not authorized to perform it","errorCode":"Failed"}"#,
            r#"{"a":{"errorCode":"Throttled"},"errorCode":"Forbidden"}"#,
            r#"{"errorMessage":"no","errorCode":"Failed","errorMessage":"not authorized to perform"}"#,
            r#"{"\u0065rrorCode":"AccessDenied"}"#,
            r#"{"errorCode":"Access\u0044enied"}"#,
        ] {
            assert!(may_be(record), "{record}");
        }
    }

    #[test]
    fn other_calls_are_candidates_by_their_names() {
        assert!(may_be(r#"{"eventName":"GetCallerIdentity"}"#) && may_be(r#"{"eventName":"ConsoleLogin"}"#));
        for name in ["backup", "errorCode", "errorCodes"] {
            let record = format!(r#"{{"userName":"{name}"}}"#);
            assert!(Candidates::new(&[format!("{name}\"")]).may_be(record.as_bytes(), None), "{name}");
        }
    }

    #[test]
    fn what_is_no_signal_is_not_parsed() {
        for record in [
            r#"{"eventName":"GetObject","requestParameters":{"x":"AccessDenied is not authorized to perform"}}"#,
            r#"{"errorCode":"NoSuchBucket","errorMessage":"it is not there"}"#,
            r#"{"errorCode":"ThrottlingException","requestParameters":{"x":"Forbidden"}}"#,
            r#"{"errorCode":403,"errorCodes":"AccessDenied","errorMessage":null}"#,
            r#"{"errorCode"}"#,
        ] {
            assert!(!may_be(record), "{record}");
        }
    }
}
