//! An object's members are found where serde_json finds them, or left to it.

use guard_lambda::filter::Members;

pub(crate) fn check(input: &[u8]) -> &'static str {
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
