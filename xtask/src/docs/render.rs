//! A block of the schema as Markdown, in the shape that tfplugindocs gives it.
//!
//! But for one thing: an attribute that is made of objects gets no part of its own, which could list the fields'
//! types only. Its description has to tell of them.

use serde_json::Value;

/// The part `## Schema` of a page, without its heading.
pub(super) fn schema(block: &Value) -> String {
    let mut text = String::new();
    let mut nested = Vec::new();
    for (group, lines) in groups(block, "", &mut nested) {
        text += &format!("### {group}\n\n{lines}\n");
    }
    // What is nested deeper follows what it is in.
    nested.reverse();
    while let Some(Nested { path, of }) = nested.pop() {
        let mut deeper = Vec::new();
        let anchor = path.replace('.', "--");
        text += &format!("<a id=\"nestedblock--{anchor}\"></a>\n### Nested Schema for `{path}`\n\n");
        for (group, lines) in groups(&of, &format!("{path}."), &mut deeper) {
            text += &format!("{group}:\n\n{lines}\n");
        }
        nested.extend(deeper.into_iter().rev());
    }
    text.trim_end().to_owned() + "\n"
}

/// A part of its own.
struct Nested {
    path: String,
    of: Value,
}

/// One attribute or block, to be sorted among the others.
struct Entry<'a> {
    name: &'a str,
    group: &'static str,
    what: String,
    description: &'a str,
    nested: Option<Value>,
}

const GROUPS: [&str; 3] = ["Required", "Optional", "Read-Only"];

/// The groups that have something, as lists; what is nested goes to `nested`.
fn groups(block: &Value, path: &str, nested: &mut Vec<Nested>) -> Vec<(&'static str, String)> {
    let each = |key: &str| block[key].as_object().cloned().unwrap_or_default();
    let (attributes, blocks) = (each("attributes"), each("block_types"));
    let mut entries: Vec<_> = attributes.iter().map(|(name, of)| attribute(name, of)).collect();
    entries.extend(blocks.iter().map(|(name, of)| nested_block(name, of)));
    entries.sort_by_key(|entry| entry.name);
    let mut groups = Vec::new();
    for group in GROUPS {
        let mut lines = String::new();
        for entry in entries.iter().filter(|entry| entry.group == group) {
            lines += &line(entry, path);
            let (name, part) = (entry.name, entry.nested.clone());
            nested.extend(part.map(|of| Nested { path: format!("{path}{name}"), of }));
        }
        if !lines.is_empty() {
            groups.push((group, lines));
        }
    }
    groups
}

fn line(entry: &Entry<'_>, path: &str) -> String {
    let mut line = format!("- `{}` ({})", entry.name, entry.what);
    if !entry.description.is_empty() {
        line += &format!(" {}", entry.description);
    }
    if entry.nested.is_some() {
        let anchor = format!("{path}{}", entry.name).replace('.', "--");
        line += &format!(" (see [below for nested schema](#nestedblock--{anchor}))");
    }
    line + "\n"
}

fn attribute<'a>(name: &'a str, of: &'a Value) -> Entry<'a> {
    let is = |what: &str| of[what] == true;
    let group = match (is("required"), is("optional")) {
        (true, _) => "Required",
        (_, true) => "Optional",
        _ => "Read-Only",
    };
    let mut what = type_name(&of["type"]);
    for (flag, word) in [("sensitive", ", Sensitive"), ("deprecated", ", Deprecated")] {
        what += if is(flag) { word } else { "" };
    }
    Entry { name, group, what, description: of["description"].as_str().unwrap_or_default(), nested: None }
}

fn nested_block<'a>(name: &'a str, of: &'a Value) -> Entry<'a> {
    let (least, most) = (of["min_items"].as_u64().unwrap_or(0), of["max_items"].as_u64().unwrap_or(0));
    let group = if least > 0 { "Required" } else { "Optional" };
    let mut what = match of["nesting_mode"].as_str() {
        Some("list") => "Block List".to_owned(),
        Some("set") => "Block Set".to_owned(),
        Some("map") => "Block Map".to_owned(),
        _ => format!("Block, {group}"),
    };
    for (limit, word) in [(least, "Min"), (most, "Max")] {
        what += &if limit > 0 { format!(", {word}: {limit}") } else { String::new() };
    }
    let description = of["block"]["description"].as_str().unwrap_or_default();
    Entry { name, group, what, description, nested: Some(of["block"].clone()) }
}

fn type_name(of: &Value) -> String {
    let word = |name: &str| match name {
        "bool" => "Boolean".to_owned(),
        "dynamic" => "Dynamic".to_owned(),
        name => name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect(),
    };
    match (of.as_str(), of[0].as_str()) {
        (Some(name), _) => word(name),
        (_, Some(name @ ("list" | "set" | "map"))) => format!("{} of {}", word(name), type_name(&of[1])),
        (_, Some(name)) => word(name),
        _ => "Unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_and_blocks_stand_by_group_and_name() {
        let block = json!({
            "attributes": {
                "token": {"type": "string", "optional": true, "sensitive": true, "description": "A token."},
                "id": {"type": "string", "computed": true, "description": "The id."},
                "name": {"type": "string", "required": true, "description": "A name."},
                "words": {"type": ["map", "bool"], "optional": true, "computed": true},
            },
            "block_types": {"hours": {"nesting_mode": "list", "max_items": 1, "block": {
                "description": "When.",
                "attributes": {"from": {"type": "number", "required": true}},
            }}},
        });
        let expected = "### Required\n\n- `name` (String) A name.\n\n### Optional\n\n\
            - `hours` (Block List, Max: 1) When. (see [below for nested schema](#nestedblock--hours))\n\
            - `token` (String, Sensitive) A token.\n- `words` (Map of Boolean)\n\n\
            ### Read-Only\n\n- `id` (String) The id.\n\n\
            <a id=\"nestedblock--hours\"></a>\n### Nested Schema for `hours`\n\n\
            Required:\n\n- `from` (Number)\n";
        assert_eq!(schema(&block), expected);
    }

    #[test]
    fn what_is_made_of_objects_is_one_line() {
        let chain =
            json!({"type": ["list", ["object", {"arn": "string"}]], "computed": true, "description": "All."});
        let expected = "### Read-Only\n\n- `chain` (List of Object) All.\n";
        assert_eq!(schema(&json!({"attributes": {"chain": chain}})), expected);
    }

    #[test]
    fn what_is_nested_deeper_follows_what_it_is_in() {
        let leaf = |name: &str| json!({"attributes": {name: {"type": "string", "optional": true}}});
        let inner = json!({"nesting_mode": "group", "block": leaf("x")});
        let outer = json!({"nesting_mode": "group", "block": {"block_types": {"inner": inner}}});
        let last = json!({"nesting_mode": "set", "min_items": 1, "block": leaf("y")});
        let text = schema(&json!({"block_types": {"outer": outer, "later": last}}));
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is not in\n{text}"));
        assert!(at("### Nested Schema for `outer`\n") < at("<a id=\"nestedblock--outer--inner\">"));
        assert!(at("### Nested Schema for `later`") < at("### Nested Schema for `outer`"));
        assert!(text.contains(
            "`inner` (Block, Optional) (see [below for nested schema](#nestedblock--outer--inner))"
        ));
        assert!(text.contains("### Required\n\n- `later` (Block Set, Min: 1)"), "{text}");
    }
}
