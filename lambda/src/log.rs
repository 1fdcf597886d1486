//! Log lines: one JSON object each, on standard output, which Lambda hands to CloudWatch Logs.

use serde::Serialize;
use serde_json::{Map, Value};

/// How much a line matters, as CloudWatch Logs and Lambda's log levels name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Business as usual.
    Info,
    /// A user was denied, or something is strange.
    Warn,
    /// Something failed.
    Error,
}

/// A line: level, message, and the fields of `details`, which must be an object.
pub fn line(level: Level, message: &str, details: &impl Serialize) -> String {
    let mut fields = Map::new();
    let level = match level {
        Level::Info => "INFO",
        Level::Warn => "WARN",
        Level::Error => "ERROR",
    };
    fields.insert("level".to_owned(), level.into());
    fields.insert("message".to_owned(), message.into());
    if let Ok(Value::Object(details)) = serde_json::to_value(details) {
        fields.extend(details);
    }
    Value::Object(fields).to_string()
}

/// Writes a line.
pub fn write(level: Level, message: &str, details: &impl Serialize) {
    println!("{}", line(level, message, details));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_one_json_object() {
        let line = line(Level::Warn, "denied\n", &json!({"user": "x"}));
        let value: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(value, json!({"level": "WARN", "message": "denied\n", "user": "x"}));
        assert!(!line.contains('\n'));
    }
}
