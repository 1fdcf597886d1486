//! Links between the pages: the file is there, and so is the heading.

use std::{collections::BTreeSet, fs, path::Path};

use super::{Finding, Site};

pub(super) fn check(site: &Site) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (page, _, text) in &site.pages {
        let targets = links(text).into_iter().filter(|target| !target.contains("://"));
        for target in targets.filter(|target| !leads_somewhere(&site.root, page, text, target)) {
            findings.push(Finding::DeadLink { page: page.clone(), target: target.to_owned() });
        }
    }
    findings
}

fn leads_somewhere(root: &Path, page: &str, text: &str, target: &str) -> bool {
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let there = if file.is_empty() {
        Some(text.to_owned())
    } else {
        let beside = root.join(page);
        beside.parent().and_then(|folder| fs::read_to_string(folder.join(file)).ok())
    };
    there.is_some_and(|text| anchor.is_empty() || anchors(&text).contains(anchor))
}

/// The targets of `[words](target)`, outside of code.
fn links(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    let spans = prose.flat_map(|part| part.split("](").skip(1));
    spans.filter_map(|rest| Some(rest.split_once(')')?.0)).collect()
}

/// The anchors of a page: its headings, as GitHub and the registry make them, and those written out.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let made = headings.map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        kept.collect::<String>().replace(' ', "-")
    });
    let written = text.split("<a id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
    made.chain(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_links_are_found() {
        let text = "## It's `here`\n\n[a](#its-here) [b](#there) [c](none.md) [d](https://x/none)\n\n\
            ```text\n[e](#code)\n```\n\n<a id=\"nested--x\"></a> [f](#nested--x)\n";
        let site = Site { pages: vec![("docs/index.md".into(), 1, text.into())], ..Site::default() };
        let dead = |target: &str| Finding::DeadLink { page: "docs/index.md".into(), target: target.into() };
        assert_eq!(check(&site), [dead("#there"), dead("none.md")]);
    }
}
