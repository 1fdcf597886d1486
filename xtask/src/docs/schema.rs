//! The provider's schema, asked of the provider through terraform.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use guard_tests::{paths, terraform};
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
        let folder = tempfile::tempdir().map_err(Error::io("making a folder"))?;
        let source = terraform::SOURCE;
        let built = provider.parent().unwrap_or(Path::new("."));
        let overrides = folder.path().join("dev.tfrc");
        fs::write(&overrides, terraform::overrides(built)).map_err(Error::io("writing dev.tfrc"))?;
        let needs = format!(
            "terraform {{\n  required_providers {{\n    guard = {{ source = \"{source}\" }}\n  }}\n}}\n"
        );
        fs::write(folder.path().join("main.tf"), needs).map_err(Error::io("writing main.tf"))?;
        let mut command = Command::new(paths::terraform()?);
        command.args(["providers", "schema", "-json"]).current_dir(folder.path()).stdin(Stdio::null());
        command
            .env("TF_CLI_CONFIG_FILE", &overrides)
            .env("CHECKPOINT_DISABLE", "1")
            .env_remove("TF_DATA_DIR");
        let output = command.output().map_err(Error::io("running terraform providers schema"))?;
        let said = || Error::Unexpected(String::from_utf8_lossy(&output.stderr).into_owned());
        let mut all: Value = serde_json::from_slice(&output.stdout).map_err(|_| said())?;
        let providers = all["provider_schemas"].as_object_mut();
        let ours = providers.and_then(|all| all.iter_mut().find(|(name, _)| name.ends_with(source)));
        ours.map(|(_, schema)| Self(schema.take())).ok_or_else(said)
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
