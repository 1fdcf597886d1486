//! Each target is given the inputs of its corpus, in every way that this CPU can look at bytes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use guard_fuzz::{TARGETS, Target};
use guard_skim::Way;
use serde_json::Value;

/// The crate's folder when the test runs: the checkout may have been moved since it was compiled.
fn folder() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where it is").into()
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an input").path()).collect();
    files.sort();
    files
}

fn corpus(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = folder().join("corpus").join(target.name);
    let read = |file: PathBuf| {
        let bytes = fs::read(&file).expect("an input");
        (file, bytes)
    };
    files(&folder).into_iter().map(read).collect()
}

fn holds_in_every_way(target: &Target) {
    let inputs = corpus(target);
    for way in Way::available().filter(|way| target.skims || *way == Way::Portable) {
        way.use_in_this_thread().expect("it is available");
        let mut counts = BTreeMap::<&str, usize>::new();
        for (file, input) in &inputs {
            println!("{} in the way {}", file.display(), way.name());
            *counts.entry((target.check)(input)).or_default() += 1;
        }
        for outcome in target.outcomes {
            assert!(counts.contains_key(outcome), "no input comes to \"{outcome}\": {counts:?}");
        }
    }
}

#[test]
fn a_watch_is_read_and_judges_as_by_the_reference() {
    holds_in_every_way(&guard_fuzz::EXPECTATION);
}

#[test]
fn a_records_user_is_the_references() {
    holds_in_every_way(&guard_fuzz::IDENTITY);
}

#[test]
fn a_payloads_objects_are_the_references() {
    holds_in_every_way(&guard_fuzz::NOTICES);
}

#[test]
fn an_objects_members_are_serde_jsons() {
    holds_in_every_way(&guard_fuzz::OUTLINE);
}

#[test]
fn the_scanner_finds_the_records_that_a_parser_finds() {
    holds_in_every_way(&guard_fuzz::SCANNER);
}

#[test]
fn a_record_is_decided_as_by_the_reference() {
    holds_in_every_way(&guard_fuzz::SIGNALS);
}

/// The records that people wrote: the samples, and those named by a word instead of a hash.
#[test]
fn every_written_record_is_read_without_a_parser() {
    let mut records = 0;
    for (file, input) in corpus(&guard_fuzz::IDENTITY) {
        if file.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let record: Value = serde_json::from_slice(&input).expect("a record is JSON");
        let json = record.to_string();
        for way in Way::available() {
            way.use_in_this_thread().expect("it is available");
            // serde_json writes control characters as `\u`.
            assert_eq!(guard_skim::members(&json, |_| ()), !json.contains("\\u"), "{}", file.display());
        }
        records += 1;
    }
    assert!(records > 40, "{records}");
}

#[test]
fn every_target_has_a_program_and_a_corpus_of_modest_size() {
    let folder = folder();
    let stem = |file: &PathBuf| file.file_stem().map(|it| it.to_string_lossy().into_owned());
    let programs: Vec<String> = files(&folder.join("fuzz_targets")).iter().filter_map(stem).collect();
    assert_eq!(programs, TARGETS.map(|target| target.name));
    for target in TARGETS {
        let inputs = corpus(&target);
        let bytes: usize = inputs.iter().map(|(_, input)| input.len()).sum();
        assert!(
            inputs.len() <= 150 && bytes < 300_000,
            "{}: {} inputs, {bytes} bytes",
            target.name,
            inputs.len()
        );
    }
}
