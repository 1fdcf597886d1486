//! The provider's schema, asked of the provider through terraform.

use std::path::Path;

use guard_tests::{
    aws::Aws,
    terraform::{SOURCE, Workspace, requirements},
};
use serde_json::Value;

use crate::{Error, Result};

/// What the names of all the provider's resources begin with.
const SHORT_NAME: &str = "guard_";

/// Folders of pages, each with the key under which the schema has what they are about.
pub(super) const FOLDERS: [(&str, &str); 3] =
    [("resources", "resource_schemas"), ("data-sources", "data_source_schemas"), ("functions", "functions")];

/// What `terraform providers schema -json` says of the provider.
pub(super) struct Schema(Value);

impl Schema {
    /// Asks the provider.
    pub(super) fn of(provider: &Path) -> Result<Self> {
        let terraform = Workspace::with_provider(&Aws::nobody(), provider)?;
        terraform.write("main.tf", &requirements())?;
        let mut all = terraform.json(&["providers", "schema", "-json"])?;
        let providers = all["provider_schemas"].as_object_mut();
        let ours = providers.and_then(|all| all.iter_mut().find(|(name, _)| name.ends_with(SOURCE)));
        let missing = || Error::Unexpected(format!("terraform tells of no provider {SOURCE}"));
        ours.map(|(_, schema)| Self(schema.take())).ok_or_else(missing)
    }

    /// A schema for tests.
    #[cfg(test)]
    pub(super) fn from(schema: Value) -> Self {
        Self(schema)
    }

    /// The pages that hold a schema, with the block that each is about.
    pub(super) fn pages(&self) -> Vec<(String, &Value)> {
        let mut pages = vec![("docs/index.md".to_owned(), &self.0["provider"]["block"])];
        for (folder, key) in &FOLDERS[..2] {
            let all = self.0[key].as_object().into_iter().flatten();
            pages.extend(all.map(|(name, schema)| (page(folder, name), &schema["block"])));
        }
        pages
    }

    /// Every page that there must be in a folder, by the schema.
    pub(super) fn expected(&self, folder: &str) -> Vec<String> {
        let key = FOLDERS.iter().find(|(name, _)| *name == folder).map_or("", |(_, key)| key);
        let names = self.0[key].as_object().into_iter().flat_map(|all| all.keys());
        names.map(|name| page(folder, name)).collect()
    }
}

/// A page's file name has no provider's prefix.
fn page(folder: &str, name: &str) -> String {
    format!("docs/{folder}/{}.md", name.strip_prefix(SHORT_NAME).unwrap_or(name))
}
