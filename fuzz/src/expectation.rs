//! The first line of an input is a watch; the next seven are a call's parts, all others patterns and texts in turns.

use guard_contract::{
    Watch,
    expected::{Called, Expected, Wildcard, is_one_of},
};
use guard_lambda::filter::Members;
use serde_json::Value;

use crate::reference::expected as naive;

/// The longest pattern that is held against the reference alone: that takes a table of pattern by text.
const LONGEST: usize = 64;

pub(crate) fn check(input: &[u8]) -> &'static str {
    let Ok(text) = str::from_utf8(input) else { return "not UTF-8" };
    let mut lines = text.split('\n');
    let text = lines.next().unwrap_or_default();
    let parts = [(); 7].map(|()| lines.next());
    while let (Some(pattern), Some(text)) = (lines.next(), lines.next()) {
        wildcard(pattern, text);
        // Of few letters, as others seldom fit.
        let [pattern, text] = [(pattern, 5), (text, 3)].map(|(line, letters)| of_letters(line, letters));
        wildcard(&pattern, &text);
    }
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
    words(&value, &mut own);
    judge(&watch, &value, &parts.map(|line| part(line?, &own)));
    "a watch"
}

/// A watch says of a call what the reference says.
fn judge(watch: &Watch, value: &Value, call: &naive::Call<'_>) {
    let [source, name, address, region, user_agent, vpc_endpoint, invoked_by] = *call;
    let called = Called { source, name, address, vpc_endpoint, invoked_by, region, user_agent };
    let is_ignored = is_one_of(&watch.ignored_actions, &called);
    assert_eq!(is_ignored, naive::ignores(value, call), "{call:?}");
    if let Some(expected) = &watch.expected {
        let allows = expected.allows(&called);
        assert_eq!(allows, naive::allows(&value["expected"], call, false), "{call:?}");
        assert!(
            allows || !expected.allows_everything() || call[..5].contains(&None) || call[2].is_some(),
            "{call:?}"
        );
        let elsewhere = Expected { actions: None, ..expected.clone() };
        assert_eq!(elsewhere.allows(&called), naive::allows(&value["expected"], call, true), "{call:?}");
    }
}

/// A part of a call: nothing, one of the watch's own words for a single letter, or the line itself.
fn part<'a>(line: &'a str, own: &'a [String]) -> Option<&'a str> {
    match *line.as_bytes() {
        [] => None,
        [letter] => Some(own.get(usize::from(letter) % own.len().max(1)).map_or("", String::as_str)),
        _ => Some(line),
    }
}

/// The words of a watch, wildcards filled in, and parts of them.
fn words(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let fillers = if text.contains('*') { &["", "x", "é"][..] } else { &[""] };
            for filler in fillers {
                let filled = text.replace('*', filler).replace('?', "y");
                all.extend(filled.split([':', '/']).map(str::to_owned));
                all.push(filled);
            }
        }
        Value::Array(list) => list.iter().for_each(|it| words(it, all)),
        Value::Object(members) => members.values().for_each(|it| words(it, all)),
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

/// As long a text of so many letters at most.
fn of_letters(line: &str, letters: usize) -> String {
    line.bytes().map(|byte| ['a', 'b', 'é', '*', '?'][usize::from(byte) % letters]).collect()
}

fn wildcard(pattern: &str, text: &str) {
    if pattern.len().max(text.len()) <= LONGEST {
        let [naive_pattern, naive_text] = [pattern, text].map(|it| it.chars().collect::<Vec<_>>());
        let expected = naive::wild(&naive_pattern, &naive_text);
        assert_eq!(Wildcard::new(pattern).matches(text), expected, "{pattern:?} {text:?}");
    }
}
