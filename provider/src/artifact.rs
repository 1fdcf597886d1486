//! The functions' code, embedded when the provider was built.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

include!(concat!(env!("OUT_DIR"), "/artifact.rs"));

/// The artifact: one zip with one `bootstrap`, for both functions.
#[derive(Clone, Debug)]
pub(crate) struct Artifact {
    /// The provider's own version: they are built together.
    pub(crate) version: &'static str,
    /// The zip.
    pub(crate) zip: &'static [u8],
    /// SHA-256 of the zip in base64, as Lambda tells it (`CodeSha256`).
    pub(crate) sha256: String,
}

/// The provider was built without `GUARD_ARTIFACT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this provider was built without the functions' code, so it can't build a chain; build it with `cargo xtask build`, or set GUARD_ARTIFACT to the artifact's zip when running cargo build"
)]
pub(crate) struct NoArtifact;

impl Artifact {
    /// The version of this provider and of the code that it carries.
    pub(crate) const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    /// The embedded artifact.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn embedded() -> Result<Self, NoArtifact> {
        let zip = ZIP.ok_or(NoArtifact)?;
        Ok(Self { version: Self::VERSION, zip, sha256: STANDARD.encode(Sha256::digest(zip)) })
    }

    /// Whether version `a` is newer than version `b`, number by number. What is no version is the oldest.
    pub(crate) fn is_newer(a: &str, b: &str) -> bool {
        let numbers = |version: &str| -> Vec<u64> {
            let core = version.split(['-', '+']).next().unwrap_or_default();
            core.split('.').map_while(|part| part.parse().ok()).collect()
        };
        numbers(a) > numbers(b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(Artifact::is_newer("0.10.0", "0.9.9"));
        assert!(Artifact::is_newer("1.0.0", "0.99.0"));
        assert!(!Artifact::is_newer("0.1.0", "0.1.0"));
        assert!(!Artifact::is_newer("0.1.0", "0.2.0"));
        assert!(Artifact::is_newer("0.0.1", "by hand"));
    }
}
