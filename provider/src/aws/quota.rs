//! Quotas: what is used up stays so, and asking again only hides it for minutes (aws#44477, aws#42196).

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority},
};
use serde_json::Value;

/// The code that EventBridge and CloudWatch Logs answer with. The SDK takes it for throttling.
const USED_UP: &str = "LimitExceededException";

/// All services' codes.
const CODES: [&str; 4] = [USED_UP, "LimitExceeded", "LimitExceededFault", "CodeStorageExceededException"];

/// The quotas that our calls can meet, by operation, with their codes where we know them.
const NAMES: [(&str, &str); 6] = [
    ("events:CreateEventBus", "event buses in a region (L-658A4FD9)"),
    ("events:PutRule", "rules on an event bus (L-244521F2)"),
    ("iam:CreateRole", "roles in an account"),
    ("lambda:CreateFunction", "storage of functions and layers in a region"),
    ("logs:CreateLogGroup", "log groups in a region"),
    ("cloudwatch:PutMetricAlarm", "alarms in a region"),
];

/// The quota that a call has met, in words; `None` if the code says something else.
pub(super) fn met(operation: &str, code: &str) -> Option<String> {
    if !CODES.contains(&code) {
        return None;
    }
    let name = NAMES.iter().find(|(of, _)| *of == operation).map(|(_, name)| *name);
    Some(name.map_or_else(
        || "a quota of the account is used up; raise it in Service Quotas".to_owned(),
        |name| {
            format!("the quota of {name} is used up; raise it in Service Quotas, or remove what isn't needed")
        },
    ))
}

/// Keeps the SDK from repeating a call that has met a quota.
#[derive(Debug)]
pub(super) struct NeverAgain;

impl ClassifyRetry for NeverAgain {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let body = context.response().and_then(|response| response.body().bytes());
        let answer = body.and_then(|body| serde_json::from_slice::<Value>(body).ok()).unwrap_or_default();
        let code = answer["__type"].as_str().unwrap_or_default();
        if code.ends_with(USED_UP) { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "guard: quotas"
    }

    fn priority(&self) -> RetryClassifierPriority {
        // Before all others: what it forbids is not asked of them.
        RetryClassifierPriority::run_before(RetryClassifierPriority::http_status_code_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_named_where_we_know_it() {
        let named = met("events:PutRule", "LimitExceededException").expect("a quota");
        assert!(named.contains("L-244521F2"), "{named}");
        assert!(met("iam:PutRolePolicy", "LimitExceeded").is_some());
        assert_eq!(met("events:PutRule", "ThrottlingException"), None);
    }
}
