//! The everyday build and the tests have the same features of every crate, so that each is compiled once.

use std::collections::BTreeSet;

use crate::cargo::{cargo, output};

/// Each crate with its features, as cargo chooses them for the whole workspace along these kinds of dependencies.
fn crates(kinds: &str) -> BTreeSet<String> {
    let mut command = cargo();
    command.args(["tree", "--workspace", "--locked", "--prefix", "none", "--format", "{p} {f}"]);
    let lines = output(command.args(["--edges", kinds])).unwrap_or_else(|error| panic!("{error}"));
    lines.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

#[test]
fn tests_ask_for_no_feature_that_the_everyday_build_lacks() {
    let (built, tested) = (crates("normal,build"), crates("normal,build,dev"));
    let name = |line: &str| line.split(" v").next().unwrap_or_default().to_owned();
    let names: BTreeSet<String> = built.iter().map(|line| name(line)).collect();
    // A crate that only tests use is compiled for them alone.
    let again: Vec<_> = tested.difference(&built).filter(|line| names.contains(&name(line))).collect();
    assert!(again.is_empty(), "add these features to workspace-hack/Cargo.toml: {again:#?}");
}
