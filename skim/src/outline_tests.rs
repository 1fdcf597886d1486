use std::fmt;

use fastrand::Rng;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::*;
use crate::cpu::ways::Way;

/// An object's members as serde_json reads them.
struct Parsed(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Parsed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Parsed(members))
            }
        }

        deserializer.deserialize_map(All)
    }
}

/// The members, if every way to look finds the same and, should it find any, serde_json does too.
fn read(json: &str) -> Option<Vec<(&str, &str)>> {
    let found = Way::available().filter_map(Way::cpu).map(|cpu| {
        let mut places = [0; _];
        (cpu.find(json.as_bytes(), &mut places), places)
    });
    let found: Vec<_> = found.map(|(found, places)| found.map(|it| (it, places))).collect();
    assert!(found.iter().all(|it| *it == found[0]), "{json}");
    let mut read = Vec::new();
    let is_read = members(json, |member| {
        assert_eq!(member.has_escapes, json.contains('\\'), "{json}");
        read.push((str::from_utf8(member.name).expect("between quotes"), member.value()));
    });
    if !is_read {
        assert!(read.is_empty());
        return None;
    }
    let parsed: Parsed = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let unescaped = |name: &str| serde_json::from_str::<String>(&format!("\"{name}\"")).expect("a string");
    let ours: Vec<_> = read.iter().map(|(name, value)| (unescaped(name), *value)).collect();
    let theirs: Vec<_> = parsed.0.iter().map(|(name, value)| (name.clone(), value.get())).collect();
    assert_eq!(ours, theirs, "{json}");
    Some(read)
}

/// How much white space at once is read wherever it is.
const LINE: usize = 62;

/// White space, as often as not. There may be two of it in a row.
fn space(random: &mut Rng) -> String {
    let count = random.usize(..9).saturating_sub(5) * random.usize(..9) * random.usize(..9);
    let count = count.min(LINE / 2);
    (0..count).map(|_| *random.choice(&[' ', '\n', '\t', '\r']).expect("four")).collect()
}

/// A value without anything that is left to a parser.
fn value(random: &mut Rng, depth: usize) -> String {
    let many = |random: &mut Rng, each: &mut dyn FnMut(&mut Rng) -> String| {
        let count = random.usize(..5);
        (0..count).map(|_| spaced(random, each)).collect::<Vec<_>>().join(",")
    };
    match random.usize(..if depth == 0 { 5 } else { 8 }) {
        0 => random.choice(["true", "false", "null"]).expect("three").to_owned(),
        1 => random.choice(["0", "-7", "12.50", "1999"]).expect("four").to_owned(),
        2..5 => string(random),
        5 => format!("[{}{}]", space(random), many(random, &mut |random| value(random, depth - 1))),
        _ => object(random, depth - 1, 5),
    }
}

fn object(random: &mut Rng, depth: usize, most: usize) -> String {
    let count = random.usize(..most);
    let members: Vec<_> = (0..count)
        .map(|_| [spaced(random, &mut string), spaced(random, &mut |it| value(it, depth))].join(":"))
        .collect();
    format!("{{{}{}}}", members.join(","), space(random))
}

fn spaced(random: &mut Rng, each: &mut dyn FnMut(&mut Rng) -> String) -> String {
    [space(random), each(random), space(random)].concat()
}

