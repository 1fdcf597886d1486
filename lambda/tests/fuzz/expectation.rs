//! A watch is read as the reference reads it, and says of calls what the reference says.

use fastrand::Rng;
use guard_contract::{
    Watch,
    expected::{Called, Expected, Wildcard, is_one_of},
};
use guard_lambda::filter::Members;
use serde_json::Value;

use crate::{harness, mutate, reference::expected as naive};

/// A call of which each part may be missing, and is more often near a watch's words than far from them.
fn call<'a>(rng: &mut Rng, own: &'a [String]) -> naive::Call<'a> {
    [(); 5].map(|()| match rng.u8(..8) {
        0 => None,
        1..=3 if !own.is_empty() => Some(mutate::one(rng, own).as_str()),
        _ => Some(mutate::word(rng)),
    })
}

/// The words of a watch, wildcards filled in, and parts of them.
fn words(value: &Value, rng: &mut Rng, all: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let filled = text.replace('*', ["", "x", "é", "abc"][rng.usize(..4)]).replace('?', "y");
            all.extend(filled.split([':', '/']).map(str::to_owned));
            all.push(filled);
        }
        Value::Array(list) => list.iter().for_each(|it| words(it, rng, all)),
        Value::Object(members) => members.values().for_each(|it| words(it, rng, all)),
        _ => {}
    }
}

/// Whether the watch or its expectation has two members of one name.
fn repeats(watch: &str) -> bool {
    let repeats = |members: &Members<'_>| {
        let mut names: Vec<&str> = members.0.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        names.windows(2).any(|two| two[0] == two[1])
    };
    Members::parse(watch).is_ok_and(|watch| {
        let expected = watch.raw("expected").and_then(|raw| Members::parse(raw).ok());
        repeats(&watch) || expected.is_some_and(|it| repeats(&it))
    })
}

fn check(input: &[u8], rng: &mut Rng) -> &'static str {
    let Ok(text) = std::str::from_utf8(input) else { return "not UTF-8" };
    let parsed = Watch::parse(text);
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        // What is skipped in a watch may still be more than a Value can hold, such as 1e999.
        return "not JSON";
    };
    let watch = match parsed {
        // A list in place of an object is a shape of serde's, which nobody writes.
        _ if value.is_array() || value["expected"].is_array() => return "a list",
        // A Value has the last of two members of one name, a watch must not have two.
        Err(_) if repeats(text) => return "a member twice",
        Err(error) => {
            assert!(!naive::is_watch(&value), "refused: {error}");
            return "refused";
        }
        Ok(watch) => watch,
    };
    assert!(naive::is_watch(&value), "taken");
    assert_eq!(Watch::parse(&watch.to_json()).expect("our own"), watch);
    let mut own = Vec::new();
    words(&value, rng, &mut own);
    for _ in 0..4 {
        let call = call(rng, &own);
        let [source, name, address, region, user_agent] = call;
        let called = Called { source, name, address, region, user_agent };
        let is_ignored = is_one_of(&watch.ignored_actions, &called);
        assert_eq!(is_ignored, naive::ignores(&value, &call), "{call:?}");
        if let Some(expected) = &watch.expected {
            let allows = expected.allows(&called);
            assert_eq!(allows, naive::allows(&value["expected"], &call, false), "{call:?}");
            assert!(
                allows || !expected.allows_everything() || call.contains(&None) || call[2].is_some(),
                "{call:?}"
            );
            let elsewhere = Expected { actions: None, ..expected.clone() };
            assert_eq!(elsewhere.allows(&called), naive::allows(&value["expected"], &call, true), "{call:?}");
        }
    }
    wildcards(rng);
    "a watch"
}

/// Short texts of few letters, as long ones seldom fit.
fn wildcards(rng: &mut Rng) {
    let mut text =
        |letters: &[char]| -> Vec<char> { (0..rng.usize(..8)).map(|_| *mutate::one(rng, letters)).collect() };
    let (pattern, text) = (text(&['a', 'b', 'é', '*', '?', '*']), text(&['a', 'b', 'é', '*', '?']));
    let of = |chars: &[char]| chars.iter().collect::<String>();
    assert_eq!(
        Wildcard::new(&of(&pattern)).matches(&of(&text)),
        naive::wild(&pattern, &text),
        "{pattern:?} {text:?}"
    );
}

#[test]
fn a_watch_is_read_and_judges_as_by_the_reference() {
    let seeds: Vec<Value> = harness::seeds("fuzz/seeds/watches")
        .iter()
        .map(|it| serde_json::from_slice(it).expect("JSON"))
        .collect();
    harness::run("expectation", |rng| mutate::json_of(rng, &seeds), check);
}
