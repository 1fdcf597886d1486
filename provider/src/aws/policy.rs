//! Policy documents that others may write into as well: our statement is told by its `Sid`.

use std::collections::BTreeMap;

use serde_json::{Value, value::RawValue};

/// The members of a document, and its statements, as they are written.
type Members = BTreeMap<String, Box<RawValue>>;

fn members(document: Option<&str>) -> Members {
    document.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn written(members: &Members) -> Vec<Box<RawValue>> {
    let Some(statement) = members.get("Statement") else { return Vec::new() };
    // AWS allows a single statement in the place of a list.
    serde_json::from_str(statement.get()).unwrap_or_else(|_| vec![statement.clone()])
}

/// The statements of a document; none if there is no document or it is not JSON.
pub(super) fn statements(document: Option<&str>) -> Vec<Value> {
    let written = written(&members(document));
    written.iter().filter_map(|statement| serde_json::from_str(statement.get()).ok()).collect()
}

/// The statement of that `Sid`.
pub(super) fn find(document: Option<&str>, sid: &str) -> Option<Value> {
    statements(document).into_iter().find(|statement| statement["Sid"] == sid)
}

/// The document with our statement in it; everything else in it stays to the letter.
pub(super) fn merged(document: Option<&str>, ours: &Value) -> String {
    let mut members = members(document);
    let mut all: Vec<String> = written(&members).iter().map(|statement| statement.get().to_owned()).collect();
    let is_ours = |text: &String| {
        serde_json::from_str::<Value>(text).is_ok_and(|statement| statement["Sid"] == ours["Sid"])
    };
    match all.iter().position(is_ours) {
        Some(index) => all[index] = ours.to_string(),
        None => all.push(ours.to_string()),
    }
    if members.is_empty() {
        members.extend(raw("\"2012-10-17\"").map(|version| ("Version".to_owned(), version)));
    }
    members.extend(raw(&format!("[{}]", all.join(","))).map(|all| ("Statement".to_owned(), all)));
    serde_json::to_string(&members).expect("members with names are always JSON")
}

/// JSON as it is written.
fn raw(json: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(json.to_owned()).ok()
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
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> =
                members.iter().map(|(key, value)| (key.clone(), normal(value))).collect();
            Value::Object(sorted.into_iter().collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn foreign_statements_survive_ours() {
        let foreign =
            r#"{"Sid": "Theirs", "Principal":"*",  "Effect": "Deny", "Action": "events:PutEvents"}"#;
        let ours = json!({"Sid": "guard-hub", "Effect": "Allow"});
        for statement in [foreign.to_owned(), format!("[{foreign}]")] {
            let document = format!(r#"{{"Version":"2008-10-17","Id":"Theirs","Statement":{statement}}}"#);
            let merged = merged(Some(&document), &ours);
            let again = super::merged(Some(&merged), &ours);
            assert_eq!(again, merged);
            assert!(merged.contains(foreign) && merged.contains(r#""Id":"Theirs","#), "{merged}");
            assert!(merged.contains("2008-10-17"), "{merged}");
            assert_eq!(statements(Some(&merged)).len(), 2);
            assert_eq!(find(Some(&merged), "guard-hub").as_ref(), Some(&ours));
        }
        let alone = json!({"Version": "2012-10-17", "Statement": [ours]});
        assert_eq!(serde_json::from_str::<Value>(&merged(None, &ours)).expect("JSON"), alone);
    }

    #[test]
    fn a_list_of_one_is_the_one_and_order_means_nothing() {
        assert!(same(&json!({"Action": ["a"], "R": ["x", "y"]}), &json!({"R": ["y", "x"], "Action": "a"})));
        let (one, two) = (json!({"a": 1, "b": 2}), json!({"c": 3}));
        assert!(same(&json!([one, two]), &json!([two, {"b": 2, "a": 1}])));
        assert!(!same(&json!({"Action": "a"}), &json!({"Action": "b"})));
    }
}
