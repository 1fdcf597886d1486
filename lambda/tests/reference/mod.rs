//! The filter's decision once more, written against parsed records and as directly as can be: what the fast
//! one is checked against.

use serde_json::Value;

/// Account, user and signals of a record that is to be kept.
pub(crate) type Decision = Option<(String, String, Vec<&'static str>)>;

/// The decision on a record.
pub(crate) fn decide(record: &Value) -> Decision {
    let (account, user) = user(record)?;
    let signals = signals(record);
    (!signals.is_empty()).then_some((account, user, signals))
}

/// Account and name of the IAM user behind a record.
pub(crate) fn user(record: &Value) -> Option<(String, String)> {
    let identity = &record["userIdentity"];
    let caller = match identity["type"].as_str()? {
        "IAMUser" => identity,
        "FederatedUser" => {
            let issuer = &identity["sessionContext"]["sessionIssuer"];
            if issuer["type"] != "IAMUser" {
                return None;
            }
            issuer
        }
        _ => return None,
    };
    let arn: Vec<&str> = caller["arn"].as_str().unwrap_or("").split(':').collect();
    let of_arn = match arn[..] {
        ["arn", _, "iam", "", account, resource] if resource.starts_with("user/") => {
            Some((account, resource.split('/').next_back()?))
        }
        _ => None,
    };
    let name = caller["userName"].as_str().or(of_arn.map(|(_, name)| name))?;
    let account = identity["accountId"]
        .as_str()
        .or(of_arn.map(|(account, _)| account))
        .or(record["recipientAccountId"].as_str())?;
    (name != "HIDDEN_DUE_TO_SECURITY_REASONS").then(|| (account.to_owned(), name.to_owned()))
}

/// The signals of a record, whoever is behind it.
pub(crate) fn signals(record: &Value) -> Vec<&'static str> {
    let mut signals = Vec::new();
    if is_denied(record) {
        signals.push("access_denied");
    }
    if record["eventName"] == "GetCallerIdentity" {
        signals.push("get_caller_identity");
    }
    if record["eventName"] == "ConsoleLogin" {
        signals.push("console_login");
    }
    signals
}

fn is_denied(record: &Value) -> bool {
    let code = record["errorCode"].as_str().unwrap_or("").to_lowercase();
    let message = record["errorMessage"].as_str().unwrap_or("").to_lowercase();
    let whole = [
        "unauthorizedexception",
        "unauthorizedaccess",
        "client.unauthorizedaccess",
        "notauthorized",
        "notauthorizedexception",
        "authorizationerror",
        "authorizationerrorexception",
        "authorizationfailure",
        "forbidden",
        "forbiddenexception",
        "client.operationnotpermitted",
        "client.authfailure",
    ];
    code.contains("accessdenied")
        || code.ends_with("unauthorizedoperation")
        || whole.contains(&code.as_str())
        || (!code.is_empty()
            && (message.contains("is not authorized to perform")
                || message.contains("not authorized to perform this operation")))
}
