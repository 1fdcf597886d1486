//! A whole record is decided as the reference does, with and without watches, and its event is the record.

use std::sync::LazyLock;

use guard_contract::Watch;
use guard_lambda::filter::{Watches, decide};
use serde_json::{Value, value::RawValue};

use crate::reference;

/// Each guard's watch.
const WATCHES: [&str; 10] = [
    include_str!("../watches/actions.json"),
    include_str!("../watches/deploy.json"),
    include_str!("../watches/endpoints.json"),
    include_str!("../watches/everything.json"),
    include_str!("../watches/foreign-account.json"),
    include_str!("../watches/full.json"),
    include_str!("../watches/ignoring.json"),
    include_str!("../watches/nothing.json"),
    include_str!("../watches/places.json"),
    include_str!("../watches/topics.json"),
];

/// Sets of watches: none, all, each alone.
static SETS: LazyLock<Vec<(Vec<Value>, Watches)>> = LazyLock::new(|| {
    let all: Vec<Value> =
        WATCHES.iter().map(|it| serde_json::from_str(it).expect("each file is JSON")).collect();
    let mut sets = vec![Vec::new(), all.clone()];
    sets.extend(all.into_iter().map(|it| vec![it]));
    let parse = |it: &Value| Watch::parse(&it.to_string()).expect("each file is a watch");
    sets.into_iter().map(|set| (set.clone(), Watches::new(set.iter().map(parse)))).collect()
});

/// The first byte of an input says which watches there are, the others are the record.
pub(crate) fn check(input: &[u8]) -> &'static str {
    let (first, input) = input.split_first().unwrap_or((&0, input));
    let (set, watches) = &SETS[usize::from(*first) % SETS.len()];
    let decision = decide(input, watches);
    let text = String::from_utf8_lossy(input);
    let Ok(mut record) = serde_json::from_str::<Value>(&text) else {
        // What only a `Value` can't hold, as half of a surrogate pair or 1e999, is JSON; all else makes no event.
        let is_json = serde_json::from_str::<&RawValue>(&text).is_ok();
        let event = decision.ok().flatten();
        assert!(is_json || event.is_none());
        assert!(event.is_none_or(|it| serde_json::from_str::<&RawValue>(&it.detail).is_ok()));
        return "not JSON";
    };
    if !record.is_object() {
        assert!(!matches!(decision, Ok(Some(_))));
        return "no object";
    }
    let event = decision.expect("an object");
    let Some((account, user, signals)) = reference::decide_with(&record, set) else {
        assert_eq!(event, None);
        return "dropped";
    };
    let event = event.expect("a signal");
    let mut detail: Value = serde_json::from_str(&event.detail).expect("an event is JSON");
    let mark = detail.as_object_mut().and_then(|it| it.remove("guard")).expect("a mark");
    assert_eq!(serde_json::to_value(&event.mark).expect("a mark is JSON"), mark);
    let rewritten = event.mark.rewritten;
    let mut expected = serde_json::json!({"version": 1, "account": account, "user": user, "signals": signals,
        "truncated": event.mark.truncated});
    if rewritten {
        expected["rewritten"] = true.into();
    }
    assert_eq!(mark, expected);
    record.as_object_mut().expect("an object").remove("guard");
    assert!(rewritten || event.mark.truncated || detail == record, "{detail} {record}");
    if signals.contains(&"unexpected") { "unexpected" } else { "kept" }
}
