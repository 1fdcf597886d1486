//! The program, run by hand.

use std::process::{Command, Output};

fn bootstrap(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bootstrap"))
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
fn a_missing_setting_is_named() {
    let credentials =
        [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x"), ("AWS_REGION", "eu-west-1")];
    let output = bootstrap(&[], &[&[("_HANDLER", "filter")][..], &credentials].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("GUARD_BUS_ARN"));
}

#[test]
fn a_scan_says_which_file_is_bad() {
    let output = bootstrap(&["scan", "/nowhere/x.json.gz"], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("/nowhere/x.json.gz"));
}
