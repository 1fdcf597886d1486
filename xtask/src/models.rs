//! `cargo xtask models`: what is made from the AWS services' own models, which the pinned botocore holds.

mod botocore;
mod denials;
mod operations;

use std::fs;

use guard_tests::paths;

use crate::{
    Error, Result,
    cargo::{cargo, succeed},
    tools::{Set, Tools},
};

/// The generated table of denials, in the repository.
const DENIALS: &str = "contract/src/denial/models.rs";
/// The generated table of operations, in the repository.
const OPERATIONS: &str = "provider/src/operations/models.txt";

/// Writes the tables. Tests hold that they are fresh.
pub(crate) fn run() -> Result<()> {
    let models = botocore::Models::of(&Tools::bring(&[Set::Cloud])?.python())?;
    for (path, table) in [(DENIALS, denials::table(&models)?), (OPERATIONS, operations::table(&models)?)] {
        let path = paths::root().join(path);
        fs::write(&path, table).map_err(Error::io(format!("writing {}", path.display())))?;
    }
    succeed(cargo().arg("fmt"))
}

/// The models for a test, where the tools are.
#[cfg(test)]
fn present() -> Option<botocore::Models> {
    let python = paths::root().join(".tools/venv/bin/python");
    let models = botocore::Models::of(&python).ok();
    if models.is_none() {
        guard_tests::skip::skip("botocore's models are not in .tools; `cargo xtask models` brings them");
    }
    models
}
