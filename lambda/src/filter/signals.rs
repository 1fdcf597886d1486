//! Which records are suspicious: the one table of what counts as a denial, and the other signals.

use std::sync::LazyLock;

use aho_corasick::{
    AhoCorasick, MatchKind,
    packed::{self, Searcher},
};
use guard_contract::Signal;

use super::record::Members;

/// How a row of the table is compared with a record's `errorCode`, without regard to case.
#[derive(Clone, Copy, Debug)]
enum Code {
    Holds(&'static str),
    EndsWith(&'static str),
    Is(&'static str),
}

/// Every spelling of "denied" that CloudTrail's records are known to use; AWS publishes no complete list.
const DENIALS: &[Code] = &[
    // Most services; also AccessDeniedException, VpceAccessDenied, Client.AccessDenied.
    Code::Holds("AccessDenied"),
    // EC2: Client.UnauthorizedOperation.
    Code::EndsWith("UnauthorizedOperation"),
    Code::Is("UnauthorizedException"),
    Code::Is("UnauthorizedAccess"),
    Code::Is("Client.UnauthorizedAccess"),
    Code::Is("NotAuthorized"),
    Code::Is("NotAuthorizedException"),
    // SNS.
    Code::Is("AuthorizationError"),
    Code::Is("AuthorizationErrorException"),
    Code::Is("AuthorizationFailure"),
    Code::Is("Forbidden"),
    Code::Is("ForbiddenException"),
    Code::Is("Client.OperationNotPermitted"),
    Code::Is("Client.AuthFailure"),
];

/// What a message says where the code does not tell, if there is a code.
const DENIAL_MESSAGES: &[&str] =
    &["is not authorized to perform", "not authorized to perform this operation"];

/// What every record with a signal holds at least one of, in exactly these letters: a denial has a code, and the
/// other signals are names of calls. The last stands for an escaped letter, behind which any other could hide.
const MARKS: &[&str] = &["errorCode", "GetCallerIdentity", "ConsoleLogin", ESCAPED];
/// And what it holds at least one of in any case: few records with an error have a denial.
const WORDS: &[&str] = &[
    "AccessDenied",
    "Unauthorized",
    "NotAuthorized",
    "AuthorizationError",
    "AuthorizationFailure",
    "Forbidden",
    "OperationNotPermitted",
    "AuthFailure",
    "not authorized to perform",
    "GetCallerIdentity",
    "ConsoleLogin",
    ESCAPED,
];
const ESCAPED: &str = r"\u00";

static CANDIDATES: LazyLock<Candidates> = LazyLock::new(|| Candidates::new(&[]));

/// Finds the records that are worth parsing, in two searches: a fast one for few words, which most records don't
/// have, and a slow one for all words in any case.
#[derive(Debug)]
pub(super) struct Candidates {
    marks: Marks,
    words: AhoCorasick,
}

/// The fast search.
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
        let with_names =
            |words: &'static [&str]| words.iter().copied().chain(names.iter().map(String::as_str));
        let automaton = |words, any_case| {
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostFirst)
                .ascii_case_insensitive(any_case)
                .build(with_names(words))
                .expect("an automaton has room for 2^31 letters, the function's memory for less")
        };
        let fast = packed::Config::new().builder().extend(with_names(MARKS)).build();
        let marks = fast.map_or_else(|| Marks::Plain(automaton(MARKS, false)), Marks::Fast);
        Self { marks, words: automaton(WORDS, true) }
    }

    /// Whether a record may carry a signal; cheap, and never wrong when it says no.
    pub(super) fn may_be(&self, record: &[u8]) -> bool {
        let is_marked = match &self.marks {
            Marks::Fast(marks) => marks.find(record).is_some(),
            Marks::Plain(marks) => marks.is_match(record),
        };
        is_marked && self.words.is_match(record)
    }
}

/// Whether a record may carry a signal; cheap, and never wrong when it says no.
pub fn is_candidate(record: &[u8]) -> bool {
    CANDIDATES.may_be(record)
}

/// The signals of a record, in [`Signal`]'s order, whatever is known of its user.
pub fn signals(record: &Members<'_>) -> Vec<Signal> {
    let mut signals = Vec::new();
    if is_denied(record) {
        signals.push(Signal::AccessDenied);
    }
    if is_call(record, "GetCallerIdentity", "sts.amazonaws.com") {
        signals.push(Signal::GetCallerIdentity);
    }
    // Success or failure: a script's user has no business at the sign-in page.
    if is_call(record, "ConsoleLogin", "signin.amazonaws.com") {
        signals.push(Signal::ConsoleLogin);
    }
    signals
}

fn is_denied(record: &Members<'_>) -> bool {
    let Some(code) = record.string("errorCode") else {
        return false;
    };
    let code = code.to_ascii_lowercase();
    DENIALS.iter().any(|denial| denial.matches(&code))
        || record.string("errorMessage").is_some_and(|message| {
            let message = message.to_ascii_lowercase();
            DENIAL_MESSAGES.iter().any(|part| message.contains(part))
        })
}

