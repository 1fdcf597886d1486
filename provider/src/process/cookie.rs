//! How the process was started: by Terraform, which sets a cookie, or by hand.

use std::{env, ffi::OsString};

/// Terraform's magic cookie for providers (go-plugin's handshake, the same for all providers).
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// Who started the process and for what.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Started {
    /// Terraform, to be served.
    ByTerraform,
    /// Somebody who wants to know the version.
    ForVersion,
    /// Somebody who wants a picture of the chain.
    ForDiagram,
    /// Somebody who doesn't know that it is a plugin.
    ByHand,
}

/// How this process was started.
pub(crate) fn started() -> Started {
    decide(env::args_os().nth(1), env::var(COOKIE.0).ok().as_deref())
}

fn decide(argument: Option<OsString>, cookie: Option<&str>) -> Started {
    match argument.as_ref().and_then(|argument| argument.to_str()) {
        Some("--version" | "-V") => Started::ForVersion,
        Some("diagram") => Started::ForDiagram,
        _ if cookie == Some(COOKIE.1) => Started::ByTerraform,
        _ => Started::ByHand,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_cookie_makes_it_serve() {
        assert_eq!(decide(None, Some(COOKIE.1)), Started::ByTerraform);
        assert_eq!(decide(None, None), Started::ByHand);
        assert_eq!(decide(None, Some("another cookie")), Started::ByHand);
        assert_eq!(decide(Some("--version".into()), None), Started::ForVersion);
        assert_eq!(decide(Some("diagram".into()), None), Started::ForDiagram);
    }
}
