//! The program, run by hand.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::Value;

fn bootstrap(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    // Where it is when the test runs: the checkout may have been moved since it was compiled.
    Command::new(std::env::var_os("CARGO_BIN_EXE_bootstrap").expect("cargo says where it is"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("it starts")
}

#[test]
fn it_tells_its_version() {
    let output = bootstrap(&["--version"], &[]);
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("guard-lambda {}\n", guard_lambda::VERSION));
}

#[test]
fn an_unknown_handler_is_a_clear_error() {
    for variables in [&[][..], &[("_HANDLER", "index.handler")]] {
        let output = bootstrap(&[], variables);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("there is no handler"));
    }
}

#[test]
fn a_function_under_a_name_that_says_nothing_is_a_clear_error() {
    let credentials =
        [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x"), ("AWS_REGION", "eu-west-1")];
    let function = [("_HANDLER", "filter"), ("AWS_LAMBDA_FUNCTION_NAME", "my-function")];
    let output = bootstrap(&[], &[&function[..], &credentials].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("my-function"));
}

#[test]
fn a_scan_says_which_file_is_bad() {
    let output = bootstrap(&["scan", "/nowhere/x.json.gz"], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("/nowhere/x.json.gz"));
}

/// A file for one test, gone with it.
struct File(PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("{}-{name}", std::process::id()));
        fs::write(&path, bytes).expect("written");
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn trail(name: &str) -> File {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let text =
        br#"{"Records":[{"eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"us-east-1",
        "userIdentity":{"type":"IAMUser","accountId":"222222222222","userName":"backup"}}]}"#;
    encoder.write_all(text).expect("into memory");
    File::new(name, &encoder.finish().expect("into memory"))
}

#[test]
fn an_expectation_can_be_tried_against_files() {
    let trail = trail("tried.json.gz");
    let watch = |name, regions| {
        let json = format!(
            r#"{{"version":1,"account":"222222222222","user":"backup","expected":{{"regions":["{regions}"]}}}}"#
        );
        File::new(name, json.as_bytes())
    };
    let (fits, strict) = (watch("fits.json", "us-east-1"), watch("strict.json", "eu-west-1"));
    for (arguments, kept) in [
        (vec!["scan", trail.path()], 0),
        (vec!["scan", "--watch", fits.path(), trail.path()], 0),
        (vec!["scan", trail.path(), "--watch", strict.path()], 1),
        (vec!["scan", "--watch", fits.path(), "--watch", strict.path(), trail.path()], 1),
    ] {
        let output = bootstrap(&arguments, &[]);
        assert!(output.status.success(), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stdout);
        let lines: Vec<Value> = text.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
        assert_eq!(lines.last().map(|summary| &summary["kept"]), Some(&Value::from(kept)), "{text}");
        assert_eq!(lines.len(), kept + 1, "{text}");
        assert!(kept == 0 || lines[0]["guard"]["signals"][0] == "unexpected", "{text}");
    }
}

#[test]
fn nothing_is_scanned_with_a_watch_that_is_bad() {
    let trail = trail("bad.json.gz");
    let bad =
        File::new("bad.json", br#"{"version":1,"account":"222222222222","user":"x","expected":{"at":1}}"#);
    for (arguments, said) in [
        (vec!["scan", "--watch", bad.path(), trail.path()], "unknown field `at`"),
        (vec!["scan", "--watch", "/nowhere/x.json", trail.path()], "/nowhere/x.json"),
        (vec!["scan", trail.path(), "--watch"], "--watch has no file"),
    ] {
        let output = bootstrap(&arguments, &[]);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(said) && text.lines().count() == 1, "{text}");
    }
}
