//! `bootstrap scan [--watch FILE]… FILE…`: what the filter would put on the bus for files on disk.

use std::{
    fs,
    io::{self, Write},
};

use guard_contract::Watch;
use serde_json::{Value, json};

use crate::filter::{Watches, read};

/// Prints a JSON line for each event of each file, and one with the counts of all. Whether all were whole.
///
/// `--watch` before a file says that it is a guard's [`Watch`], so that an expectation can be tried before it is
/// armed. Nothing is scanned with a watch that cannot be read.
///
/// # Errors
/// If nothing can be written.
pub fn scan(arguments: &[String], out: &mut impl Write) -> io::Result<bool> {
    let (mut files, mut watches, mut arguments) = (Vec::new(), Vec::new(), arguments.iter());
    while let Some(argument) = arguments.next() {
        if argument != "--watch" {
            files.push(argument);
            continue;
        }
        let Some(file) = arguments.next() else {
            writeln!(out, "{}", json!({"error": "--watch has no file"}))?;
            return Ok(false);
        };
        match watch(file) {
            Ok(watch) => watches.push(watch),
            Err(error) => {
                writeln!(out, "{}", json!({"watch": file, "error": error}))?;
                return Ok(false);
            }
        }
    }
    let watches = Watches::new(watches);
    let (mut records, mut kept, mut failed) = (0, 0, 0_u64);
    for file in &files {
        let outcome = match fs::read(file) {
            Ok(bytes) => {
                let (events, counts, outcome) = read(&bytes, &watches);
                records += counts.records;
                kept += counts.kept;
                for event in events {
                    let detail: Value = serde_json::from_str(&event.detail).unwrap_or_default();
                    let line = json!({
                        "file": file, "eventTime": detail["eventTime"], "eventID": detail["eventID"],
                        "eventName": detail["eventName"], "errorCode": detail["errorCode"],
                        "guard": detail["guard"],
                    });
                    writeln!(out, "{line}")?;
                }
                outcome.map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = outcome {
            failed += 1;
            writeln!(out, "{}", json!({"file": file, "error": error}))?;
        }
    }
    let summary = json!({
        "files": files.len(), "failed": failed, "records": records, "kept": kept, "dropped": records - kept,
    });
    writeln!(out, "{summary}")?;
    Ok(failed == 0)
}

fn watch(file: &str) -> Result<Watch, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    Watch::parse(&text).map_err(|error| error.to_string())
}
