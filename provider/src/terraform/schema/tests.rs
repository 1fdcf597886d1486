//! The schema, the pages and the golden file say the same.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use super::*;
use crate::guides::guide;

fn shown(block: &Block) -> Value {
    let attribute = |attribute: &Attribute| {
        let kind: Value =
            serde_json::from_str(&attribute.attr_type.to_string()).expect("Terraform's own JSON");
        let constraint = format!("{:?}", attribute.constraint);
        json!({ "type": kind, "is": constraint, "sensitive": attribute.sensitive })
    };
    let attributes: BTreeMap<_, _> = block.attributes.iter().map(|(name, a)| (name, attribute(a))).collect();
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
    let all = json!({
        "provider": shown(&provider().block),
        "guard_iam_user": shown(&guard_iam_user().block),
        "data.guard_iam_user": shown(&existing_guard().block),
        "data.guard_permissions": shown(&permissions().block),
    });
    let text = serde_json::to_string_pretty(&all).expect("JSON") + "\n";
    if std::env::var("GUARD_GOLDEN").is_ok_and(|wish| wish == "update") {
        fs::write("golden/schema.json", &text).expect("the golden folder can be written");
    }
    let golden = fs::read_to_string("golden/schema.json").unwrap_or_default();
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
    for (schema, page) in [
        (provider(), "../docs/index.md"),
        (guard_iam_user(), "../docs/resources/iam_user.md"),
        (existing_guard(), "../docs/data-sources/iam_user.md"),
        (permissions(), "../docs/data-sources/permissions.md"),
    ] {
        let page_text = fs::read_to_string(page).expect("the page is in the repository");
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
        AttributeType::List(of) if matches!(**of, AttributeType::Object(_)) => "List of Object".to_owned(),
        AttributeType::List(of) => format!("List of {}", shown_kind(of)),
        AttributeType::Set(of) => format!("Set of {}", shown_kind(of)),
        AttributeType::Map(of) => format!("Map of {}", shown_kind(of)),
        _ => panic!("no page has such a type yet"),
    }
}

// A row of the guide that says "yes" is an argument of ours, and every argument has its row.
#[test]
fn the_guide_to_the_arguments_tells_which_there_are() {
    let guide = guide("provider-arguments.md");
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
