//! Tags: a guard's own, and the provider's defaults.

use std::collections::{BTreeMap, BTreeSet};

use tf_provider::{AttributePath, Diagnostics, value::Value};

use crate::chain::{TAGS_LIMIT, TagError, Tagging, check_tag};

use super::super::config::{Config, DEFAULT_TAGS};
use super::super::diagnostics::{attribute_error, path_error};
use super::super::state::{State, given};

type Map = Value<BTreeMap<String, Value<String>>>;

/// A resource's.
pub(super) fn resource(diags: &mut Diagnostics, config: &State) {
    check(diags, &AttributePath::new("tags"), &config.tags);
}

/// The provider block's.
pub(super) fn provider(diags: &mut Diagnostics, config: &Config) {
    let Value::Value(block) = &config.default_tags else { return };
    let path = AttributePath::new("default_tags").index(0).attribute("tags");
    check(diags, &path, &block.tags);
    let Value::Value(tags) = &block.tags else { return };
    let mut folded = BTreeSet::new();
    if let Some(key) = tags.keys().find(|key| !folded.insert(key.to_lowercase())) {
        let detail =
            format!("\"{key}\" is there in another case too; IAM takes a role's key in one case only.");
        path_error(diags, path, "A tag twice (default_tags.tags)", detail);
    }
}

/// What only block and environment together tell: the defaults of the variables.
pub(in crate::terraform) fn defaults(diags: &mut Diagnostics, tagging: &Tagging) {
    for (key, value) in &tagging.defaults {
        if let Err(cause) = check_tag(key, Some(value)) {
            let detail = format!("{cause} It is in the block `default_tags` or in {DEFAULT_TAGS}{key}.");
            attribute_error(diags, "default_tags", summary(&cause), detail);
        }
    }
}

/// What only a guard's tags and the defaults together tell.
pub(in crate::terraform) fn merged(diags: &mut Diagnostics, planned: &State) {
    if let Value::Value(all) = &planned.tags_all {
        count(diags, &AttributePath::new("tags"), all.len());
    }
}

fn check(diags: &mut Diagnostics, path: &AttributePath, tags: &Map) {
    let Value::Value(tags) = tags else { return };
    count(diags, path, tags.len());
    for (key, value) in tags {
        if let Err(cause) = check_tag(key, given(value)) {
            path_error(diags, path.clone(), summary(&cause), cause);
        } else if value.is_null() {
            let detail = format!("The tag \"{key}\" has no value. Write \"\" for an empty one.");
            path_error(diags, path.clone(), "Not a tag", detail);
        }
    }
}

fn count(diags: &mut Diagnostics, path: &AttributePath, tags: usize) {
    if tags > TAGS_LIMIT {
        let detail = format!(
            "There are {tags} tags, defaults included; AWS allows 50 on a rule and guard needs {} of them.",
            50 - TAGS_LIMIT
        );
        path_error(diags, path.clone(), "Too many tags", detail);
    }
}

fn summary(cause: &TagError) -> &'static str {
    if matches!(cause, TagError::Reserved(_)) { "Reserved tag" } else { "Not a tag" }
}
