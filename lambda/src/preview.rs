//! `bootstrap scan FILE…`: what the filter would put on the bus for files on disk.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::filter::read;

/// Prints a JSON line for each event of each file, and one with the counts of all. Whether all were whole.
///
/// # Errors
/// If nothing can be written.
pub fn scan(files: &[String], out: &mut impl Write) -> io::Result<bool> {
    let (mut records, mut kept, mut failed) = (0, 0, 0_u64);
    for file in files {
        let outcome = match std::fs::read(file) {
            Ok(bytes) => {
                let (events, counts, outcome) = read(&bytes);
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
