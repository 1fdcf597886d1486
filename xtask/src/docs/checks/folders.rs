//! tfplugindocs' InvalidDirectories and MixedDirectories.

use super::{Finding, Site};

pub(super) fn check(site: &Site) -> Vec<Finding> {
    // Guides may not have folders either: the registry's menu is `subcategory`.
    let nested = site.folders.iter().filter(|folder| folder.matches('/').count() > 1);
    let mut findings: Vec<_> =
        nested.map(|folder| Finding::InvalidDirectory { folder: folder.clone() }).collect();
    // A lone `docs` with no pages' folder beside `website/docs` would be fine.
    if site.legacy && !site.folders.is_empty() {
        findings.push(Finding::MixedDirectories);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_a_folder_and_two_layouts_are_found() {
        let folders = vec!["docs/guides".to_owned(), "docs/guides/more".to_owned()];
        let mut site = Site { folders, ..Site::default() };
        assert_eq!(check(&site), [Finding::InvalidDirectory { folder: "docs/guides/more".into() }]);
        site.folders.pop();
        assert_eq!(check(&site), []);
        site.legacy = true;
        assert_eq!(check(&site), [Finding::MixedDirectories]);
    }
}
