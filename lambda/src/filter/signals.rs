//! Which records are suspicious: the one table of what counts as a denial, and the other signals.

use std::sync::LazyLock;

use guard_contract::{Signal, Signals};
use guard_skim::Span;

use super::{candidates::Candidates, record::Record};

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

static CANDIDATES: LazyLock<Candidates> = LazyLock::new(|| Candidates::new(&[]));

/// Whether a record may carry a signal, if [`guard_skim::WORDS`] and escaped letters begin there or, without a span,
/// anywhere; cheap, and never wrong when it says no.
pub fn is_candidate(record: &[u8], span: Option<Span>) -> bool {
    CANDIDATES.may_be(record, span)
}

/// The signals of a record, whatever is known of its user.
pub fn signals(record: &Record<'_>) -> Signals {
    let mut signals = Signals::default();
    if is_denied(record) {
        signals.insert(Signal::AccessDenied);
    }
    match record.event_name.string().as_deref() {
        Some("GetCallerIdentity") if is_by(record, "sts.amazonaws.com") => {
            signals.insert(Signal::GetCallerIdentity);
        }
        // Success or failure: a script's user has no business at the sign-in page.
        Some("ConsoleLogin") if is_by(record, "signin.amazonaws.com") => {
            signals.insert(Signal::ConsoleLogin);
        }
        _ => {}
    }
    signals
}

fn is_denied(record: &Record<'_>) -> bool {
    let Some(code) = record.error_code.string() else {
        return false;
    };
    DENIALS.iter().any(|denial| denial.matches(&code))
        || record
            .error_message
            .string()
            .is_some_and(|message| DENIAL_MESSAGES.iter().any(|part| holds(&message, part)))
}

/// The event's name decides; another service's event of that name is another event. A record that does not
/// name its service (no record of AWS's) is taken at its name: when in doubt, it is a signal.
fn is_by(record: &Record<'_>, source: &str) -> bool {
    record.event_source.string().is_none_or(|it| it == source)
}

impl Code {
    fn matches(self, code: &str) -> bool {
        match self {
            // As most are.
            Code::Holds(part) => code == part || holds(code, part),
            Code::EndsWith(part) => {
                let end = code.len().checked_sub(part.len()).and_then(|at| code.as_bytes().get(at..));
                end.is_some_and(|end| end.eq_ignore_ascii_case(part.as_bytes()))
            }
            Code::Is(whole) => code.eq_ignore_ascii_case(whole),
        }
    }
}

/// Whether a text holds a part, in any case.
fn holds(text: &str, part: &str) -> bool {
    text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(record: &Value) -> Vec<Signal> {
        let json = record.to_string();
        let signals = signals(&Record::parse(&json).expect("an object"));
        assert!(signals.is_empty() || is_candidate(json.as_bytes(), None), "not a candidate: {json}");
        signals.iter().collect()
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
        assert_eq!(of(&json!({"eventSource": "x.amazonaws.com", "eventName": "ConsoleLogin"})), []);
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
        assert!(is_candidate(json.as_bytes(), None));
        assert_eq!(
            signals(&Record::parse(json).expect("an object")).iter().collect::<Vec<_>>(),
            [Signal::AccessDenied, Signal::GetCallerIdentity]
        );
    }
}
