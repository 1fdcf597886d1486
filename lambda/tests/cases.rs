//! Cases that others hit in the field: each file is decided as `EXPECTED.tsv` says.

use std::{env, fs, io::Write, path::PathBuf};

use flate2::{Compression, write::GzEncoder};
use guard_contract::Watch;
use guard_lambda::filter::{Watches, read};
use serde_json::value::RawValue;

/// The principal id of the guarded user in the cases, which `28-renamed-user.json` needs.
const PRINCIPAL: &str = "AIDAFAKEFAKEFAKEFAKE1";

/// A line of `EXPECTED.tsv`.
struct Case<'a> {
    file: &'a str,
    account: &'a str,
    user: &'a str,
    watch: Option<&'a str>,
    /// How many records are kept.
    kept: usize,
}

fn folder() -> Option<PathBuf> {
    let beside = "../../shared/cases";
    let folder = PathBuf::from(env::var_os("GUARD_CASES").unwrap_or_else(|| beside.into()));
    if folder.join("EXPECTED.tsv").is_file() {
        return Some(folder);
    }
    guard_tests::skip("there are no cases from the field, which GUARD_CASES can name");
    None
}

impl<'a> Case<'a> {
    fn parse(line: &'a str) -> Self {
        let [file, guarded, decision, _reason] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("four columns: {line}")
        };
        let (user, watch) =
            guarded.split_once(" + ").map_or((guarded, None), |(user, watch)| (user, Some(watch)));
        let (account, user) = user.split_once('/').expect("account/user");
        let kept = match decision {
            "drop" => 0,
            "keep (2)" => 2,
            kept if kept.starts_with("keep") => 1,
            other => panic!("neither kept nor dropped: {other}"),
        };
        Self { file, account, user, watch, kept }
    }

    /// What the filter knows of the guarded user.
    fn watches(&self, folder: &std::path::Path) -> Watches {
        let mut watch = match self.watch {
            Some(file) => {
                let text = fs::read_to_string(folder.join(file)).expect("the watch");
                Watch::parse(&text).expect("a watch")
            }
            None => Watch::new(self.account, self.user),
        };
        watch.principal_id = Some(PRINCIPAL.to_owned());
        Watches::new([watch])
    }
}

/// As CloudTrail delivers it; each document of a file is a gzip member of its own.
fn packed(text: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    for document in serde_json::Deserializer::from_slice(text).into_iter::<&RawValue>() {
        let mut member = GzEncoder::new(&mut packed, Compression::fast());
        member.write_all(document.expect("JSON").get().as_bytes()).expect("memory takes it");
        member.finish().expect("memory takes it");
    }
    packed
}

#[test]
fn every_case_is_decided_as_expected() {
    let Some(folder) = folder() else { return };
    let expected = fs::read_to_string(folder.join("EXPECTED.tsv")).expect("the expectations");
    let mut wrong = Vec::new();
    for line in expected.lines().skip(1) {
        let case = Case::parse(line);
        let bytes = packed(&fs::read(folder.join(case.file)).expect("the file"));
        let (events, _, outcome) = read(&bytes, &case.watches(&folder));
        if let Err(error) = outcome {
            wrong.push(format!("{}: {error}", case.file));
        }
        if events.len() != case.kept {
            wrong.push(format!("{line}\n  but {} events", events.len()));
        }
        for event in events {
            assert_eq!((event.mark.account.as_str(), event.mark.user.as_str()), (case.account, case.user));
            // The Lambda runtime reads it so, for the responder.
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&event.detail) {
                wrong.push(format!("{}: the responder can't read it: {error}", case.file));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
