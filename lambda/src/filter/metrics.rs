//! What an invocation did, in numbers: a log line in CloudWatch's embedded metric format.

use guard_contract::{METRICS_NAMESPACE, metric};
use serde_json::{Map, Value, json};

/// What was done. `records` = `kept` + dropped, by construction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Objects read to their end.
    pub objects: u64,
    /// Keys that are not event files.
    pub skipped: u64,
    /// Objects not read to their end.
    pub failed: u64,
    /// Records read.
    pub records: u64,
    /// Records that became events. `kept` = events put on the bus, or refused by it, + `repeated`.
    pub kept: u64,
    /// Records of which others of the same user and signals told as much.
    pub repeated: u64,
    /// Watches that could not be read.
    pub unreadable: u64,
    /// Events that the bus did not take.
    pub refused: u64,
}

/// The line: the numbers themselves, and beside them what CloudWatch needs to make metrics of them.
///
/// The dimension is the function's name, so that two installations in one account stay apart.
pub fn metrics(tally: &Tally, function: &str, milliseconds: u64) -> String {
    let values = [
        (metric::OBJECTS, tally.objects),
        (metric::OBJECTS_SKIPPED, tally.skipped),
        (metric::OBJECTS_FAILED, tally.failed),
        (metric::RECORDS_IN, tally.records),
        (metric::RECORDS_KEPT, tally.kept),
        (metric::RECORDS_DROPPED, tally.records - tally.kept),
        (metric::RECORDS_REPEATED, tally.repeated),
        (metric::WATCHES_UNREADABLE, tally.unreadable),
        (metric::EVENTS_REFUSED, tally.refused),
    ];
    let definitions: Vec<Value> =
        values.iter().map(|(name, _)| json!({"Name": name, "Unit": "Count"})).collect();
    let mut line = Map::new();
    line.insert("level".to_owned(), "INFO".into());
    line.insert("message".to_owned(), "notification handled".into());
    line.insert("FunctionName".to_owned(), function.into());
    line.extend(values.map(|(name, value)| (name.to_owned(), value.into())));
    line.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": milliseconds,
            "CloudWatchMetrics": [{
                "Namespace": METRICS_NAMESPACE,
                "Dimensions": [["FunctionName"]],
                "Metrics": definitions,
            }],
        }),
    );
    Value::Object(line).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_defined_and_has_its_value() {
        let tally = Tally { objects: 1, records: 5, kept: 2, repeated: 1, unreadable: 4, ..Tally::default() };
        let line: Value = serde_json::from_str(&metrics(&tally, "guard-filter", 7)).expect("JSON");
        let group = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(group["Namespace"], "Guard");
        assert_eq!(line["_aws"]["Timestamp"], 7);
        for definition in group["Metrics"].as_array().expect("a list") {
            let name = definition["Name"].as_str().expect("a name");
            assert!(line[name].is_u64(), "{name}");
        }
        for dimension in group["Dimensions"][0].as_array().expect("a list") {
            assert!(line[dimension.as_str().expect("a name")].is_string());
        }
        let number = |name: &str| line[name].as_u64();
        assert_eq!(number("RecordsIn"), Some(5));
        assert_eq!(number("RecordsKept"), Some(2));
        assert_eq!(number("RecordsDropped"), Some(3));
        assert_eq!(number("RecordsRepeated"), Some(1));
        assert_eq!(number("WatchesUnreadable"), Some(4));
    }
}
