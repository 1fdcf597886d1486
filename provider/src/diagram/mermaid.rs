//! The picture as a Mermaid flowchart: accounts around regions, regions around objects.

use std::{collections::BTreeMap, fmt::Write};

use super::picture::{Node, Picture, What};
use super::shown::Mark;
use crate::chain::Way;

/// What makes marks visible beside their words.
const CLASSES: [(&str, &str); 4] = [
    ("missing", "stroke:#c00,stroke-width:3px,stroke-dasharray:6 4,color:#c00"),
    ("drifted", "stroke:#d70,stroke-width:3px,color:#d70"),
    ("new", "stroke:#080,stroke-width:2px,stroke-dasharray:2 2"),
    ("goes", "stroke:#888,stroke-dasharray:2 2,color:#888"),
];

/// The flowchart's text.
pub(super) fn text(picture: &Picture) -> String {
    let mut text = String::from("flowchart LR\n");
    for guard in &picture.guards {
        line(&mut text, 1, &format!("%% {}", guard.replace(['\n', '\r'], " ")));
    }
    outside(&mut text, picture);
    for (account, regions) in accounts(picture) {
        let (of, account) = (format!("account_{}", id(account)), escaped(account));
        line(&mut text, 1, &format!("subgraph {of}[\"account {account}\"]"));
        for (region, nodes) in regions {
            let depth = if region.is_empty() { 2 } else { 3 };
            if !region.is_empty() {
                let (region, title) = (id(region), title(picture, &nodes, region));
                line(&mut text, 2, &format!("subgraph {of}_{region}[\"{title}\"]"));
            }
            for number in nodes {
                line(&mut text, depth, &drawn(number, &picture.nodes[number]));
            }
            if !region.is_empty() {
                line(&mut text, 2, "end");
            }
        }
        line(&mut text, 1, "end");
    }
    for (from, to, way) in &picture.arrows {
        let arrow = match way {
            Way::Event => "-->",
            Way::Hop => "== hop ==>",
            Way::Aside => "-.->",
        };
        line(&mut text, 1, &format!("n{from} {arrow} n{to}"));
    }
    for (class, style) in CLASSES {
        let of = |node: &Node| word(&node.mark) == Some(class);
        let all = picture.nodes.iter().enumerate().filter(|(_, node)| of(node));
        let all: Vec<String> = all.map(|(number, _)| format!("n{number}")).collect();
        if !all.is_empty() {
            line(&mut text, 1, &format!("classDef {class} {style}"));
            line(&mut text, 1, &format!("class {} {class}", all.join(",")));
        }
    }
    text
}

/// The trail and its bucket, which are not ours.
fn outside(text: &mut String, picture: &Picture) {
    for (number, node) in picture.nodes.iter().enumerate() {
        if let What::Bucket(arn) = &node.what {
            let name = arn.rsplit(':').next().filter(|name| !name.is_empty());
            line(text, 1, "trail([\"organization trail\"])");
            line(
                text,
                1,
                &format!("n{number}[(\"bucket<br/>{}\")]", escaped(name.unwrap_or("of the trail"))),
            );
            line(text, 1, &format!("trail --> n{number}"));
        }
    }
}

/// The numbers of an account's nodes, by region; those of users, which are in none, come last.
type Regions<'a> = BTreeMap<(bool, &'a str), Vec<usize>>;

fn accounts(picture: &Picture) -> BTreeMap<&str, Vec<(&str, Vec<usize>)>> {
    let mut accounts: BTreeMap<&str, Regions<'_>> = BTreeMap::new();
    for (number, node) in picture.nodes.iter().enumerate() {
        let (account, region) = match &node.what {
            What::Bucket(_) => continue,
            What::Object(link) => (&link.account_id, link.region.as_str()),
            What::User { account, .. } => (account, ""),
        };
        accounts.entry(account).or_default().entry((region.is_empty(), region)).or_default().push(number);
    }
    accounts
        .into_iter()
        .map(|(account, regions)| {
            (account, regions.into_iter().map(|((_, region), nodes)| (region, nodes)).collect())
        })
        .collect()
}

/// A region with the places that it is for these guards.
fn title(picture: &Picture, nodes: &[usize], region: &str) -> String {
    let mut places: Vec<&str> = Vec::new();
    for number in nodes {
        if let What::Object(link) = &picture.nodes[*number].what
            && !places.contains(&link.place.as_str())
        {
            places.push(&link.place);
        }
    }
    places.sort_unstable();
    format!("{}: {}", escaped(region), escaped(&places.join(", ")))
}

fn drawn(number: usize, node: &Node) -> String {
    let (open, label, close) = match &node.what {
        What::Bucket(arn) => ("[(", escaped(arn), ")]"),
        What::User { name, status, .. } => {
            let status = status.as_deref().map(|status| format!("<br/>{}", escaped(status)));
            ("([", format!("IAM user<br/>{}{}", escaped(name), status.unwrap_or_default()), "])")
        }
        What::Object(link) => {
            let label = format!("{}<br/>{}", escaped(&link.kind.replace('_', " ")), escaped(&link.name));
            match link.kind.as_str() {
                "event_bus" => ("{{", label, "}}"),
                "function" => ("[[", label, "]]"),
                "queue" => ("[(", label, ")]"),
                _ => ("[", label, "]"),
            }
        }
    };
    let mark = match &node.mark {
        Mark::Sound => String::new(),
        Mark::Drifted(how) => format!("<br/>DRIFTED: {}", escaped(how)),
        mark => word(mark).map(|word| format!("<br/>{}", word.to_uppercase())).unwrap_or_default(),
    };
    format!("n{number}{open}\"{label}{mark}\"{close}")
}

/// A mark in a word, which is its class too.
fn word(mark: &Mark) -> Option<&'static str> {
    match mark {
        Mark::Sound => None,
        Mark::Goes => Some("goes"),
        Mark::New => Some("new"),
        Mark::Drifted(_) => Some("drifted"),
        Mark::Missing => Some("missing"),
    }
}

/// A text as a part of an identifier.
fn id(text: &str) -> String {
    text.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '_' }).collect()
}

/// What stands for itself in a label: everything else is written as Mermaid's entity of its code.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        if character.is_alphanumeric() || " -_./:,=+@*()'".contains(character) {
            safe.push(character);
        } else {
            // Writing to a string can't fail.
            let _ = write!(safe, "#{};", u32::from(character));
        }
    }
    safe
}

fn line(text: &mut String, depth: usize, what: &str) {
    let _ = writeln!(text, "{}{what}", "  ".repeat(depth));
}
