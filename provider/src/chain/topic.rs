//! Whether a topic lets our functions publish: what its own policy says, as far as that can be told.

use std::fmt;

use guard_contract::{Handler, expected::Wildcard, incident::TOPIC_LENGTH};
use serde_json::Value;

use super::arns::{iam_arn, role_arn};
use super::{Guard, Hub, Location};

/// Input that is not a topic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not the ARN of an SNS topic with at most {TOPIC_LENGTH} characters, such as arn:aws:sns:eu-west-1:222222222222:security"
)]
pub(crate) struct TopicArnError(pub(crate) String);

/// Takes a topic's ARN apart: where it is.
///
/// # Errors
/// If it is none.
pub(crate) fn topic_location(arn: &str) -> Result<Location, TopicArnError> {
    let error = || TopicArnError(arn.to_owned());
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", partition, "sns", region, account, name] = parts[..] else { return Err(error()) };
    let base = name.strip_suffix(".fifo").unwrap_or(name);
    let named = !base.is_empty() && base.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    match Guard::check(account, region, "user") {
        Ok(()) if named && arn.len() <= TOPIC_LENGTH => {
            let at = Location::new(account, region);
            if at.partition().name() == partition { Ok(at) } else { Err(error()) }
        }
        _ => Err(error()),
    }
}

/// One of our functions, as a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Publisher {
    account: String,
    /// The account itself, as policies write it.
    root: String,
    role_arn: String,
}

impl Publisher {
    /// The responder of a guard, which tells of incidents.
    pub(crate) fn responder(guard: &Guard, hub: &Hub) -> Self {
        Self::new(&guard.edge, Handler::Responder, hub)
    }

    /// The filter, which tells of alarms at the hub.
    pub(crate) fn filter(hub: &Hub) -> Self {
        Self::new(&hub.location, Handler::Filter, hub)
    }

    fn new(at: &Location, handler: Handler, hub: &Hub) -> Self {
        let role = hub.names.function_role(handler, &at.region);
        Self { account: at.account.clone(), root: iam_arn(at, "root"), role_arn: role_arn(at, &role) }
    }

    /// Whether a topic of another account lets it publish; where its policy has conditions that can't be judged
    /// here, they are taken for met.
    pub(crate) fn may_publish(&self, topic: &str, policy: Option<&str>) -> bool {
        if topic.split(':').nth(4) == Some(&self.account) {
            return !self.is_told(topic, policy, "Deny");
        }
        self.is_told(topic, policy, "Allow") && !self.is_told(topic, policy, "Deny")
    }

    fn is_told(&self, topic: &str, policy: Option<&str>, effect: &str) -> bool {
        let policy: Value = policy.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let statements = match &policy["Statement"] {
            Value::Array(all) => all.clone(),
            one => vec![one.clone()],
        };
        statements.iter().any(|statement| {
            statement["Effect"] == effect
                && texts(&statement["Action"]).iter().any(|it| fits(&it.to_lowercase(), "sns:publish"))
                && texts(&statement["Resource"]).iter().any(|it| fits(it, topic))
                && self.is_named(&statement["Principal"])
                && self.meets(&statement["Condition"], effect == "Allow")
        })
    }

    fn is_named(&self, principal: &Value) -> bool {
        let named = [texts(principal), texts(&principal["AWS"])].concat();
        named.iter().any(|it| *it == "*" || *it == self.account || *it == self.root || *it == self.role_arn)
    }

    /// Whether every condition is met; what can't be judged counts as `unknown`.
    fn meets(&self, conditions: &Value, unknown: bool) -> bool {
        let Value::Object(operators) = conditions else { return true };
        operators.iter().all(|(operator, keys)| {
            let Value::Object(keys) = keys else { return unknown };
            keys.iter().all(|(key, values)| {
                let is = match key.to_lowercase().as_str() {
                    "aws:principalaccount" => &self.account,
                    "aws:principalarn" => &self.role_arn,
                    // A role brings none of these: they are set where a service publishes.
                    "aws:sourceowner" | "aws:sourceaccount" | "aws:sourcearn" => return false,
                    _ => return unknown,
                };
                let one = texts(values).iter().any(|value| fits(value, is));
                match operator.as_str() {
                    "StringEquals" | "StringLike" | "ArnEquals" | "ArnLike" => one,
                    "StringNotEquals" | "StringNotLike" | "ArnNotEquals" | "ArnNotLike" => !one,
                    _ => unknown,
                }
            })
        })
    }
}

impl fmt::Display for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.role_arn)
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    Wildcard::new(pattern).matches(text)
}

/// A text, or the texts of a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TOPIC: &str = "arn:aws:sns:eu-west-1:333333333333:ops";

    fn may(statement: Value) -> bool {
        let account = "222222222222".to_owned();
        let at = Location::new(account, "eu-west-1");
        let role_arn = role_arn(&at, "guard-responder-eu-west-1");
        let publisher = Publisher { role_arn, root: iam_arn(&at, "root"), account: at.account };
        let policy = json!({ "Statement": statement }).to_string();
        publisher.may_publish(TOPIC, Some(&policy))
    }

    fn allowing(principal: Value, condition: Value) -> Value {
        json!({"Effect": "Allow", "Principal": principal, "Action": "SNS:Publish", "Resource": TOPIC, "Condition": condition})
    }

    #[test]
    fn a_policy_that_names_the_account_or_role_lets_it_publish() {
        for principal in [
            json!("*"),
            json!({"AWS": "222222222222"}),
            json!({"AWS": ["444444444444", "arn:aws:iam::222222222222:root"]}),
            json!({"AWS": "arn:aws:iam::222222222222:role/guard-responder-eu-west-1"}),
        ] {
            assert!(may(allowing(principal.clone(), json!({}))), "{principal}");
        }
        assert!(may(allowing(json!({"AWS": "*"}), json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))));
        assert!(may(allowing(
            json!("*"),
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/guard-*"}})
        )));
    }

    #[test]
    fn the_policy_that_every_topic_has_lets_nobody_elses_role_publish() {
        let owner = json!({"StringEquals": {"AWS:SourceOwner": "333333333333"}});
        assert!(!may(allowing(json!({"AWS": "*"}), owner)));
        assert!(!may(allowing(json!({"AWS": "444444444444"}), json!({}))));
        assert!(!may(allowing(json!({"Service": "cloudwatch.amazonaws.com"}), json!({}))));
        assert!(!may(
            json!({"Effect": "Allow", "Principal": "*", "Action": "sns:Subscribe", "Resource": "*"})
        ));
        let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "sns:*", "Resource": "*"});
        assert!(!may(json!([allowing(json!("*"), json!({})), deny])));
    }

    #[test]
    fn what_is_not_a_topic_is_refused() {
        assert_eq!(topic_location(TOPIC), Ok(Location::new("333333333333", "eu-west-1")));
        assert!(topic_location("arn:aws:sns:eu-west-1:333333333333:ops.fifo").is_ok());
        assert!(topic_location("arn:aws-cn:sns:cn-north-1:333333333333:ops").is_ok());
        for bad in [
            "",
            "ops",
            "arn:aws:sqs:eu-west-1:333333333333:ops",
            "arn:aws:sns:cn-north-1:333333333333:ops",
            "arn:aws:sns:eu-west-1:333:ops",
            "arn:aws:sns:eu-west-1:333333333333:",
            "arn:aws:sns:eu-west-1:333333333333:ops:subscription",
        ] {
            assert!(topic_location(bad).is_err(), "{bad}");
        }
    }
}
