//! Policy documents that others may write into as well: our statement is told by its `Sid`.

use serde_json::{Value, json};

/// The statements of a document; none if there is no document or it is not JSON.
pub(super) fn statements(document: Option<&str>) -> Vec<Value> {
    let document = document.and_then(|text| serde_json::from_str::<Value>(text).ok()).unwrap_or_default();
    match &document["Statement"] {
        Value::Array(statements) => statements.clone(),
        Value::Object(_) => vec![document["Statement"].clone()],
        _ => Vec::new(),
    }
}

/// The statement of that `Sid`.
pub(super) fn find(document: Option<&str>, sid: &str) -> Option<Value> {
    statements(document).into_iter().find(|statement| statement["Sid"] == sid)
}

/// The document with our statement in it; all others stay as they are.
pub(super) fn merged(document: Option<&str>, ours: &Value) -> String {
    let mut all = statements(document);
    match all.iter_mut().find(|statement| statement["Sid"] == ours["Sid"]) {
        Some(old) => *old = ours.clone(),
        None => all.push(ours.clone()),
    }
    let version = document
        .and_then(|text| serde_json::from_str::<Value>(text).ok())
        .and_then(|document| document["Version"].as_str().map(str::to_owned))
        .unwrap_or_else(|| "2012-10-17".to_owned());
    json!({ "Version": version, "Statement": all }).to_string()
}

/// Whether two statements or documents say the same: AWS may write a list of one as the one, and reorder.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    normal(a) == normal(b)
}

fn normal(value: &Value) -> Value {
    match value {
        Value::Array(items) if items.len() == 1 => normal(&items[0]),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(normal).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), normal(value))).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_statements_survive_ours() {
        let foreign =
            json!({"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "events:PutEvents"});
        let document = json!({"Version": "2012-10-17", "Statement": foreign}).to_string();
        let ours = json!({"Sid": "guard-hub", "Effect": "Allow"});
        let merged = merged(Some(&document), &ours);
        assert_eq!(statements(Some(&merged)), vec![foreign, ours.clone()]);
        assert_eq!(find(Some(&super::merged(Some(&merged), &ours)), "guard-hub"), Some(ours));
    }

    #[test]
    fn a_list_of_one_is_the_one_and_order_means_nothing() {
        assert!(same(&json!({"Action": ["a"], "R": ["x", "y"]}), &json!({"R": ["y", "x"], "Action": "a"})));
        assert!(!same(&json!({"Action": "a"}), &json!({"Action": "b"})));
    }
}