/// The event's name decides; another service's event of that name is another event. A record that does not
/// name its service (no record of AWS's) is taken at its name: when in doubt, it is a signal.
fn is_call(record: &Members<'_>, name: &str, source: &str) -> bool {
    record.string("eventName").is_some_and(|it| it == name)
        && record.string("eventSource").is_none_or(|it| it == source)
}

impl Code {
    /// `code` is in lower case.
    fn matches(self, code: &str) -> bool {
        match self {
            Code::Holds(part) => code.contains(&part.to_ascii_lowercase()),
            Code::EndsWith(part) => code.ends_with(&part.to_ascii_lowercase()),
            Code::Is(whole) => code == whole.to_ascii_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(record: &Value) -> Vec<Signal> {
        let json = record.to_string();
        let signals = signals(&Members::parse(&json).expect("an object"));
        assert!(signals.is_empty() || is_candidate(json.as_bytes()), "not a candidate: {json}");
        signals
    }

    fn denied(code: &str, message: &str) -> bool {
        of(&json!({"eventName": "X", "errorCode": code, "errorMessage": message})) == [Signal::AccessDenied]
    }

    /// One test a row of the table, so that no row can be lost or misspelt unseen.
    macro_rules! rows {
        ($($test:ident: $code:literal;)*) => {
            $(
                #[test]
                fn $test() {
                    assert!(denied($code, ""));
                    assert!(denied(&$code.to_uppercase(), ""));
                    assert!(denied(&$code.to_lowercase(), ""));
                }
            )*
        };
    }

    rows! {
        access_denied_is_denied: "AccessDenied";
        access_denied_exception_is_denied: "AccessDeniedException";
        vpce_access_denied_is_denied: "VpceAccessDenied";
        client_access_denied_is_denied: "Client.AccessDenied";
        unauthorized_operation_is_denied: "Client.UnauthorizedOperation";
        bare_unauthorized_operation_is_denied: "UnauthorizedOperation";
        unauthorized_exception_is_denied: "UnauthorizedException";
        unauthorized_access_is_denied: "UnauthorizedAccess";
        client_unauthorized_access_is_denied: "Client.UnauthorizedAccess";
        not_authorized_is_denied: "NotAuthorized";
        not_authorized_exception_is_denied: "NotAuthorizedException";
        authorization_error_is_denied: "AuthorizationError";
        authorization_error_exception_is_denied: "AuthorizationErrorException";
        authorization_failure_is_denied: "AuthorizationFailure";
        forbidden_is_denied: "Forbidden";
        forbidden_exception_is_denied: "ForbiddenException";
        operation_not_permitted_is_denied: "Client.OperationNotPermitted";
        auth_failure_is_denied: "Client.AuthFailure";
    }

    #[test]
    fn a_message_tells_what_a_code_does_not() {
        assert!(denied("Failed", "User: x is not authorized to perform: s3:ListBucket"));
        assert!(denied("Failed", "You are Not Authorized to perform this operation."));
        assert!(!denied("", "User: x is not authorized to perform: s3:ListBucket"));
    }

    #[test]
    fn other_errors_are_no_signal() {
        for code in [
            "NoSuchBucket",
            "ThrottlingException",
            "Client.InvalidPermission.NotFound",
            "ForbiddenFruit",
            "UnauthorizedOperationX",
            "AuthorizationPending",
        ] {
            assert!(!denied(code, "Access to it is fine"), "{code}");
        }
        assert_eq!(of(&json!({"eventName": "PutRolePolicy", "requestParameters": "AccessDenied"})), []);
        assert_eq!(of(&json!({"errorCode": 403, "eventName": ["ConsoleLogin"]})), []);
    }

    #[test]
    fn a_read_only_call_is_a_signal() {
        let record =
            json!({"eventSource": "sts.amazonaws.com", "eventName": "GetCallerIdentity", "readOnly": true});
        assert_eq!(of(&record), [Signal::GetCallerIdentity]);
    }

    #[test]
    fn a_sign_in_is_a_signal_whether_it_succeeds_or_fails() {
        for outcome in ["Success", "Failure"] {
            let record = json!({"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
                "responseElements": {"ConsoleLogin": outcome}, "errorMessage": "Failed authentication"});
            assert_eq!(of(&record), [Signal::ConsoleLogin]);
        }
    }

    #[test]
    fn another_services_event_of_that_name_is_no_signal() {
        assert_eq!(of(&json!({"eventSource": "x.amazonaws.com", "eventName": "GetCallerIdentity"})), []);
        assert_eq!(of(&json!({"eventName": "ConsoleLogin"})), [Signal::ConsoleLogin]);
    }

    #[test]
    fn a_record_can_carry_several_signals_in_their_order() {
        let record = json!({"eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
            "errorCode": "AccessDenied"});
        assert_eq!(of(&record), [Signal::AccessDenied, Signal::ConsoleLogin]);
    }

    #[test]
    fn a_signal_behind_an_escaped_letter_is_found() {
        let json = r#"{"errorCode":"\u0041ccess\u0044enied","eventName":"Get\u0043allerIdentity"}"#;
        assert!(is_candidate(json.as_bytes()));
        assert_eq!(
            signals(&Members::parse(json).expect("an object")),
            [Signal::AccessDenied, Signal::GetCallerIdentity]
        );
    }
}
