//! `cargo xtask docs`: the registry's pages, held to the provider and to what the registry accepts.
//!
//! Prose is written by hand. The part `## Schema` of a page is made from the built provider's own schema, in the
//! shape that tfplugindocs gives it, and `--check` does the six checks of tfplugindocs' `validate`.

mod checks;
mod page;
mod render;
mod schema;
mod site;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::Args;
use guard_tests::paths;

use crate::{Error, Result, build};
use schema::Schema;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Write nothing, and fail if a page differs from the provider or the registry would refuse it
    #[arg(long)]
    check: bool,
}

/// Writes the schema parts, or checks everything.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let provider = match env::var_os(paths::PROVIDER_VARIABLE) {
        Some(named) => PathBuf::from(named),
        None => build::run(&build::Arguments::default())?.provider,
    };
    let (root, schema) = (paths::root(), Schema::of(&provider)?);
    if arguments.check { check(&root, &schema) } else { write(&root, &schema) }
}

fn write(root: &Path, schema: &Schema) -> Result<()> {
    for (name, block) in schema.pages() {
        let path = root.join(&name);
        let text = read(&path)?;
        let wanted = page::with_schema(&name, &text, &render::schema(block))?;
        if text == wanted {
            println!("docs: {name} is fresh");
        } else {
            fs::write(&path, wanted).map_err(Error::io(format!("writing {name}")))?;
            println!("docs: {name} written");
        }
    }
    Ok(())
}

fn check(root: &Path, schema: &Schema) -> Result<()> {
    let site = site::read(root)?;
    let findings = checks::all(&site, schema);
    if findings.is_empty() {
        println!("docs: {} pages are as the provider and the registry want them", site.pages.len());
        return Ok(());
    }
    let lines: Vec<_> = findings.iter().map(|finding| format!("  {finding}")).collect();
    Err(Error::Docs(lines.join("\n")))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(Error::io(format!("reading {}", path.display())))
}
