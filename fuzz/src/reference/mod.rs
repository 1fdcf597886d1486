//! The filter's decision once more, written against parsed records and as directly as can be: what the fast
//! one is checked against.

pub mod expected;

use serde_json::Value;

/// Account, user and signals of a record that is to be kept.
pub type Decision = Option<(String, String, Vec<&'static str>)>;

/// The decision on a record of whose user nothing more is known.
pub fn decide(record: &Value) -> Decision {
    decide_with(record, &[])
}

/// The decision on a record with those watches.
pub fn decide_with(record: &Value, watches: &[Value]) -> Decision {
    let (account, user) = user(record)?;
    let call = expected::call(record);
    let mut all = Vec::new();
    let watches: Vec<&Value> = watches
        .iter()
        .filter(|it| it["account"] == account && it["user"] == user)
        .filter(|it| {
            !it["expected"].is_null() || it["ignored_actions"].as_array().is_some_and(|it| !it.is_empty())
        })
        .collect();
    if watches.is_empty() {
        all = signals(record);
    }
    for watch in watches {
        let is_ignored = expected::ignores(watch, &call);
        if !is_ignored {
            all.extend(signals(record));
        }
        if !expected::allows(&watch["expected"], &call, is_ignored) {
            all.push("unexpected");
        }
    }
    let in_order = ["access_denied", "get_caller_identity", "console_login", "unexpected"];
    let all: Vec<&str> = in_order.into_iter().filter(|signal| all.contains(signal)).collect();
    (!all.is_empty()).then_some((account, user, all))
}

/// A text that is there and not empty.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// Account and name of the IAM user behind a record.
pub fn user(record: &Value) -> Option<(String, String)> {
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
    let arn = caller["arn"].as_str().filter(|arn| arn.len() <= 1024).unwrap_or("");
    // A path may hold colons.
    let of_arn = match arn.splitn(6, ':').collect::<Vec<_>>()[..] {
        [_, _, "iam", _, account, resource] if resource.starts_with("user/") && !resource.ends_with('/') => {
            Some((account, resource.split('/').next_back()?))
        }
        _ => None,
    };
    let name = text(&caller["userName"]).or(of_arn.map(|(_, name)| name))?;
    let accounts = [
        text(&identity["accountId"]),
        text(&caller["accountId"]),
        of_arn.map(|(account, _)| account),
        text(&record["recipientAccountId"]),
    ];
    let is_account = |it: &&str| it.chars().count() == 12 && it.chars().all(|digit| digit.is_ascii_digit());
    let account = accounts.into_iter().flatten().find(is_account)?;
    let is_name = name != "HIDDEN_DUE_TO_SECURITY_REASONS" && name.chars().count() <= 64;
    is_name.then(|| (account.to_owned(), name.to_owned()))
}

/// The signals of a record, whoever is behind it.
pub fn signals(record: &Value) -> Vec<&'static str> {
    let mut signals = Vec::new();
    if is_denied(record) {
        signals.push("access_denied");
    }
    let is = |name, source| {
        record["eventName"] == name && text(&record["eventSource"]).is_none_or(|it| it == source)
    };
    if is("GetCallerIdentity", "sts.amazonaws.com") {
        signals.push("get_caller_identity");
    }
    if is("ConsoleLogin", "signin.amazonaws.com") {
        signals.push("console_login");
    }
    signals
}

fn is_denied(record: &Value) -> bool {
    let code = record["errorCode"].as_str().unwrap_or("").to_ascii_lowercase();
    let message = record["errorMessage"].as_str().unwrap_or("").to_ascii_lowercase();
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
