//! The blocks `default_tags` and `ignore_tags`, and their variables.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use crate::aws::Environment;
use crate::chain::Tagging;

use super::super::state::List;
use super::known::{Unknown, either, known_list};

/// The block `default_tags`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct DefaultTagsBlock {
    pub(crate) tags: Value<BTreeMap<String, Value<String>>>,
}

/// The block `ignore_tags`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct IgnoreTagsBlock {
    pub(crate) keys: List,
    pub(crate) key_prefixes: List,
}

/// Before the key of a default tag.
pub(in crate::terraform) const DEFAULT_TAGS: &str = "TF_AWS_DEFAULT_TAGS_";
const KEYS: &str = "TF_AWS_IGNORE_TAGS_KEYS";
const KEY_PREFIXES: &str = "TF_AWS_IGNORE_TAGS_KEY_PREFIXES";

/// What block and environment say together: a default of the block goes before the variable's, what is ignored adds
/// up, as in hashicorp/aws.
pub(super) fn tagging(
    defaults: &Value<DefaultTagsBlock>,
    ignored: &Value<IgnoreTagsBlock>,
    environment: &Environment,
) -> Result<Tagging, Unknown> {
    let mut tagging = Tagging { defaults: environment.beginning(DEFAULT_TAGS), ..Tagging::default() };
    if let Some(block) = either(defaults.as_ref(), "default_tags")? {
        for (key, value) in either(block.tags.as_ref(), "default_tags.tags")?.into_iter().flatten() {
            let value = either(value.as_ref(), "default_tags.tags")?.cloned();
            tagging.defaults.insert(key.clone(), value.unwrap_or_default());
        }
    }
    let of = |variable| -> BTreeSet<String> {
        let entries = environment.get(variable).into_iter().flat_map(|list| list.split(','));
        entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
    };
    (tagging.ignored_keys, tagging.ignored_prefixes) = (of(KEYS), of(KEY_PREFIXES));
    if let Some(block) = either(ignored.as_ref(), "ignore_tags")? {
        tagging.ignored_keys.extend(known_list(&block.keys, "ignore_tags.keys")?);
        tagging.ignored_prefixes.extend(known_list(&block.key_prefixes, "ignore_tags.key_prefixes")?);
    }
    Ok(tagging)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(of: &[&str]) -> List {
        Value::Value(of.iter().map(|text| Value::Value((*text).to_owned())).collect())
    }

    #[test]
    fn the_block_goes_before_the_variables_and_what_is_ignored_adds_up() {
        let environment = Environment::of(&[
            ("TF_AWS_DEFAULT_TAGS_env", "of-env"),
            ("TF_AWS_DEFAULT_TAGS_Owner", ""),
            ("TF_AWS_IGNORE_TAGS_KEYS", "scan,seen"),
            ("TF_AWS_IGNORE_TAGS_KEY_PREFIXES", "cost:"),
        ]);
        let env = BTreeMap::from([("env".to_owned(), Value::Value("of-block".to_owned()))]);
        let defaults = Value::Value(DefaultTagsBlock { tags: Value::Value(env) });
        let ignored = IgnoreTagsBlock { keys: texts(&["mine"]), key_prefixes: texts(&["k8s/"]) };
        let tagging = tagging(&defaults, &Value::Value(ignored), &environment).expect("all is known");
        let pairs: Vec<(&str, &str)> =
            tagging.defaults.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("Owner", ""), ("env", "of-block")]);
        assert_eq!(tagging.ignored_keys.into_iter().collect::<Vec<_>>(), ["mine", "scan", "seen"]);
        assert_eq!(tagging.ignored_prefixes.into_iter().collect::<Vec<_>>(), ["cost:", "k8s/"]);
    }

    #[test]
    fn defaults_have_to_be_known() {
        let block =
            DefaultTagsBlock { tags: Value::Value(BTreeMap::from([("env".to_owned(), Value::Unknown)])) };
        let refused = tagging(&Value::Value(block), &Value::Null, &Environment::default());
        assert_eq!(refused, Err(Unknown("default_tags.tags")));
    }
}
