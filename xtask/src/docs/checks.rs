//! The checks: the page is the provider's, the registry takes it, and its links lead somewhere.

mod files;
mod folders;
mod links;
mod mismatch;

use super::{page, render, schema::Schema, site::Site};

/// What is wrong with a page.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Finding {
    #[error(
        "{page}: its schema is not the provider's; `cargo xtask docs` writes it anew, line {line} first: {have:?} instead of {wanted:?}"
    )]
    Stale { page: String, line: usize, have: String, wanted: String },
    #[error("{page}: it has no part `## Schema`")]
    NoSchemaPart { page: String },
    #[error("{folder}: the registry has no such folder")]
    InvalidDirectory { folder: String },
    #[error("docs and website/docs are both there; the registry wants one layout")]
    MixedDirectories,
    #[error("{page}: it has {size} bytes, and the registry takes {}", files::LIMIT)]
    FileSize { page: String, size: u64 },
    #[error("{page}: the registry takes `.md` only")]
    FileExtension { page: String },
    #[error("{page}: it has no front matter")]
    NoFrontMatter { page: String },
    #[error("{page}: its front matter must not have `{key}`")]
    ForbiddenKey { page: String, key: &'static str },
    #[error("{page}: its front matter needs `{key}`")]
    MissingKey { page: String, key: &'static str },
    #[error("{page}: the provider has it, and there is no such page")]
    MissingPage { page: String },
    #[error("{page}: the provider has nothing of that name")]
    NeedlessPage { page: String },
    #[error("{page}: the link {target} leads nowhere")]
    DeadLink { page: String, target: String },
}

/// All that is wrong.
pub(super) fn all(site: &Site, schema: &Schema) -> Vec<Finding> {
    let mut findings = folders::check(site);
    findings.extend(files::check(site));
    findings.extend(mismatch::check(site, schema));
    findings.extend(links::check(site));
    findings.extend(stale(site, schema));
    findings
}

fn stale(site: &Site, schema: &Schema) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, block) in schema.pages() {
        let Some((_, _, text)) = site.pages.iter().find(|(page, ..)| *page == name) else { continue };
        let Ok(wanted) = page::with_schema(&name, text, &render::schema(block)) else {
            findings.push(Finding::NoSchemaPart { page: name });
            continue;
        };
        // Both may end before they differ, so both go on with empty lines.
        let (have, wanted): (Vec<_>, Vec<_>) = (text.lines().collect(), wanted.lines().collect());
        let at = |lines: &[&str], index: usize| lines.get(index).copied().unwrap_or_default().to_owned();
        let differs = (0..have.len().max(wanted.len())).find(|index| have.get(*index) != wanted.get(*index));
        findings.extend(differs.map(|index| Finding::Stale {
            page: name,
            line: index + 1,
            have: at(&have, index),
            wanted: at(&wanted, index),
        }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_that_is_not_the_providers_is_named_with_its_first_line() {
        let block = json!({"attributes": {"name": {"type": "string", "required": true}}});
        let schema = Schema::from(json!({"provider": {"block": block}}));
        let site = |text: &str| Site {
            pages: vec![("docs/index.md".into(), 1, format!("---\npage_title: a\n---\n\n{text}"))],
            ..Site::default()
        };
        let fresh = site("## Schema\n\n### Required\n\n- `name` (String)\n");
        assert_eq!(stale(&fresh, &schema), []);
        let stale = stale(&site("## Schema\n\n### Required\n\n- `nome` (String)\n"), &schema);
        assert!(stale[0].to_string().contains("line 9 first: \"- `nome` (String)\""), "{}", stale[0]);
    }
}
