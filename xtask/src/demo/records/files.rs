//! A folder of CloudTrail files.

use std::{
    collections::HashMap,
    fs::{self, File},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use guard_tests::{chain::Guard, cloud::Cloud};
use serde_json::Value;

use crate::{Error, Result};

/// The files, and what is in them, read independently of the filter.
pub(super) struct Files {
    folder: PathBuf,
    /// Paths below the folder.
    paths: Vec<PathBuf>,
    records: u64,
    /// The file name that holds each event.
    objects: HashMap<String, String>,
    /// Records by account and user.
    users: HashMap<(String, String), u64>,
}

impl Files {
    /// Reads a folder.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let mut files = Self {
            folder: folder.to_owned(),
            paths: Vec::new(),
            records: 0,
            objects: HashMap::new(),
            users: HashMap::new(),
        };
        files.walk(folder)?;
        files.paths.sort();
        if files.paths.is_empty() {
            return Err(Error::Unexpected(format!("{}: no .json.gz files there", folder.display())));
        }
        Ok(files)
    }

    pub(super) fn objects(&self) -> u64 {
        self.paths.len() as u64
    }

    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// How many records are a guard's user's.
    pub(super) fn records_of(&self, guard: &Guard) -> u64 {
        let user = (guard.account.clone(), guard.user.clone());
        self.users.get(&user).copied().unwrap_or_default()
    }

    /// The name of the file that an event is in.
    pub(super) fn object_of(&self, event_id: &str) -> Option<&str> {
        self.objects.get(event_id).map(String::as_str)
    }

    /// Puts all files into the trail's bucket, where an organization's trail would have put them.
    pub(super) fn upload(&self, cloud: &Cloud, organization: &str) -> Result<()> {
        let ready = cloud.ready();
        let management = cloud.administrator(&ready.management_account);
        for path in &self.paths {
            let (key, file) = (key(path, organization)?, self.folder.join(path));
            let (key, file) = (key.to_string_lossy(), file.to_string_lossy());
            let put = ["s3api", "put-object", "--bucket", &ready.bucket, "--key", &key, "--body", &file];
            management.run(&put)?;
        }
        Ok(())
    }

    fn walk(&mut self, folder: &Path) -> Result<()> {
        let reading = || format!("reading {}", folder.display());
        for entry in fs::read_dir(folder).map_err(Error::io(reading()))? {
            let path = entry.map_err(Error::io(reading()))?.path();
            if path.is_dir() {
                self.walk(&path)?;
            } else if path.to_string_lossy().ends_with(".json.gz") {
                self.count(&path)?;
                self.paths.push(path.strip_prefix(&self.folder).unwrap_or(&path).to_owned());
            }
        }
        Ok(())
    }

    fn count(&mut self, path: &Path) -> Result<()> {
        let file = File::open(path).map_err(Error::io(format!("reading {}", path.display())))?;
        // A file that is none counts nothing here; the filter says what it thinks of it.
        let content: Value = serde_json::from_reader(MultiGzDecoder::new(file)).unwrap_or_default();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for record in content["Records"].as_array().into_iter().flatten() {
            self.records += 1;
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            self.objects.insert(text(&record["eventID"]), name.clone().into_owned());
            let identity = &record["userIdentity"];
            *self.users.entry((text(&identity["accountId"]), text(&identity["userName"]))).or_default() += 1;
        }
        Ok(())
    }
}

/// The key of a file: an organization's trail has the organization's id after `AWSLogs`, all else stays.
fn key(path: &Path, organization: &str) -> Result<PathBuf> {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    let logs = parts.iter().position(|part| part == "AWSLogs");
    let rest = logs.map(|at| &parts[at + 1..]).unwrap_or_default();
    let rest = if rest.first().is_some_and(|part| part.starts_with("o-")) { &rest[1..] } else { rest };
    if rest.len() < 2 {
        let shown = path.display();
        return Err(Error::Unexpected(format!(
            "{shown}: not below AWSLogs/ACCOUNT, as CloudTrail's files are"
        )));
    }
    Ok(["AWSLogs", organization].into_iter().chain(rest.iter().map(|part| &**part)).collect())
}
