//! The same work in Python, which others write.

use std::{
    env,
    path::{Path, PathBuf},
};

/// A script of this crate's folder, which cargo names when it runs this program: a clone may be moved after it was
/// built.
pub(crate) fn script(name: &str) -> PathBuf {
    let folder = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| "bench".into());
    Path::new(&folder).join("python").join(name)
}
