//! The parts of a page.

use crate::{Error, Result};

const HEADING: &str = "## Schema\n";

/// The page with another `## Schema` part: from that heading to the next of its rank, or to the end.
pub(super) fn with_schema(name: &str, text: &str, schema: &str) -> Result<String> {
    let missing = || Error::NoSchemaPart { page: name.to_owned() };
    let begin = text.find(&format!("\n{HEADING}")).map(|at| at + 1).ok_or_else(missing)?;
    let (before, part) = text.split_at(begin);
    let after = part[HEADING.len()..].find("\n## ").map(|at| &part[HEADING.len() + at + 1..]);
    let after = after.map(|text| format!("\n{text}")).unwrap_or_default();
    Ok(format!("{before}{HEADING}\n{schema}{after}"))
}

/// The front matter's keys, or nothing if the page has none.
pub(super) fn front_matter(text: &str) -> Option<Vec<&str>> {
    let (head, _) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    // A key's value may go on in indented lines.
    let keys = head.lines().filter(|line| !line.starts_with([' ', '#']));
    Some(keys.filter_map(|line| Some(line.split_once(':')?.0)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_schema_is_written_anew() -> Result<()> {
        let page = "# A\n\n## Schema\n\n### Old\n\n- `a`\n\n## Import\n\nBy hand.\n";
        let made = with_schema("a.md", page, "### New\n\n- `b`\n")?;
        assert_eq!(made, "# A\n\n## Schema\n\n### New\n\n- `b`\n\n## Import\n\nBy hand.\n");
        assert_eq!(with_schema("a.md", &made, "### New\n\n- `b`\n")?, made);
        assert_eq!(with_schema("a.md", "# A\n\n## Schema\n\nold\n", "new\n")?, "# A\n\n## Schema\n\nnew\n");
        Ok(())
    }

    #[test]
    fn a_page_without_a_place_for_the_schema_is_named() {
        let refused = with_schema("docs/index.md", "# A\n", "new\n").map(drop);
        assert!(refused.is_err_and(|error| error.to_string().contains("docs/index.md")));
    }

    #[test]
    fn the_front_matters_keys_are_read() {
        let page = "---\npage_title: \"A: b\"\ndescription: |-\n  layout: no key\n---\n\n# A\n";
        assert_eq!(front_matter(page), Some(vec!["page_title", "description"]));
        assert_eq!(front_matter("# A\n"), None);
    }
}
