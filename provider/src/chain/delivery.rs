//! How the trail's new files make themselves known to the filter.
//!
//! S3 lets one entry of a bucket's notification tell of a key, so where somebody else has that, the filter hears of
//! the files by EventBridge: the bucket tells the default bus of everything, and a rule of ours picks the files. Or
//! it subscribes to the topic that the trail itself tells of each file.

use std::{fmt, str::FromStr};

use guard_contract::Handler;
use serde_json::json;

use super::arns::{bucket_arn, function_arn, rule_arn};
use super::places::{Build, EVENTS};
use super::{BucketNotification, Need, Object, Rule, Spec, Subscription, Target};

/// The bus to which AWS's services send their events.
pub(crate) const DEFAULT_BUS: &str = "default";

/// What the names of the trail's files end with.
const SUFFIX: &str = ".json.gz";

/// S3 and SNS, as principals.
const S3: &str = "s3.amazonaws.com";
const SNS: &str = "sns.amazonaws.com";

/// The id of the rule's target.
pub(crate) const FILTER: &str = "filter";

/// How the filter hears of new files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// By an entry of ours in the bucket's notification.
    #[default]
    Notification,
    /// By a rule of ours on the default bus of the bucket's account and region.
    EventBridge,
    /// By a subscription of ours to the topic that the trail tells of its files.
    Sns,
}

impl Delivery {
    /// All of them.
    pub(crate) const CHOICES: [Self; 3] = [Self::Notification, Self::EventBridge, Self::Sns];

    /// Its name in Terraform.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::EventBridge => "eventbridge",
            Self::Sns => "sns",
        }
    }

    /// Whose leave to call the filter it needs.
    const fn leave(self) -> &'static str {
        match self {
            Self::Notification => "bucket",
            Self::EventBridge => "trail",
            Self::Sns => "topic",
        }
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not a delivery.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a delivery; it is \"notification\", \"eventbridge\" or \"sns\"")]
pub(crate) struct UnknownDelivery(pub(crate) String);

impl FromStr for Delivery {
    type Err = UnknownDelivery;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::CHOICES.into_iter().find(|it| it.name() == name).ok_or_else(|| UnknownDelivery(name.to_owned()))
    }
}

impl Build<'_> {
    /// What tells the filter of new files, and its leave to be told.
    pub(super) fn delivery(&self, need: &Need) -> Vec<Object> {
        let (hub, names) = (self.hub, &self.hub.names);
        let (function, rule) = (names.function(Handler::Filter), names.trail_rule());
        let function_arn = function_arn(self.at, &function);
        let others = Delivery::CHOICES.into_iter().filter(|other| *other != hub.delivery);
        let notification = BucketNotification {
            delivery: hub.delivery,
            bucket: hub.bucket.clone(),
            id: names.notification(),
            function,
            function_arn: function_arn.clone(),
            prefix: hub.key_prefix.clone(),
            suffix: SUFFIX,
            rule: rule.clone(),
            other_leaves: others.map(|other| names.statement(other.leave())).collect(),
            topic_leave: names.statement(Delivery::Sns.leave()),
        };
        let leave =
            |from, account| self.permission(need, Handler::Filter, hub.delivery.leave(), from, account);
        let mut objects = match (hub.delivery, &hub.topic) {
            (Delivery::Sns, Some(topic)) => {
                let subscription = Subscription { topic_arn: topic.clone(), function_arn };
                vec![leave((SNS, topic.clone()), None), self.object(need, Spec::Subscription(subscription))]
            }
            (Delivery::EventBridge, _) => {
                let target = Target {
                    bus: DEFAULT_BUS.to_owned(),
                    rule: rule.clone(),
                    id: FILTER,
                    arn: function_arn,
                    role_arn: None,
                    dead_letters_arn: self.queue_arn(),
                };
                vec![
                    leave((EVENTS, rule_arn(self.at, DEFAULT_BUS, &rule)), None),
                    self.object(need, Spec::Rule(self.rule(rule))),
                    self.object(need, Spec::Target(target)),
                ]
            }
            _ => {
                vec![leave((S3, bucket_arn(self.at, &hub.bucket)), Some(&self.at.account))]
            }
        };
        objects.push(self.object(need, Spec::BucketNotification(notification)));
        objects
    }

    /// The rule that picks the trail's files out of everything that S3 tells of.
    fn rule(&self, name: String) -> Rule {
        // In a wildcard `*` stands for anything and `\\` for the next character itself (EventBridge user guide,
        // "Comparison operators").
        let prefix = self.hub.key_prefix.replace('\\', r"\\").replace('*', r"\*");
        let pattern = json!({
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": { "name": [self.hub.bucket] },
                "object": { "key": [{ "wildcard": format!("{prefix}*{SUFFIX}") }] },
            },
        });
        Rule {
            bus: DEFAULT_BUS.to_owned(),
            name,
            pattern: pattern.to_string(),
            description: "Tells guard's filter of the organization trail's new files".to_owned(),
            target: FILTER,
        }
    }
}
