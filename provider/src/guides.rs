//! The guides, for the tests that hold them to the code.

use std::{fs, path::Path};

/// A guide's text.
pub(crate) fn guide(name: &str) -> String {
    let path = Path::new("../docs/guides").join(name);
    fs::read_to_string(path).expect("the guide is in the repository")
}

/// The pieces of a text that are code.
pub(crate) fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
