//! The rules of EventBridge's buses and their tags. Needs, on the users' rules: `events:DescribeRule`,
//! `events:ListTagsForResource`, `events:TagResource`; and `events:ListRules`, which goes for all rules of an
//! account.

use std::collections::BTreeMap;

use aws_sdk_eventbridge::types::Tag;

use super::Aws;
use crate::{
    Refusal, clients,
    responder::{Rule, RuleBook},
};

impl RuleBook for Aws {
    async fn rule(&self, bus: &str, rule: &str) -> Result<Option<Rule>, Refusal> {
        match self.events.describe_rule().event_bus_name(bus).name(rule).send().await {
            Ok(found) => Ok(Some(Rule {
                arn: found.arn().unwrap_or_default().to_owned(),
                pattern: found.event_pattern().unwrap_or_default().to_owned(),
                description: found.description().unwrap_or_default().to_owned(),
            })),
            Err(error) => {
                let refusal = clients::refusal(&error);
                if refusal.code == "ResourceNotFoundException" { Ok(None) } else { Err(refusal) }
            }
        }
    }

    async fn rules(&self, bus: &str, prefix: &str) -> Result<Vec<String>, Refusal> {
        let (mut arns, mut next) = (Vec::new(), None);
        loop {
            let request = self.events.list_rules().event_bus_name(bus).name_prefix(prefix);
            let request = request.set_next_token(next);
            let page = request.send().await.map_err(|error| clients::refusal(&error))?;
            arns.extend(page.rules().iter().filter_map(|rule| rule.arn().map(str::to_owned)));
            next = page.next_token().map(str::to_owned);
            if next.is_none() {
                return Ok(arns);
            }
        }
    }

    async fn tags(&self, arn: &str) -> Result<BTreeMap<String, String>, Refusal> {
        let request = self.events.list_tags_for_resource().resource_arn(arn);
        let answer = request.send().await.map_err(|error| clients::refusal(&error))?;
        Ok(answer.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect())
    }

    async fn tag(&self, arn: &str, tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
        let tag = |(key, value)| Tag::builder().key(key).value(value).build();
        let tags: Result<Vec<Tag>, _> = tags.iter().map(tag).collect();
        let tags = tags.map_err(|error| Refusal { code: "Tag".to_owned(), message: error.to_string() })?;
        let request = self.events.tag_resource().resource_arn(arn).set_tags(Some(tags));
        request.send().await.map_err(|error| clients::refusal(&error))?;
        Ok(())
    }
}
