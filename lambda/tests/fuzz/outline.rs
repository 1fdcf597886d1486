//! An object's members are found where serde_json finds them, or left to it.

use fastrand::Rng;
use guard_lambda::filter::Members;

use crate::{harness, mutate};

fn check(input: &[u8], _: &mut Rng) -> &'static str {
    let json = String::from_utf8_lossy(input);
    let mut found = Vec::new();
    let is_read = guard_skim::members(&json, |it| found.push((it.name, it.value())));
    let parsed = Members::parse(&json);
    if !is_read {
        assert!(found.is_empty());
        return if parsed.is_ok() { "left to serde_json" } else { "no object" };
    }
    let parsed = parsed.expect("what was read is an object").0;
    assert_eq!(found.len(), parsed.len());
    for ((name, value), (their_name, their_value)) in found.iter().zip(&parsed) {
        assert_eq!(*value, their_value.get());
        let name = str::from_utf8(name).expect("between the quotes of a text");
        let unescaped: String = serde_json::from_str(&format!("\"{name}\"")).expect("a name is a string");
        assert_eq!(unescaped, *their_name);
    }
    "read"
}

#[test]
fn an_objects_members_are_serde_jsons() {
    let records = harness::records();
    let grow = |rng: &mut Rng| {
        let mut json = mutate::json_of(rng, &records);
        // Most damage is beyond repair; what has little of it may be taken for JSON.
        if rng.u8(..4) == 0 {
            json = mutate::one(rng, &records).to_string().into_bytes();
            let at = rng.usize(..json.len());
            json[at] = *mutate::one(rng, b"\"\\{}[]:, 0etn\n");
        }
        json
    };
    harness::run("outline", grow, check);
}

#[test]
fn every_seed_is_read() {
    for record in harness::records() {
        let json = record.to_string();
        // serde_json writes control characters as `\u`.
        let is_plain = !json.contains("\\u");
        assert_eq!(guard_skim::members(&json, |_| ()), is_plain && record.is_object(), "{json}");
    }
}
