//! What is there: the folders and files from which the registry makes its pages.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::schema::FOLDERS;
use crate::{Error, Result};

/// Everything that the checks look at; names are relative to the root.
#[derive(Default)]
pub(super) struct Site {
    /// Where it is.
    pub(super) root: PathBuf,
    /// The folders of pages, and all that is in them.
    pub(super) folders: Vec<String>,
    /// The files of pages: name, size in bytes, text.
    pub(super) pages: Vec<(String, u64, String)>,
    /// Whether the layout before the registry's, `website/docs`, is there as well.
    pub(super) legacy: bool,
}

/// Reads it.
pub(super) fn read(root: &Path) -> Result<Site> {
    let legacy = root.join("website/docs").exists();
    let mut site = Site { root: root.to_owned(), legacy, ..Site::default() };
    site.page("docs/index.md")?;
    // Files elsewhere, such as `docs/performance.md`, are no pages.
    for folder in FOLDERS.iter().map(|(folder, _)| *folder).chain(["guides"]) {
        let folder = format!("docs/{folder}");
        if root.join(&folder).is_dir() {
            site.folder(folder)?;
        }
    }
    Ok(site)
}

impl Site {
    fn folder(&mut self, name: String) -> Result<()> {
        let listed = fs::read_dir(self.root.join(&name)).map_err(Error::io(format!("listing {name}")))?;
        let mut entries: Vec<_> = listed.flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let inside = format!("{name}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() { self.folder(inside)? } else { self.page(&inside)? }
        }
        self.folders.push(name);
        Ok(())
    }

    fn page(&mut self, name: &str) -> Result<()> {
        let path = self.root.join(name);
        let bytes = fs::read(&path).map_err(Error::io(format!("reading {name}")))?;
        // What is no text is found by its extension.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.pages.push((name.to_owned(), bytes.len() as u64, text));
        Ok(())
    }
}
