//! tfplugindocs' FileMismatch: a page for everything that the provider has, and for nothing else.

use super::{Finding, Schema, Site};
use crate::docs::schema::FOLDERS;

pub(super) fn check(site: &Site, schema: &Schema) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, _) in FOLDERS {
        let expected = schema.expected(folder);
        let inside = format!("docs/{folder}/");
        let names = site.pages.iter().map(|(name, ..)| name);
        let present: Vec<_> = names.filter(|name| name.starts_with(&inside)).collect();
        let needless = present.iter().filter(|name| !expected.contains(name));
        findings.extend(needless.map(|name| Finding::NeedlessPage { page: (*name).clone() }));
        let missing = expected.iter().filter(|name| !present.contains(name));
        findings.extend(missing.map(|name| Finding::MissingPage { page: name.clone() }));
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_missing_and_a_needless_page_are_found() {
        let schema = Schema::from(json!({"resource_schemas": {"guard_iam_user": {}}}));
        let site = |page: &str| Site { pages: vec![(page.into(), 1, String::new())], ..Site::default() };
        assert_eq!(check(&site("docs/resources/iam_user.md"), &schema), []);
        let page = "docs/resources/guard_iam_user.md".to_owned();
        let missing = Finding::MissingPage { page: "docs/resources/iam_user.md".into() };
        assert_eq!(check(&site(&page.clone()), &schema), [Finding::NeedlessPage { page }, missing]);
    }
}
