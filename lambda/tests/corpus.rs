//! Real records: the filter decides on each as its label says, and as the reference does.

use std::{
    collections::{BTreeMap, HashMap},
    env, fs,
    io::Read,
    path::PathBuf,
};

use flate2::read::MultiGzDecoder;
use guard_fuzz::reference;
use guard_lambda::filter::{Event, Watches, read};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Label {
    o: String,
    i: usize,
    #[serde(default)]
    rules: Vec<String>,
    wide_denied: Option<String>,
}

impl Label {
    /// The signals that the record has whoever made the call.
    fn signals(&self) -> Vec<&str> {
        let mut signals: Vec<&str> = self.rules.iter().map(String::as_str).collect();
        if self.wide_denied.is_some() && !signals.contains(&"access_denied") {
            signals.insert(0, "access_denied");
        }
        signals
    }
}

fn corpus() -> Option<PathBuf> {
    let beside = "../../shared/corpus";
    let folder = PathBuf::from(env::var_os("GUARD_CORPUS").unwrap_or_else(|| beside.into()));
    if folder.join("labels.jsonl").is_file() {
        return Some(folder);
    }
    guard_tests::skip("there is no corpus of real records, which GUARD_CORPUS can name");
    None
}

/// What an event says, and which record it is of.
fn said(event: &Event) -> (Value, String, String, Vec<String>) {
    let mut detail: Value = serde_json::from_str(&event.detail).expect("JSON");
    let mark = detail.as_object_mut().and_then(|it| it.remove("guard")).expect("a mark");
    let text = |name: &str| mark[name].as_str().expect("a string").to_owned();
    let (account, user) = (text("account"), text("user"));
    let signals = serde_json::from_value(mark["signals"].clone()).expect("a list");
    (detail, account, user, signals)
}

#[test]
fn every_real_record_is_decided_as_its_label_says() {
    let Some(folder) = corpus() else { return };
    let labels = fs::read_to_string(folder.join("labels.jsonl")).expect("the labels");
    let mut objects: BTreeMap<String, HashMap<usize, Label>> = BTreeMap::new();
    for line in labels.lines() {
        let label: Label = serde_json::from_str(line).expect("a label");
        objects.entry(label.o.clone()).or_default().insert(label.i, label);
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut count = |what| *counts.entry(what).or_default() += 1;
    for (object, labels) in &objects {
        let bytes = fs::read(folder.join(object)).expect("an object");
        let mut text = String::new();
        MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let records = document["Records"].as_array().expect("Records");

        let (events, read, outcome) = read(&bytes, &Watches::default());
        outcome.unwrap_or_else(|error| panic!("{object}: {error}"));
        assert_eq!(read.records, records.len() as u64, "{object}");
        assert_eq!(read.records, labels.len() as u64, "{object}");
        assert_eq!(read.records, read.kept + read.dropped());
        let mut events = events.iter().map(said);
        for (index, record) in records.iter().enumerate() {
            count("records");
            let signals = labels[&index].signals();
            assert_eq!(reference::signals(record), signals, "{object} {index}");
            let kind = record["userIdentity"]["type"].as_str();
            let user = reference::user(record);
            match (signals.is_empty(), &user, kind) {
                (true, ..) => count("of no signal"),
                (_, None, Some("IAMUser" | "FederatedUser")) => count("of a user that is not named"),
                (_, None, _) => count("of nobody's, with a signal"),
                (_, Some(_), _) => count("kept"),
            }
            if let Some((account, user, signals)) = reference::decide(record) {
                let said = events.next().expect("one event a kept record");
                let (detail, of_account, of_user, why) = said;
                assert_eq!((of_account, of_user), (account, user), "{object} {index}");
                assert_eq!(why, signals, "{object} {index}");
                assert_eq!(&detail, record, "{object} {index}");
            }
        }
        assert_eq!(events.next(), None, "{object}: an event of no record");
    }
    println!("{counts:#?}");
    assert_eq!(counts["records"], labels.lines().count() as u64);
    // The two are a role's principal under the type of a user, and a user without any account.
    assert!(counts["of a user that is not named"] <= 2);
}

#[test]
fn a_leaked_key_trips_its_user_and_nobody_else() {
    let Some(folder) = corpus() else { return };
    let labels = fs::read_to_string(folder.join("labels.jsonl")).expect("the labels");
    let mut objects: Vec<Label> =
        labels.lines().map(|line| serde_json::from_str(line).expect("a label")).collect();
    objects.retain(|label| label.o.starts_with("mit-invictus/"));
    assert_eq!(objects.len(), 2900);
    objects.dedup_by(|a, b| a.o == b.o);
    let mut trips: BTreeMap<(String, String), BTreeMap<String, u64>> = BTreeMap::new();
    for Label { o, .. } in objects {
        let (events, _, outcome) = read(&fs::read(folder.join(&o)).expect("an object"), &Watches::default());
        outcome.unwrap_or_else(|error| panic!("{o}: {error}"));
        for (_, account, user, signals) in events.iter().map(said) {
            for signal in signals {
                *trips.entry((account.clone(), user.clone())).or_default().entry(signal).or_default() += 1;
            }
        }
    }
    println!("{trips:#?}");
    let of = |user: &str| trips.get(&("123837392027".to_owned(), user.to_owned()));
    assert_eq!(of("benjamin"), None);
    let expected = [("access_denied", 15), ("console_login", 1), ("get_caller_identity", 14)];
    let expected = expected.map(|(signal, count)| (signal.to_owned(), count));
    assert_eq!(of("bert-jan"), Some(&BTreeMap::from(expected)));
}
