//! A whole record is decided as the reference does, with and without watches, and its event is the record.

use guard_contract::Watch;
use guard_lambda::filter::{Watches, decide};
use serde_json::{Value, value::RawValue};

use crate::{harness, mutate, reference};

/// Sets of watches: none, each alone, all.
fn sets() -> Vec<(Vec<Value>, Watches)> {
    let seeds: Vec<Value> = harness::seeds("fuzz/seeds/watches")
        .iter()
        .map(|it| serde_json::from_slice(it).expect("JSON"))
        .collect();
    let mut sets = vec![Vec::new(), seeds.clone()];
    sets.extend(seeds.into_iter().map(|it| vec![it]));
    let parse =
        |set: &[Value]| Watches::new(set.iter().map(|it| Watch::parse(&it.to_string()).expect("a watch")));
    sets.into_iter().map(|set| (set.clone(), parse(&set))).collect()
}

fn check(input: &[u8], (set, watches): &(Vec<Value>, Watches)) -> &'static str {
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
    assert_eq!(
        mark,
        serde_json::json!({"version": 1, "account": account, "user": user, "signals": signals,
        "truncated": false})
    );
    record.as_object_mut().expect("an object").remove("guard");
    assert_eq!(detail, record);
    if signals.contains(&"unexpected") { "unexpected" } else { "kept" }
}

#[test]
fn a_record_is_decided_as_by_the_reference() {
    let (records, sets) = (harness::records(), sets());
    harness::run(
        "signals",
        |rng| mutate::json_of(rng, &records),
        |input, rng| check(input, mutate::one(rng, &sets)),
    );
}
