//! Which records are suspicious: denials and the other signals.

use std::sync::LazyLock;

use guard_contract::{Signal, Signals, denial};
use guard_skim::Span;

use super::{candidates::Candidates, record::Record};

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
        // Of itself or of another user: neither is a script's business.
        Some("UpdateUser") if is_by(record, "iam.amazonaws.com") => {
            signals.insert(Signal::UpdateUser);
        }
        _ => {}
    }
    signals
}

fn is_denied(record: &Record<'_>) -> bool {
    let Some(code) = record.error_code.string() else {
        return false;
    };
    denial::is_denial(record.event_source.string().as_deref(), &code)
        || record.error_message.string().is_some_and(|message| denial::message_denies(&message))
}

/// The event's name decides; another service's event of that name is another event. A record that does not
/// name its service (no record of AWS's) is taken at its name: when in doubt, it is a signal.
fn is_by(record: &Record<'_>, source: &str) -> bool {
    record.event_source.string().is_none_or(|it| it == source)
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

    #[test]
    fn every_code_of_the_tables_is_a_signal() {
        for code in denial::SERVICES.iter().flat_map(|(_, codes)| *codes) {
            assert!(denied(code, ""), "{code}");
            assert!(denied(&code.to_uppercase(), ""), "{code}");
        }
        for (code, _) in denial::OTHERS {
            assert!(denied(code, "") && denied(&format!("Client.{}", code.to_lowercase()), ""), "{code}");
        }
    }

    #[test]
    fn an_exception_of_a_service_is_no_signal() {
        let record = json!({"eventSource": "cognito-idp.amazonaws.com", "eventName": "InitiateAuth",
            "errorCode": "NotAuthorizedException", "errorMessage": "Incorrect username or password."});
        assert_eq!(of(&record), []);
    }

    #[test]
    fn a_message_tells_what_a_code_does_not() {
        assert!(denied("Failed", "User: x is not authorized to perform: s3:ListBucket"));
        assert!(denied("Failed", "You are Not Authorized to perform this operation."));
        assert!(!denied("", "User: x is not authorized to perform: s3:ListBucket"));
        let role =
            "Role arn:aws:iam::222222222222:role/stream is not authorized to perform: kinesis:GetRecords";
        assert!(!denied("InvalidArgumentException", role));
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
    fn a_new_name_or_path_is_a_signal_whether_it_succeeds_or_fails() {
        let mut record = json!({"eventSource": "iam.amazonaws.com", "eventName": "UpdateUser",
            "requestParameters": {"userName": "backup", "newUserName": "x9"}});
        assert_eq!(of(&record), [Signal::UpdateUser]);
        record["errorCode"] = "EntityAlreadyExistsException".into();
        assert_eq!(of(&record), [Signal::UpdateUser]);
        record["eventSource"] = "identitystore.amazonaws.com".into();
        assert_eq!(of(&record), []);
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
