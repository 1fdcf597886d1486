//! Embeds the functions' code: the zip that the environment variable `GUARD_ARTIFACT` names.

use std::{env, fs, path::PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=GUARD_ARTIFACT");
    let code = match env::var("GUARD_ARTIFACT") {
        Ok(path) if !path.is_empty() => {
            println!("cargo::rerun-if-changed={path}");
            format!("/// The zip.\nconst ZIP: Option<&[u8]> = Some(include_bytes!({path:?}));\n")
        }
        _ => "/// No zip was given.\nconst ZIP: Option<&[u8]> = None;\n".to_owned(),
    };
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    fs::write(out.join("artifact.rs"), code).expect("cargo's OUT_DIR can be written to");
}
