//! Tests that are left out where they can't run, and count as skipped instead of passed.

use std::{env, fs::OpenOptions, io::Write, thread};

/// Variable that names the file in which `cargo xtask test` looks up which tests were skipped.
pub const VARIABLE: &str = "GUARD_SKIPPED";

/// Notes that the running test is left out, and why. The test then returns as one that passes does: the test runner has
/// no other outcome for it.
pub fn skip(why: &str) {
    eprintln!("skipped: {why}");
    let Some(path) = env::var_os(VARIABLE) else { return };
    let thread = thread::current();
    let line = format!("{}\t{why}\n", thread.name().unwrap_or("a test"));
    let file = OpenOptions::new().append(true).create(true).open(&path);
    if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
        eprintln!("{}: {error}", path.display());
    }
}