fn string(random: &mut Rng) -> String {
    let pieces =
        ["a", "eventName", " ", "é", "\u{1f980}", "{", "}", "[", "]", ":", ",", r#"\""#, r"\\", r"\n", r"\/"];
    let count = random.usize(..9) * random.usize(..9);
    let text: String = (0..count).map(|_| *random.choice(&pieces).expect("some")).collect();
    format!("\"{text}\"")
}

#[test]
fn what_is_written_plainly_is_read() {
    let mut random = Rng::with_seed(3);
    for _ in 0..5_000 {
        let json = object(&mut random, 6, 60);
        assert!(read(&json).is_some(), "{json}");
    }
    assert_eq!(read("{}"), Some(vec![]));
    assert_eq!(
        read(r#"{"a":"}","b":[1,{"a":2}],"a":{}}"#),
        Some(vec![("a", r#""}""#), ("b", r#"[1,{"a":2}]"#), ("a", "{}")])
    );
}

#[test]
fn what_is_damaged_is_only_read_if_a_parser_reads_the_same() {
    let mut random = Rng::with_seed(5);
    let bytes = b"\"\"\\{}[]:,,0-.truenl \n\x01\x7f";
    for _ in 0..40_000 {
        let mut json = object(&mut random, 4, 6).into_bytes();
        for _ in 0..random.usize(1..4) {
            let at = random.usize(..json.len());
            let byte = bytes[random.usize(..bytes.len())];
            match random.usize(..3) {
                0 => json[at] = byte,
                1 => json.insert(at, byte),
                _ => json.truncate(json.len() - json.len().min(random.usize(..3))),
            }
            if json.is_empty() {
                json.push(byte);
            }
        }
        read(&String::from_utf8_lossy(&json));
    }
}

/// Whatever has a rule of its own, at every place within 64 bytes and across their ends.
#[test]
fn every_rule_holds_in_every_place() {
    let wrong = [
        "",
        "1",
        "[]",
        "{",
        "}",
        "{}{}",
        r#"{},"}"#,
        "{},{}",
        r#"{},"a":{}"#,
        "{}1",
        r#"{"a"}"#,
        r#"{"a",1}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{,"a":1}"#,
        "{\"a\":\x0c1}",
        r#"{"a":1 2}"#,
        r#"{"a":1 "b"}"#,
        r#"{"a":tr ue}"#,
        r#"{"a": ,"b":1}"#,
        r#"{"a" "b":1}"#,
        r#"{ 1}"#,
        "{{}}",
        r#"{"a":1,[]}"#,
        r#"{"a":{[]}}"#,
        r#"{"a":[1 2]}"#,
        r#"{"a":[1,]}"#,
        r#"{"a":[,1]}"#,
        r#"{"a":[1}"#,
        r#"{"a":{]}"#,
        r#"{"a":[}}"#,
        r#"{"a":["b":1]}"#,
        r#"{"a":{"b"}}"#,
        r#"{"a":{1:2}}"#,
        r#"{"a":"b" "c"}"#,
        r#"{"a":"b""c"}"#,
        r#"{"a":"b":"c"}"#,
        r#"{"a"::1}"#,
        r#"{"a":1"b":2}"#,
        r#"{"a":1{}}"#,
        r#"{"a":{}[]}"#,
        r#"{"a":{}"b":1}"#,
        r#"{"a":"b\x"}"#,
        r#"{"a":"\u0041"}"#,
        r#"{"a":\"b"}"#,
        r#"{"a":1\,"b":2}"#,
        "{\"a\":\"\n\"}",
        "{\"a\":\"\x1f\"}",
        "{\"a\":\x01}",
        r#"{"a":"b}"#,
        r#"{"a":"b\"}"#,
        r#"{"a":01}"#,
        r#"{"a":1e3}"#,
        r#"{"a":-}"#,
        r#"{"a":tru}"#,
        r#"{"a":truefalse}"#,
        r#"{"a":nullnull}"#,
        r#"{"a":true,false}"#,
        r#"{a:1}"#,
        r#"{"a":'b'}"#,
        r#"{"a":1}}"#,
        r#"{"a":1}]"#,
        r#"["a":1}"#,
    ];
    for filler in 0..130 {
        let first = format!(r#""{}":"","#, "x".repeat(filler));
        for json in wrong {
            let shifted = json.replacen('{', &format!("{{{first}"), 1);
            for json in [json, &shifted] {
                assert_eq!(read(json), None, "{json}");
            }
        }
        let right = r#""a":["b",{"c":-1.5,"d":"\\\""},[],{}],"":null}"#;
        let json = format!("{{{first}{right}");
        assert_eq!(read(&json).map(|it| it.len()), Some(3), "{json}");
    }
}

#[test]
fn there_is_an_end_to_members_levels_and_white_space() {
    let many = |count| format!("{{{}}}", vec![r#""a":1"#; count].join(","));
    assert!(read(&many(64)).is_some() && read(&many(65)).is_none());
    let deep = |count| format!(r#"{{"a":{}{}}}"#, "[".repeat(count), "]".repeat(count));
    assert!(read(&deep(61)).is_some() && read(&deep(62)).is_none() && read(&deep(10_000)).is_none());
    let wide = |count| format!(r#"{{"a":{}1}}"#, " ".repeat(count));
    assert!(read(&wide(LINE)).is_some() && read(&wide(2 * WIDTH)).is_none());
}
