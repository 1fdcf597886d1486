//! The schema: what can be written, and what each attribute means. The docs are made from it.

mod data;
mod provider;

use std::collections::HashMap;

use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, NestedBlock, Schema,
};

pub(super) use data::{existing_guard, permissions};
pub(super) use provider::provider;

/// Version of the resource's schema; it changes with the shape of the state only.
const VERSION: i64 = 0;

fn attribute(kind: AttributeType, constraint: AttributeConstraint, description: &str) -> Attribute {
    Attribute {
        attr_type: kind,
        constraint,
        description: Description::markdown(description),
        sensitive: false,
        deprecated: false,
    }
}

fn optional(description: &str) -> Attribute {
    attribute(AttributeType::String, AttributeConstraint::Optional, description)
}

fn required(description: &str) -> Attribute {
    attribute(AttributeType::String, AttributeConstraint::Required, description)
}

fn computed(description: &str) -> Attribute {
    attribute(AttributeType::String, AttributeConstraint::Computed, description)
}

fn block(description: &str, attributes: Vec<(&str, Attribute)>, blocks: Vec<(&str, NestedBlock)>) -> Block {
    Block {
        version: VERSION,
        attributes: attributes.into_iter().map(|(name, attribute)| (name.to_owned(), attribute)).collect(),
        blocks: blocks.into_iter().map(|(name, block)| (name.to_owned(), block)).collect(),
        description: Description::markdown(description),
        deprecated: false,
    }
}

/// `guard_iam_user`.
pub(super) fn guard_iam_user() -> Schema {
    use AttributeConstraint::{Computed, Optional, OptionalComputed};
    let strings = || Box::new(AttributeType::String);
    let text = |name: &str| (name.to_owned(), AttributeType::String);
    let mut object: HashMap<String, AttributeType> =
        ["place", "kind", "account_id", "region", "name", "arn", "drift"].into_iter().map(text).collect();
    object.insert("shared".to_owned(), AttributeType::Bool);
    let chain = AttributeType::List(Box::new(AttributeType::Object(object)));
    let attributes = vec![
        (
            "account_id",
            required("Account that the user lives in, 12 digits. Changing it replaces the guard."),
        ),
        (
            "region",
            required(
                "Region where the guard's rule, alarm and responder live. Changing it replaces the guard.",
            ),
        ),
        (
            "user_name",
            required(
                "Name of the IAM user, in the case in which IAM stores it, without its path. Changing it replaces the guard.",
            ),
        ),
        (
            "topology",
            attribute(
                AttributeType::String,
                OptionalComputed,
                "How events reach a member account's region that is not the hub's: `relay` (default), over a bus in the member account and the hub's region, or `direct`, in one hop.",
            ),
        ),
        (
            "signals",
            attribute(
                AttributeType::Set(strings()),
                OptionalComputed,
                "What trips the guard: `access_denied`, `get_caller_identity`, `console_login`, `update_user`. Default: all four. With the block `expected` it may be empty: then only what is unexpected does.",
            ),
        ),
        (
            "ignored_actions",
            attribute(
                AttributeType::List(strings()),
                Optional,
                "Calls that never trip this guard, denied or not, such as a tool that always asks `sts:GetCallerIdentity`: `service:Action` with `*` and `?`, as CloudTrail's `eventSource` and `eventName` have them. A name that only policies have, such as `s3:ListAllMyBuckets`, fits no call; the plan warns of it.",
            ),
        ),
        (
            "mode",
            attribute(
                AttributeType::String,
                OptionalComputed,
                "`enforce` (default) denies the user everything, `monitor` only records and tells.",
            ),
        ),
        (
            "deactivate_keys",
            attribute(
                AttributeType::Bool,
                OptionalComputed,
                "Whether the user's access keys are made inactive as well. Re-arming makes just those active again. Default: `false`.",
            ),
        ),
        (
            "notify_topic_arns",
            attribute(
                AttributeType::List(strings()),
                Optional,
                "ARNs of up to 5 SNS topics, of any account of the organization and any region, that get one message for each incident, and for what goes wrong with the chain itself. The policy of another account's topic has to let the responder's role publish.",
            ),
        ),
        (
            "rearm",
            optional(
                "Any text, such as a ticket's number. Changing it re-arms a tripped guard: what the response did to the user is undone, and nothing else, and what was done before that is ignored from then on.",
            ),
        ),
        (
            "on_destroy",
            attribute(
                AttributeType::String,
                OptionalComputed,
                "What becomes of a tripped guard's user when the guard goes: it stays denied (`keep_deny`, default), or the response is undone (`release`).",
            ),
        ),
        (
            "tags",
            attribute(
                AttributeType::Map(strings()),
                Optional,
                "Tags of the guard's own objects: its rule, its alarm and its parameter. They go before the provider's `default_tags` of the same keys. Keys may not begin with `guard:` or `aws:`; at most 30, defaults included.",
            ),
        ),
        (
            "tags_all",
            attribute(
                AttributeType::Map(strings()),
                Computed,
                "All tags of the guard's own objects: `tags` and the provider's `default_tags`, without what `ignore_tags` names.",
            ),
        ),
        ("id", computed("`account_id/region/user_name`, which also imports the guard.")),
        ("user_arn", computed("ARN of the user, with its path.")),
        (
            "principal_id",
            computed(
                "Unique id of the user (`AIDA…`), which it keeps under another name or path: the guard knows it by both.",
            ),
        ),
        (
            "status",
            computed(
                "`armed`, `monitoring` in that mode, `tripped` once it has tripped or its user is denied everything, or `unreachable` while its account can't be entered.",
            ),
        ),
        ("tripped_at", computed("When the guard tripped, RFC 3339.")),
        ("tripped_by", computed("What tripped it: the record's `eventID`, or the alarm's name.")),
        ("tripped_signal", computed("Which signal tripped it, or `alarm`.")),
        (
            "artifact_version",
            computed(
                "Version of the code of the guard's two functions. A newer provider updates them, an older one leaves them.",
            ),
        ),
        (
            "chain",
            attribute(
                chain,
                Computed,
                "Every object of the guard's chain: `place` (`hub`, `relay`, `edge`), `kind`, `account_id`, `region`, `name`, `arn`, whether it is `shared` with other guards, and `drift`, how it differs from what it should be.",
            ),
        ),
    ];
    let description = "Guards one IAM user of a script: as soon as the user does what the script never does, it is denied everything. One block builds the whole chain from the organization's trail to the user's account, shares what other guards have built, and takes it away with the last of them.";
    let timeout = |operation: &str| {
        optional(&format!(
            "How long {operation} may go on before it starts no new step, such as `90s` or `1h30m`. Default: `20m`."
        ))
    };
    let timeouts = block(
        "How long operations may take; what was done until then is kept, and the next run goes on.",
        vec![
            ("create", timeout("building the guard")),
            ("update", timeout("changing or repairing it")),
            ("delete", timeout("removing it")),
        ],
        vec![],
    );
    let blocks =
        vec![("expected", NestedBlock::Optional(expected())), ("timeouts", NestedBlock::Group(timeouts))];
    Schema { version: VERSION, block: block(description, attributes, blocks) }
}

