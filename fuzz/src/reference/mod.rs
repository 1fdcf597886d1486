//! The filter's decision once more, written against parsed records and as directly as can be: what the fast
//! one is checked against.

pub mod expected;

use guard_contract::denial;
use serde_json::Value;

/// Account, user and signals of a record that is to be kept.
pub type Decision = Option<(String, String, Vec<&'static str>)>;

/// The decision on a record of whose user nothing more is known.
pub fn decide(record: &Value) -> Decision {
    decide_with(record, &[])
}

/// The decision on a record with those watches.
pub fn decide_with(record: &Value, watches: &[Value]) -> Decision {
    let (account, mut user) = user(record)?;
    let id = principal(record);
    // A renamed user is the one that is guarded under its former name.
    if let Some(named) =
        watches.iter().rfind(|it| it["account"] == account && id.is_some() && text(&it["principal_id"]) == id)
    {
        user = named["user"].as_str()?.to_owned();
    }
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
    let in_order = ["access_denied", "get_caller_identity", "console_login", "update_user", "unexpected"];
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
    let is_nobody = of_arn.is_none() && text(&caller["principalId"]).is_none();
    let is_hidden = name == "HIDDEN_DUE_TO_SECURITY_REASONS" && is_nobody;
    let is_name = !is_hidden && name.chars().count() <= 64;
    is_name.then(|| (account.to_owned(), name.to_owned()))
}

/// The unique id of the user behind a record.
fn principal(record: &Value) -> Option<&str> {
    let identity = &record["userIdentity"];
    match identity["type"].as_str()? {
        "IAMUser" => text(&identity["principalId"]),
        _ => text(&identity["sessionContext"]["sessionIssuer"]["principalId"]),
    }
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
    if is("UpdateUser", "iam.amazonaws.com") {
        signals.push("update_user");
    }
    signals
}

fn is_denied(record: &Value) -> bool {
    let code = record["errorCode"].as_str().unwrap_or("").to_ascii_lowercase();
    let message = record["errorMessage"].as_str().unwrap_or("").to_ascii_lowercase();
    let code = code.strip_prefix("client.").unwrap_or(&code).to_owned();
    let service = record["eventSource"].as_str().unwrap_or("").split('.').next().unwrap_or("").to_owned();
    let is = |other: &str| other.to_ascii_lowercase() == code;
    let known = denial::SERVICES.iter().any(|(_, codes)| codes.iter().any(|it| is(it)))
        || denial::OTHERS.iter().any(|(it, _)| is(it));
    let excepted = denial::EXCEPTIONS.iter().any(|it| is(it.code) && it.services.contains(&service.as_str()));
    ((known || code.contains("accessdenied")) && !excepted)
        || (!code.is_empty()
            && message.split("not authorized to perform").count() > 1
            && tells_of_caller(&message))
}

/// Whether the words stand at least once behind the caller, or behind nobody.
fn tells_of_caller(message: &str) -> bool {
    let parts: Vec<&str> = message.split("not authorized to perform").collect();
    (1..parts.len()).any(|end| {
        let before = parts[..end].join("not authorized to perform");
        match before.rsplit_once("arn:") {
            Some((_, arn)) => arn.contains(":user/") || arn.contains(":federated-user/"),
            None => {
                before.split_whitespace().all(|word| word != "role" && word.trim_end_matches(':') != "role")
            }
        }
    })
}
