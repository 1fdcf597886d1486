//! The schema: what can be written, and what each attribute means. The docs are made from it.

mod provider;

use std::collections::HashMap;

use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, NestedBlock, Schema,
};

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
                "What trips the guard: `access_denied`, `get_caller_identity`, `console_login`. Default: all three. With the block `expected` it may be empty: then only what is unexpected does.",
            ),
        ),
        (
            "ignored_actions",
            attribute(
                AttributeType::List(strings()),
                Optional,
                "Calls that never trip this guard, denied or not, such as a tool that always asks `sts:GetCallerIdentity`: `service:Action` with `*` and `?`, as CloudTrail's `eventSource` and `eventName` have them.",
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
                "Tags of the guard's own rule and alarm; shared objects carry only guard's mark.",
            ),
        ),
        ("id", computed("`account_id/region/user_name`, which also imports the guard.")),
        ("user_arn", computed("ARN of the user, with its path.")),
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
                    "What it calls: `service:Action` with `*` and `?`, as CloudTrail's `eventSource` and `eventName` have them.",
                ),
            ),
            (
                "source_ips",
                list(
                    "Where it calls from: addresses or CIDR blocks, IPv4 and IPv6. Calls that an AWS service makes for the user have no address and are not judged by it.",
                ),
            ),
            ("regions", list("The regions that it calls in; CloudTrail has global services in `us-east-1`.")),
            ("user_agents", list("What it says that it is, with `*` and `?`. Anybody can say the same.")),
        ],
        vec![],
    )
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs, path::PathBuf};

    use serde_json::{Value, json};

    use super::*;

    fn file(path: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
    }

    fn shown(block: &Block) -> Value {
        let attribute = |attribute: &Attribute| {
            let kind: Value =
                serde_json::from_str(&attribute.attr_type.to_string()).expect("Terraform's own JSON");
            let constraint = format!("{:?}", attribute.constraint);
            json!({ "type": kind, "is": constraint, "sensitive": attribute.sensitive })
        };
        let attributes: BTreeMap<_, _> =
            block.attributes.iter().map(|(name, a)| (name, attribute(a))).collect();
        let nested = |block: &NestedBlock| match block {
            NestedBlock::Single(block)
            | NestedBlock::List(block)
            | NestedBlock::Set(block)
            | NestedBlock::Map(block)
            | NestedBlock::Group(block)
            | NestedBlock::Optional(block) => shown(block),
        };
        let blocks: BTreeMap<_, _> = block.blocks.iter().map(|(name, block)| (name, nested(block))).collect();
        json!({ "version": block.version, "attributes": attributes, "blocks": blocks })
    }

    #[test]
    fn the_schema_is_what_users_rely_on() {
        let all =
            json!({ "provider": shown(&provider().block), "guard_iam_user": shown(&guard_iam_user().block) });
        let text = serde_json::to_string_pretty(&all).expect("JSON") + "\n";
        if std::env::var("GUARD_GOLDEN").is_ok_and(|wish| wish == "update") {
            fs::write(file("golden/schema.json"), &text).expect("the golden folder can be written");
        }
        let golden = fs::read_to_string(file("golden/schema.json")).unwrap_or_default();
        // As values: another crate of the workspace may make serde_json keep the order of keys.
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        assert_eq!(
            read(&golden),
            read(&text),
            "an attribute that goes away breaks somebody; GUARD_GOLDEN=update writes it anew"
        );
    }

    /// The name of the option that a line of a page is about.
    fn option(line: &str) -> Option<&str> {
        Some(line.strip_prefix("- `")?.split_once("` (")?.0)
    }

    // Row 2 of the peers' bugs, for options: the switch that is documented is not the one that is read.
    #[test]
    fn the_docs_say_of_every_attribute_what_the_schema_says() {
        for (schema, page) in
            [(provider(), "../docs/index.md"), (guard_iam_user(), "../docs/resources/iam_user.md")]
        {
            let page_text = fs::read_to_string(file(page)).expect("the page is in the repository");
            let mut parts = page_text.split("\n### Nested Schema for `");
            let own = parts.next().expect("a text has a beginning");
            assert_lists(page, own, &schema.block);
            let nested: BTreeMap<&str, &str> = parts.filter_map(|part| part.split_once('`')).collect();
            let blocks: BTreeMap<&str, &Block> = schema.block.blocks.iter().map(block_in).collect();
            assert_eq!(nested.keys().collect::<Vec<_>>(), blocks.keys().collect::<Vec<_>>(), "{page}");
            for (name, block) in blocks {
                assert_lists(&format!("{page}, {name}"), nested[name], block);
            }
        }
    }

    fn block_in<'a>((name, block): (&'a String, &'a NestedBlock)) -> (&'a str, &'a Block) {
        match block {
            NestedBlock::Optional(block) | NestedBlock::Group(block) => (name, block),
            _ => panic!("{name} is a kind of block that nobody has asked for yet"),
        }
    }

    /// A part of a page lists the block's attributes and blocks, as the schema has them, and no other.
    fn assert_lists(part: &str, text: &str, block: &Block) {
        let mut documented: Vec<&str> = text.lines().filter_map(option).collect();
        for (name, attribute) in &block.attributes {
            let line = text.lines().find(|line| line.starts_with(&format!("- `{name}` (")));
            let line = line.unwrap_or_else(|| panic!("{part} does not list {name}"));
            assert!(line.ends_with(&attribute.description.content), "{part}: {line}");
            assert_eq!(line.contains("Sensitive"), attribute.sensitive, "{part}: {line}");
            let kind = shown_kind(&attribute.attr_type);
            assert!(line.starts_with(&format!("- `{name}` ({kind}")), "{part}: {line} is not a {kind}");
        }
        documented.retain(|name| !block.attributes.contains_key(*name) && !block.blocks.contains_key(*name));
        assert_eq!(documented, [""; 0], "{part} lists what nobody reads");
    }

    /// A type as the registry's pages write it.
    fn shown_kind(kind: &AttributeType) -> String {
        match kind {
            AttributeType::Bool => "Boolean".to_owned(),
            AttributeType::Number => "Number".to_owned(),
            AttributeType::String => "String".to_owned(),
            AttributeType::List(of) if matches!(**of, AttributeType::Object(_)) => {
                "List of Object".to_owned()
            }
            AttributeType::List(of) => format!("List of {}", shown_kind(of)),
            AttributeType::Set(of) => format!("Set of {}", shown_kind(of)),
            AttributeType::Map(of) => format!("Map of {}", shown_kind(of)),
            _ => panic!("no page has such a type yet"),
        }
    }

    // A row of the guide that says "yes" is an argument of ours, and every argument has its row.
    #[test]
    fn the_guide_to_the_arguments_tells_which_there_are() {
        let guide =
            fs::read_to_string(file("../docs/guides/provider-arguments.md")).expect("the guide is there");
        let rows: BTreeMap<&str, bool> = guide
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
            .map(|(name, rest)| (name, rest.starts_with("yes")))
            .collect();
        let schema = provider();
        let block = &schema.block;
        let mut ours: Vec<String> = block.attributes.keys().chain(block.blocks.keys()).cloned().collect();
        for (name, nested) in block.blocks.iter().map(block_in) {
            ours.extend(nested.attributes.keys().map(|attribute| format!("{name}.{attribute}")));
        }
        for name in &ours {
            assert_eq!(rows.get(name.as_str()), Some(&true), "the guide does not say that there is {name}");
        }
        for (name, _) in rows.iter().filter(|(_, supported)| **supported) {
            assert!(ours.iter().any(|other| other == name), "the guide promises {name}");
        }
    }
}
