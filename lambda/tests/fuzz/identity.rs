//! A record's user is the one that the reference finds.

use fastrand::Rng;
use guard_lambda::filter::{Record, user};
use serde_json::Value;

use crate::{harness, mutate, reference};

fn check(input: &[u8], _: &mut Rng) -> &'static str {
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

#[test]
fn a_records_user_is_the_references() {
    let records = harness::records();
    // What names the caller is a small part of a record: alone it is hit more often.
    let callers: Vec<Value> = records
        .iter()
        .map(|it| {
            let recipient = &it["recipientAccountId"];
            serde_json::json!({"userIdentity": it["userIdentity"], "recipientAccountId": recipient})
        })
        .collect();
    let grow = |rng: &mut Rng| {
        let seeds = if rng.u8(..4) == 0 { &records } else { &callers };
        mutate::json_of(rng, seeds)
    };
    harness::run("identity", grow, check);
}
