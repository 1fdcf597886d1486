//! What counts as a denial: which error codes of CloudTrail's records say that the caller lacked a permission.
//!
//! AWS publishes no list. The services' own models have each error's code and HTTP status, so the table is made from
//! them ([`models`], by `cargo xtask models`), with what they don't have ([`others`]) and without what is no missing
//! permission of the caller ([`exceptions`]). Of a code that no list has, [`ANY_SERVICE`] decides: a new service is
//! not to wait for a release.

mod exceptions;
mod message;
mod models;
mod others;

use std::{
    collections::{BTreeSet, HashSet},
    sync::LazyLock,
};

pub use exceptions::{EXCEPTIONS, Exception};
pub use message::{MESSAGE, message_denies};
pub use models::{BOTOCORE, SERVICES};
pub use others::OTHERS;

/// A code that holds this, in any case, is a denial of whatever service: AccessDeniedException, VpceAccessDenied.
const ANY_SERVICE: &str = "accessdenied";
/// EC2 and what speaks its protocol put this before a code (EC2, "Error codes for the Amazon EC2 API").
const CLIENT: &str = "client.";

/// Every code of the tables, in lower case.
static CODES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let models = SERVICES.iter().flat_map(|(_, codes)| *codes).copied();
    models.chain(OTHERS.iter().map(|(code, _)| *code)).map(str::to_ascii_lowercase).collect()
});

/// Whether a record's `errorCode` says that the caller was refused for want of permission; `source` is its
/// `eventSource`, such as `s3.amazonaws.com`. Case does not count.
pub fn is_denial(source: Option<&str>, code: &str) -> bool {
    let code = code.to_ascii_lowercase();
    let code = code.strip_prefix(CLIENT).unwrap_or(&code);
    if !CODES.contains(code) && !code.contains(ANY_SERVICE) {
        return false;
    }
    // In doubt it is one: a record without its service has no exceptions.
    !source.is_some_and(|source| EXCEPTIONS.iter().any(|exception| exception.is_of(source, code)))
}

/// What every code for which [`is_denial`] can hold has at least one of, in any case: for a quick search.
pub fn code_parts() -> Vec<String> {
    let all: BTreeSet<&str> = CODES.iter().map(String::as_str).chain([ANY_SERVICE]).collect();
    let holds_another = |code: &str| all.iter().any(|other| *other != code && code.contains(other));
    all.iter().filter(|code| !holds_another(code)).map(|code| (*code).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_tables_is_a_denial_in_any_case() {
        for code in SERVICES.iter().flat_map(|(_, codes)| *codes).chain(OTHERS.iter().map(|(code, _)| code)) {
            for code in
                [(*code).to_owned(), code.to_uppercase(), code.to_lowercase(), format!("Client.{code}")]
            {
                assert!(is_denial(None, &code), "{code}");
            }
        }
    }

    #[test]
    fn a_new_services_denial_is_one() {
        assert!(is_denial(Some("new.amazonaws.com"), "AccessDeniedByNewService"));
        assert!(is_denial(Some("new.amazonaws.com"), "Client.AccessDenied"));
    }

    #[test]
    fn other_errors_are_none() {
        for code in [
            "",
            "NoSuchBucket",
            "ThrottlingException",
            "Client.InvalidPermission.NotFound",
            // The state of an instance or of a load balancer, such as termination protection.
            "Client.OperationNotPermitted",
            "OperationNotPermitted",
            "ForbiddenFruit",
            "UnauthorizedOperationX",
            "AuthorizationPending",
        ] {
            assert!(!is_denial(None, code), "{code}");
        }
    }

    #[test]
    fn an_exception_is_its_services_alone() {
        assert!(!is_denial(Some("cognito-idp.amazonaws.com"), "NotAuthorizedException"));
        assert!(is_denial(Some("kinesisvideo.amazonaws.com"), "NotAuthorizedException"));
        assert!(!is_denial(Some("dms.amazonaws.com"), "S3AccessDeniedFault"));
        assert!(!is_denial(Some("dms.amazonaws.com.cn"), "S3AccessDeniedFault"));
    }

    #[test]
    fn the_quick_search_finds_every_denial() {
        let parts = code_parts();
        for code in CODES.iter() {
            assert!(parts.iter().any(|part| code.contains(part.as_str())), "{code}");
        }
        assert!(parts.len() < 30, "{parts:?}");
    }

    /// Denials that a list from memory had missed; each in the spelling of its service.
    #[test]
    fn what_services_call_a_denial_in_words_of_their_own_is_one() {
        for (service, code) in [
            ("elasticbeanstalk", "InsufficientPrivilegesException"),
            ("cloudtrail", "InsufficientIAMAccessPermissionException"),
            ("chime", "UnauthorizedClientException"),
            ("workdocs", "UnauthorizedOperationException"),
            ("license-manager", "AuthorizationException"),
            ("swf", "OperationNotPermittedFault"),
        ] {
            assert!(is_denial(Some(&format!("{service}.amazonaws.com")), code), "{code}");
        }
    }

    #[test]
    fn every_exception_has_its_reason_and_is_needed_once() {
        let mut seen = HashSet::new();
        for exception in EXCEPTIONS {
            assert!(!exception.reason.is_empty());
            for service in exception.services {
                assert!(seen.insert((*service, exception.code)), "{service} {}", exception.code);
            }
        }
    }
}
