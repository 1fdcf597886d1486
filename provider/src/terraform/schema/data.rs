//! The schemas of the data sources.

use tf_provider::schema::{AttributeConstraint, AttributeType, NestedBlock, Schema};

use super::{VERSION, attribute, block, computed, expected, guard_iam_user, required};

/// What of the resource only tells Terraform what to do.
const ORDERS: [&str; 3] = ["rearm", "on_destroy", "timeouts"];

/// `guard_iam_user`, read: the resource's attributes, all of them computed but for what names the guard.
pub(in super::super) fn existing_guard() -> Schema {
    let Schema { version, block: mut resource } = guard_iam_user();
    resource.attributes.retain(|name, _| !ORDERS.contains(&name.as_str()));
    for (name, attribute) in &mut resource.attributes {
        attribute.constraint = match name.as_str() {
            "account_id" | "region" | "user_name" => AttributeConstraint::Required,
            _ => AttributeConstraint::Computed,
        };
    }
    let mut own = vec![
        ("account_id", required("Account that the user lives in, 12 digits.")),
        ("region", required("Region where the guard's rule, alarm and responder live.")),
        (
            "user_name",
            required("Name of the IAM user, in the case in which IAM stores it, without its path."),
        ),
        ("id", computed("`account_id/region/user_name`.")),
    ];
    let lists =
        expected().attributes.into_iter().map(|(name, attribute)| (name, attribute.attr_type)).collect();
    let lists = AttributeType::List(Box::new(AttributeType::Object(lists)));
    own.push((
        "expected",
        attribute(
            lists,
            AttributeConstraint::Computed,
            "What the script is known to do, if that is said: `actions`, `source_ips`, `vpce_ids`, `regions`, `user_agents`; a list that is null allows everything.",
        ),
    ));
    own.push((
        "status",
        computed(
            "`armed`, `monitoring` in that mode, `tripped` once it has tripped or its user is denied everything; null while objects of its own are missing.",
        ),
    ));
    resource.attributes.extend(own.into_iter().map(|(name, attribute)| (name.to_owned(), attribute)));
    let nested: Vec<(&str, NestedBlock)> = Vec::new();
    let description =
        "Reads a guard that exists, whoever built it: how it stands, whether it has tripped, and its chain.";
    let mut shell = block(description, Vec::new(), nested);
    shell.attributes = resource.attributes;
    Schema { version, block: shell }
}

/// `guard_permissions`.
pub(in super::super) fn permissions() -> Schema {
    use AttributeConstraint::{Computed, Optional, Required};
    let list = || AttributeType::List(Box::new(AttributeType::String));
    let attributes = vec![
        (
            "account_ids",
            attribute(
                list(),
                Required,
                "Accounts that guarded users live in. The management account is one of them only if its own users are guarded.",
            ),
        ),
        (
            "notify_topic_arns",
            attribute(
                list(),
                Optional,
                "ARNs of the SNS topics that guards tell, so that a plan may look at their policies.",
            ),
        ),
        ("caller_account_id", computed("Account of the caller: the management account.")),
        ("caller_policy", computed("Policy, as JSON, that whoever runs terraform needs.")),
        ("member_role_name", computed("Name of the role in member accounts, as the provider block has it.")),
        (
            "member_policies",
            attribute(
                AttributeType::Map(Box::new(AttributeType::String)),
                Computed,
                "Policy, as JSON, that the role in each member account needs, by account id. An account that only a topic is in has one as well.",
            ),
        ),
    ];
    let description = "Makes the IAM policies that guards need: one for the caller and one for the role in each member account, from the same table as guard's own calls. They name what the provider block names: its trail's bucket, `name_prefix` and `member_role_name`.";
    Schema { version: VERSION, block: block(description, attributes, vec![]) }
}
