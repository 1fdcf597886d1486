//! Every shape of record that CloudTrail is known to write, with the decision that belongs to it.

use std::{fs, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};
use guard_contract::{Mark, Watch};
use guard_fuzz::reference;
use guard_lambda::filter::{Counts, Event, Watches, read};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

#[derive(Deserialize)]
struct Sample {
    #[serde(skip)]
    name: String,
    expected: Option<Expected>,
    /// Unparsed, so that its escapes reach the filter.
    record: Box<RawValue>,
}

#[derive(Deserialize)]
struct Expected {
    account: String,
    user: String,
    arn: String,
    signals: Vec<String>,
}

fn samples() -> Vec<Sample> {
    let folder = Path::new("tests/samples");
    let mut samples = Vec::new();
    for entry in fs::read_dir(folder).expect("the samples") {
        let path = entry.expect("the samples").path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a sample");
        let sample: Sample = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        samples.push(Sample { name, ..sample });
    }
    assert!(samples.len() > 30);
    samples
}

fn filter(records: &[&str]) -> (Vec<Event>, Counts) {
    filter_with(records, &Watches::default())
}

fn filter_with(records: &[&str], watches: &Watches) -> (Vec<Event>, Counts) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    write!(encoder, r#"{{"Records":[{}]}}"#, records.join(",")).expect("into memory");
    let (events, counts, outcome) = read(&encoder.finish().expect("into memory"), watches);
    outcome.expect("a CloudTrail file");
    (events, counts)
}

#[test]
fn every_shape_is_decided_as_it_should_be() {
    for sample in samples() {
        let (events, counts) = filter(&[sample.record.get()]);
        assert_eq!(counts.records, 1);
        let Some(expected) = sample.expected else {
            assert_eq!(events, [], "{}", sample.name);
            continue;
        };
        let [event] = &events[..] else { panic!("{}: not kept", sample.name) };
        let detail: Value = serde_json::from_str(&event.detail).expect("JSON");
        let mark: Mark = serde_json::from_value(detail["guard"].clone()).expect("a mark");
        let signals: Vec<&str> = mark.signals.iter().map(|signal| signal.name()).collect();
        assert_eq!(
            (mark.account, mark.user, signals, event.resource.clone(), mark.truncated),
            (
                expected.account,
                expected.user,
                expected.signals.iter().map(String::as_str).collect(),
                expected.arn,
                false
            ),
            "{}",
            sample.name
        );
    }
}

#[test]
fn the_reference_decides_every_shape_alike() {
    for sample in samples() {
        let record = serde_json::from_str(sample.record.get()).expect("JSON");
        let expected =
            sample.expected.as_ref().map(|it| (it.account.as_str(), it.user.as_str(), it.signals.len()));
        let decision = reference::decide(&record);
        let decision = decision
            .as_ref()
            .map(|(account, user, signals)| (account.as_str(), user.as_str(), signals.len()));
        assert_eq!(decision, expected, "{}", sample.name);
    }
}

#[test]
fn a_kept_record_is_the_record_as_it_was_and_the_mark() {
    for sample in samples() {
        for event in filter(&[sample.record.get()]).0 {
            let mut detail: Value = serde_json::from_str(&event.detail).expect("JSON");
            let mut record: Value = serde_json::from_str(sample.record.get()).expect("JSON");
            for value in [&mut detail, &mut record] {
                value.as_object_mut().expect("an object").remove("guard");
            }
            assert_eq!(detail, record, "{}", sample.name);
            assert_eq!(event.detail.matches(r#""guard":"#).count(), 1, "{}", sample.name);
        }
    }
}

#[test]
fn all_shapes_in_one_file_are_decided_alike() {
    let samples = samples();
    let records: Vec<&str> = samples.iter().map(|sample| sample.record.get()).collect();
    let (events, counts) = filter(&records);
    let kept = samples.iter().filter(|sample| sample.expected.is_some()).count();
    assert_eq!(events.len(), kept);
    assert_eq!(counts.records, samples.len() as u64);
    assert_eq!(counts.records, counts.kept + counts.dropped());
}

/// A record of a user of whom more is known.
#[derive(Deserialize)]
struct Watched {
    watch: Value,
    kept: bool,
    record: Box<RawValue>,
}

#[test]
fn every_shape_of_what_is_expected_is_decided_as_it_should_be() {
    let mut decided = 0;
    for entry in fs::read_dir("tests/samples/watched").expect("the samples") {
        let path = entry.expect("the samples").path();
        let text = fs::read_to_string(&path).expect("a sample");
        let sample: Watched = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let watch = Watch::parse(&sample.watch.to_string()).expect("a watch");
        let (events, counts) = filter_with(&[sample.record.get()], &Watches::new([watch]));
        assert_eq!((events.len(), counts.records), (usize::from(sample.kept), 1), "{path:?}");
        decided += 1;
    }
    assert!(decided >= 10);
}
