//! The binary as people and Terraform start it.

use std::process::{Command, Output};

fn run(arguments: &[&str], cookie: Option<&str>) -> Output {
    // Where it is when the test runs: the checkout may have been moved since it was compiled.
    let program = std::env::var_os("CARGO_BIN_EXE_terraform-provider-guard");
    let mut command = Command::new(program.expect("cargo says where it is"));
    command.args(arguments).env_remove("TF_PLUGIN_MAGIC_COOKIE");
    if let Some(cookie) = cookie {
        command.env("TF_PLUGIN_MAGIC_COOKIE", cookie);
    }
    command.output().expect("the provider's binary starts")
}

#[test]
fn it_tells_its_version() {
    let output = run(&["--version"], None);
    assert!(output.status.success());
    let expected = format!("terraform-provider-guard v{}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn run_by_hand_it_explains_itself_instead_of_hanging() {
    for cookie in [None, Some("not Terraform's")] {
        let output = run(&[], cookie);
        assert!(!output.status.success());
        assert!(output.stdout.is_empty(), "standard output is the plugin protocol's");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("is a plugin") && said.contains("dev_overrides"), "{said}");
    }
}
