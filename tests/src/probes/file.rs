//! The file of all findings, which names no account.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{Finding, Site};
use crate::{Error, Result};

/// The file, below the clone's root.
pub const PATH: &str = "target/guard-probes.json";

/// How the ids of keys, users, roles and the like begin (IAM user guide, "Unique identifiers").
const IDS: [&str; 8] = ["AKIA", "ASIA", "AIDA", "AROA", "AGPA", "ANPA", "AIPA", "APKA"];
/// How long those are at least.
const ID: usize = 16;
/// How long the part of an organization's id behind `o-` is at least.
const ORGANIZATION: usize = 10;

/// All findings of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Findings {
    /// guard's version.
    pub guard: &'static str,
    /// The trail's region.
    pub hub: String,
    /// The other region.
    pub far: String,
    /// Whether it was the local AWS.
    pub local: bool,
    /// What was found, probe by probe.
    pub findings: Vec<Finding>,
    #[serde(skip)]
    file: PathBuf,
    #[serde(skip)]
    accounts: [(String, &'static str); 2],
}

impl Findings {
    pub(super) fn of(site: &Site<'_>) -> Self {
        let sandbox = site.sandbox;
        Self {
            guard: env!("CARGO_PKG_VERSION"),
            hub: sandbox.hub.clone(),
            far: sandbox.far.clone(),
            local: site.is_local(),
            findings: Vec::new(),
            file: site.file.clone(),
            accounts: [(site.management.clone(), "<management>"), (sandbox.member.clone(), "<member>")],
        }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Whether every answer is what guard expects, and nothing is left.
    pub fn are_good(&self) -> bool {
        self.findings.iter().all(Finding::is_good)
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    pub(super) fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(Error::json("the findings"))?;
        let text = format!("{}\n", without_ids(&text, &self.accounts));
        fs::write(&self.file, text).map_err(Error::io(format!("writing {}", self.file.display())))
    }
}

/// The text with placeholders for the ids of accounts, organizations, users, roles and keys.
fn without_ids(text: &str, accounts: &[(String, &'static str)]) -> String {
    let known = accounts.iter().filter(|(id, _)| !id.is_empty());
    let text = known.fold(text.to_owned(), |text, (id, placeholder)| text.replace(id, placeholder));
    let mut written = String::with_capacity(text.len());
    for part in text.split_inclusive(|char: char| !char.is_ascii_alphanumeric()) {
        let word = part.trim_end_matches(|char: char| !char.is_ascii_alphanumeric());
        let is_account = word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
        let is_id = word.len() >= ID && IDS.iter().any(|begin| word.starts_with(begin));
        let is_organization = word.len() >= ORGANIZATION && ends_with_word_o(&written);
        let placeholder = match (is_account, is_id, is_organization) {
            (true, ..) => "<account>",
            (_, true, _) => "<id>",
            (_, _, true) => "<organization>",
            _ => word,
        };
        written += placeholder;
        written += &part[word.len()..];
    }
    written
}

/// Whether a text ends with `o-` that is not the end of a longer word.
fn ends_with_word_o(text: &str) -> bool {
    text.strip_suffix("o-").is_some_and(|before| !before.ends_with(|char: char| char.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts() -> [(String, &'static str); 2] {
        [("111111111111".to_owned(), "<management>"), ("222222222222".to_owned(), "<member>")]
    }

    #[test]
    fn ids_of_accounts_organizations_and_keys_are_replaced() {
        let text = "User: arn:aws:sts::222222222222:assumed-role/guardprobe/x of o-a1b2c3d4e5, AROA1234567890123456:x, \
                    https://sqs.us-east-1.amazonaws.com/111111111111/q, arn:aws:iam::345678901234:root";
        let expected = "User: arn:aws:sts::<member>:assumed-role/guardprobe/x of o-<organization>, <id>:x, \
                        https://sqs.us-east-1.amazonaws.com/<management>/q, arn:aws:iam::<account>:root";
        assert_eq!(without_ids(text, &accounts()), expected);
    }

    #[test]
    fn other_words_and_numbers_stay() {
        let text = "1234567890123 hello-everybody-who-reads AKIA um 20261130";
        assert_eq!(without_ids(text, &accounts()), text);
    }

    #[test]
    fn an_account_at_the_end_is_replaced() {
        assert_eq!(without_ids("in 345678901234", &accounts()), "in <account>");
    }
}
