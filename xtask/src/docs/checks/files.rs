//! tfplugindocs' FileSize, FileExtension and FrontMatter.

use super::{Finding, Site, page::front_matter};

/// The registry stores pages of up to so many bytes.
pub(super) const LIMIT: u64 = 500_000;

pub(super) fn check(site: &Site) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (page, size, text) in &site.pages {
        let page = || page.clone();
        if *size > LIMIT {
            findings.push(Finding::FileSize { page: page(), size: *size });
        }
        if !page().ends_with(".md") {
            findings.push(Finding::FileExtension { page: page() });
            continue;
        }
        let Some(keys) = front_matter(text) else {
            findings.push(Finding::NoFrontMatter { page: page() });
            continue;
        };
        let index = (page() == "docs/index.md").then_some("subcategory");
        let forbidden = ["layout", "sidebar_current"].into_iter().chain(index);
        let found = forbidden.filter(|key| keys.contains(key));
        findings.extend(found.map(|key| Finding::ForbiddenKey { page: page(), key }));
        // tfplugindocs asks it of guides alone; ours all have both.
        let missing = ["page_title", "description"].into_iter().filter(|key| !keys.contains(key));
        findings.extend(missing.map(|key| Finding::MissingKey { page: page(), key }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(page: &str, size: u64, text: &str) -> Vec<Finding> {
        check(&Site { pages: vec![(page.into(), size, text.into())], ..Site::default() })
    }

    #[test]
    fn a_page_as_it_should_be_passes() {
        assert_eq!(found("docs/index.md", 500_000, "---\npage_title: a\ndescription: b\n---\n"), []);
    }

    #[test]
    fn a_page_too_big_or_of_another_kind_is_found() {
        let page = "docs/guides/a.txt".to_owned();
        let size = 500_001;
        let expected = [Finding::FileSize { page: page.clone(), size }, Finding::FileExtension { page }];
        assert_eq!(found("docs/guides/a.txt", size, ""), expected);
    }

    #[test]
    fn front_matter_that_lacks_or_has_too_much_is_found() {
        let page = || "docs/index.md".to_owned();
        assert_eq!(found("docs/index.md", 1, "# A\n"), [Finding::NoFrontMatter { page: page() }]);
        let expected = [
            Finding::ForbiddenKey { page: page(), key: "layout" },
            Finding::ForbiddenKey { page: page(), key: "subcategory" },
            Finding::MissingKey { page: page(), key: "page_title" },
        ];
        let text = "---\nlayout: a\nsubcategory: \"\"\ndescription: b\n---\n";
        assert_eq!(found("docs/index.md", 1, text), expected);
    }
}
