//! Values that have to be known: guard looks at AWS to plan.

use tf_provider::value::Value;

use super::super::state::{List, settled};

/// Names an attribute whose value isn't known yet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unknown(pub(crate) &'static str);

/// A text; an empty one is none.
pub(super) fn known(value: &Value<String>, name: &'static str) -> Result<Option<String>, Unknown> {
    Ok(text(value, name)?.filter(|text| !text.is_empty()))
}

/// A text that may be empty.
pub(super) fn text(value: &Value<String>, name: &'static str) -> Result<Option<String>, Unknown> {
    either(value.as_ref(), name).map(|text| text.cloned())
}

pub(super) fn known_flag(value: &Value<bool>, name: &'static str) -> Result<Option<bool>, Unknown> {
    either(value.as_ref(), name).map(|flag| flag.copied())
}

pub(super) fn known_number(value: &Value<f64>, name: &'static str) -> Result<Option<f64>, Unknown> {
    either(value.as_ref(), name).map(|number| number.copied())
}

/// Texts; none is the same as no list, as in hashicorp/aws. One that isn't known yet makes the list unknown.
pub(super) fn known_list(list: &List, name: &'static str) -> Result<Vec<String>, Unknown> {
    let items = either(list.as_ref(), name)?;
    items.into_iter().flatten().filter_map(|item| known(item, name).transpose()).collect()
}

/// What is known of a value.
pub(super) fn either<T>(value: Value<T>, name: &'static str) -> Result<Option<T>, Unknown> {
    settled(value).ok_or(Unknown(name))
}
