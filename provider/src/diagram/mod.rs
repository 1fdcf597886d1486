//! `terraform-provider-guard diagram FILE`: the chain of a state or plan as a picture, in Mermaid.
//!
//! What `terraform show -json` says goes in, text comes out: [`shown`] reads, [`picture`] finds nodes and arrows,
//! [`mermaid`] writes them.

mod error;
mod mermaid;
mod picture;
mod shown;
#[cfg(test)]
mod tests;

use std::{
    ffi::OsStr,
    fs,
    io::{self, Read},
    process::ExitCode,
};

use error::Error;
use picture::Picture;

/// What to say to somebody who gives no file, or too much.
const USAGE: &str = "usage: terraform-provider-guard diagram FILE\n\nFILE is what `terraform show -json` or `terraform show -json PLAN` has printed; - is standard input.";

/// Prints the picture of the chain in that file; the exit code is 2 without a file, 1 for one that can't be drawn.
pub(crate) fn run(arguments: &[impl AsRef<OsStr>]) -> ExitCode {
    let [file] = arguments else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match read(file.as_ref()).and_then(|text| draw(&text)) {
        Ok(picture) => {
            print!("{picture}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The picture of all guards in what terraform shows.
fn draw(text: &str) -> Result<String, Error> {
    Ok(mermaid::text(&Picture::of(&shown::read(text)?)))
}

fn read(file: &OsStr) -> Result<String, Error> {
    let mut text = String::new();
    let read = if file == "-" {
        io::stdin().read_to_string(&mut text).map(drop)
    } else {
        fs::read_to_string(file).map(|all| text = all)
    };
    read.map(|()| text).map_err(|source| Error::Read { file: file.to_string_lossy().into_owned(), source })
}
