//! The lists of what is expected, ignored and told.

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use guard_contract::{
    expected::{Action, Endpoint, Network},
    incident::TOPICS,
};
use tf_provider::{Diagnostics, value::Value};

use crate::chain::{Guard, topic_location};
use crate::operations::misnamed;

use super::super::diagnostics::{attribute_error, attribute_warning, missing};
use super::super::state::{ExpectedBlock, List, State, given};

/// Checks them.
pub(super) fn check(diags: &mut Diagnostics, config: &State) {
    if let Value::Value(block) = &config.expected {
        expected(diags, block);
    }
    each(diags, "ignored_actions", "ignored_actions", &config.ignored_actions, ignored);
    names(diags, "ignored_actions", "ignored_actions", &config.ignored_actions);
    topics(diags, &config.notify_topic_arns);
}

/// An action that may be ignored: not all of them, which would leave a guard that guards nothing and looks well.
fn ignored(text: &str) -> Result<(), String> {
    let is_all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte == b'*');
    if text.split_once(':').is_some_and(|(service, name)| is_all(service) && is_all(name)) {
        return Err("it ignores every call, so nothing would trip the guard. Name the calls, such as s3:List*; to be told and deny nothing, set mode = \"monitor\"".to_owned());
    }
    parses::<Action>(text)
}

/// Checks whom permissions are for.
pub(in super::super) fn permissions(diags: &mut Diagnostics, accounts: &List, topics: &List) {
    let account = |text: &str| Guard::check(text, "us-east-1", "user").map_err(|error| error.to_string());
    if accounts.is_null() {
        let (summary, detail) = missing("account_ids");
        attribute_error(diags, "account_ids", summary, detail);
    }
    each(diags, "account_ids", "account_ids", accounts, account);
    if matches!(accounts, Value::Value(items) if items.is_empty()) {
        let detail = "Without an account nobody is guarded. Name those that guarded users live in.";
        attribute_error(diags, "account_ids", "No account", detail);
    }
    each(diags, "notify_topic_arns", "notify_topic_arns", topics, topic);
}

/// Whether this is a topic's ARN.
fn topic(text: &str) -> Result<(), String> {
    topic_location(text).map(drop).map_err(|error| error.to_string())
}

fn expected(diags: &mut Diagnostics, block: &ExpectedBlock) {
    let region = |text: &str| Guard::check("000000000000", text, "user").map_err(|error| error.to_string());
    let agent = |text: &str| {
        if text.is_empty() { Err("an empty text fits no user agent".to_owned()) } else { Ok(()) }
    };
    each(diags, "expected", "expected.actions", &block.actions, parses::<Action>);
    names(diags, "expected", "expected.actions", &block.actions);
    each(diags, "expected", "expected.source_ips", &block.source_ips, parses::<Network>);
    each(diags, "expected", "expected.vpce_ids", &block.vpce_ids, parses::<Endpoint>);
    each(diags, "expected", "expected.regions", &block.regions, region);
    each(diags, "expected", "expected.user_agents", &block.user_agents, agent);
    for (name, list) in [
        ("actions", &block.actions),
        ("source_ips", &block.source_ips),
        ("vpce_ids", &block.vpce_ids),
        ("regions", &block.regions),
        ("user_agents", &block.user_agents),
    ] {
        if matches!(list, Value::Value(items) if items.is_empty()) {
            let detail = format!(
                "`{name} = []` would allow nothing, and every call of the script trip the guard. Name what the script does, or leave `{name}` out (or null) to allow all."
            );
            attribute_error(diags, "expected", "An expectation that allows nothing", detail);
        }
    }
    if block.expected().is_some_and(|expected| expected.allows_everything()) {
        let detail = "Its lists allow everything, so nothing would be unexpected. Name what the script does in at least one of actions, source_ips, vpce_ids, regions and user_agents, or leave the block out.";
        attribute_error(diags, "expected", "An expectation that allows everything", detail);
    }
}

/// Warns of actions that CloudTrail never writes under their names.
fn names(diags: &mut Diagnostics, attribute: &'static str, name: &str, list: &List) {
    let Value::Value(items) = list else { return };
    for (index, item) in items.iter().enumerate() {
        let action = given(item).and_then(|text| text.parse::<Action>().ok());
        if let Some((action, wrong)) = action.and_then(|action| Some((action.clone(), misnamed(&action)?))) {
            let summary = format!("No call has the name of {name}[{index}]");
            attribute_warning(diags, attribute, &summary, format!("\"{action}\": {wrong}"));
        }
    }
}

fn topics(diags: &mut Diagnostics, topics: &List) {
    let name = "notify_topic_arns";
    each(diags, name, name, topics, topic);
    let Value::Value(items) = topics else { return };
    if items.len() > TOPICS {
        let detail = format!("There are {} topics; a guard tells at most {TOPICS}.", items.len());
        attribute_error(diags, name, "Too many topics", detail);
    }
    let given: Vec<&str> = items.iter().filter_map(given).collect();
    if given.iter().collect::<BTreeSet<_>>().len() < given.len() {
        attribute_error(diags, name, "A topic twice", "Every topic gets one message; name each once.");
    }
}

fn parses<T: FromStr<Err: Display>>(text: &str) -> Result<(), String> {
    text.parse::<T>().map(drop).map_err(|error| error.to_string())
}

/// Each text of a list that is known; null is none.
fn each(
    diags: &mut Diagnostics,
    attribute: &'static str,
    name: &str,
    list: &List,
    check: impl Fn(&str) -> Result<(), String>,
) {
    let Value::Value(items) = list else { return };
    for (index, item) in items.iter().enumerate() {
        let checked = match item {
            Value::Unknown => Ok(()),
            Value::Null => Err("null is no entry".to_owned()),
            Value::Value(text) => check(text),
        };
        if let Err(cause) = checked {
            attribute_error(diags, attribute, &format!("Not an entry of {name}[{index}]"), cause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(items: &[Value<String>]) -> Vec<(String, String)> {
        let mut diags = Diagnostics::default();
        names(&mut diags, "ignored_actions", "ignored_actions", &Value::Value(items.to_vec()));
        assert!(diags.errors.is_empty());
        diags.warnings.iter().map(|it| (it.summary.to_string(), it.detail.to_string())).collect()
    }

    fn action(text: &str) -> Value<String> {
        Value::Value(text.to_owned())
    }

    #[test]
    fn an_action_that_cloudtrail_never_writes_is_warned_of() {
        let said = warnings(&[action("s3:ListBuckets"), action("s3:ListAllMyBuckets")]);
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(said[0].0, "No call has the name of ignored_actions[1]");
        assert!(
            said[0].1.contains("s3:ListAllMyBuckets") && said[0].1.contains("s3:ListBuckets."),
            "{said:?}"
        );
    }

    #[test]
    fn what_is_unknown_null_or_no_action_is_not_warned_of() {
        assert!(warnings(&[Value::Unknown, Value::Null, action("ListAllMyBuckets")]).is_empty());
    }
}
