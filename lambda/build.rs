//! Writes Mozilla's roots of trust as one PEM file, which the program holds: reading the system's certificates is
//! most of a function's start.

use std::{env, fs, path::PathBuf};

use base64::{Engine, engine::general_purpose::STANDARD};

fn main() {
    let mut pem = String::new();
    for root in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        pem.push_str(&STANDARD.encode(root));
        pem.push_str("\n-----END CERTIFICATE-----\n");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    fs::write(out.join("roots.pem"), pem).expect("cargo's OUT_DIR can be written");
    println!("cargo::rerun-if-changed=build.rs");
    // The everyday artifact is uploaded many times an hour: without symbols it is half as large. Released ones are
    // stripped by their profile.
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-link-arg-bin=bootstrap=-Wl,--strip-all");
    }
}
