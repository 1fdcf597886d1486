//! A record's user is the one that the reference finds.

use guard_lambda::filter::{Record, user};
use serde_json::Value;

use crate::reference;

pub(crate) fn check(input: &[u8]) -> &'static str {
    let json = String::from_utf8_lossy(input);
    let read = Record::parse(&json);
    let Ok(record) = serde_json::from_str::<Value>(&json) else {
        // Nothing is left to compare with; but it has been read without a panic.
        let _ = read.map(|it| user(&it));
        return "not JSON";
    };
    if !record.is_object() {
        assert!(read.is_err());
        return "no object";
    }
    let found = user(&read.expect("an object"));
    if let Some(user) = &found {
        assert!(user.arn.ends_with(&*user.name) || record["userIdentity"].to_string().contains("userName"));
        assert!(user.arn.starts_with("arn:") || user.arn.contains(":iam:"), "{}", user.arn);
    }
    let is_user = found.is_some();
    assert_eq!(found.map(|it| (it.account.into_owned(), it.name.into_owned())), reference::user(&record));
    if is_user { "a user" } else { "nobody" }
}
