//! A block that may be there once, which Terraform keeps as a list. tf-provider's own way of reading one refuses the
//! null that it finds in the state of a version that had no such block.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tf_provider::value::Value;

pub(super) fn serialize<T: Serialize, S: Serializer>(
    block: &Value<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let list = match block {
        Value::Unknown => Value::Unknown,
        Value::Null => Value::Value(Vec::new()),
        Value::Value(block) => Value::Value(vec![block]),
    };
    list.serialize(serializer)
}

pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Value<T>, D::Error> {
    Ok(match Value::<Vec<T>>::deserialize(deserializer)? {
        Value::Unknown => Value::Unknown,
        Value::Null => Value::Null,
        Value::Value(list) => list.into_iter().next().map_or(Value::Null, Value::Value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Holder(#[serde(with = "super")] Value<u8>);

    #[test]
    fn a_block_is_a_list_and_null_is_none() {
        let read = |json: &str| serde_json::from_str::<Holder>(json).expect("a list or null").0;
        assert_eq!(read("null"), Value::Null);
        assert_eq!(read("[]"), Value::Null);
        assert_eq!(read("[7]"), Value::Value(7));
        let write = |block| serde_json::to_string(&Holder(block)).expect("a list");
        assert_eq!((write(Value::Null), write(Value::Value(7))), ("[]".to_owned(), "[7]".to_owned()));
    }
}
