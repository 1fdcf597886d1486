//! `cargo xtask models`: what is made from the AWS services' own models, which the pinned botocore holds.

mod botocore;
mod denials;

use std::{fs, path::PathBuf};

use guard_tests::paths;

use crate::{
    Error, Result,
    cargo::{cargo, succeed},
    tools::{Set, Tools},
};

/// The generated table, in the repository.
const TABLE: &str = "contract/src/denial/models.rs";

/// Writes the tables. A test holds that they are fresh.
pub(crate) fn run() -> Result<()> {
    let models = botocore::Models::of(&Tools::bring(&[Set::Cloud])?.python())?;
    let (path, table) = (table(), denials::table(&models)?);
    fs::write(&path, table).map_err(Error::io(format!("writing {}", path.display())))?;
    succeed(cargo().arg("fmt"))
}

fn table() -> PathBuf {
    paths::root().join(TABLE)
}