/// The block `expected`.
fn expected() -> Block {
    let list = |description: &str| {
        let strings = Box::new(AttributeType::String);
        attribute(AttributeType::List(strings), AttributeConstraint::Optional, description)
    };
    block(
        "What the script is known to do. Any record of its user outside of one of the lists trips the guard, denied or not. A list that is left out allows everything, an empty one nothing.",
        vec![
            (
                "actions",
                list(
                    "What it calls: `service:Action` with `*` and `?`, as CloudTrail's `eventSource` and `eventName` have them. A name that only policies have, such as `s3:ListAllMyBuckets`, fits no call; the plan warns of it.",
                ),
            ),
            (
                "source_ips",
                list(
                    "Where it calls from: addresses or CIDR blocks, IPv4 and IPv6. Calls that an AWS service makes for the user have no address and are not judged by it; calls through a VPC endpoint are judged by `vpce_ids` alone.",
                ),
            ),
            (
                "vpce_ids",
                list(
                    "The VPC endpoints that it calls through, such as `vpce-0123456789abcdef0`. With `source_ips` or `vpce_ids`, a call through any other endpoint is unexpected: its private address could be anybody's. Given alone, every call must come through one of them.",
                ),
            ),
            ("regions", list("The regions that it calls in; CloudTrail has global services in `us-east-1`.")),
            ("user_agents", list("What it says that it is, with `*` and `?`. Anybody can say the same.")),
        ],
        vec![],
    )
}

#[cfg(test)]
mod tests;
