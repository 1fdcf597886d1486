//! Settings that can't be used, and where they came from.

use std::fmt;

/// Where a setting was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An argument of the provider block.
    Argument(&'static str),
    /// A variable of the environment.
    Variable(&'static str),
    /// A key of the profile in the shared configuration files.
    Profile(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "`{name}`"),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::Profile(name) => write!(f, "the profile's {name}"),
        }
    }
}

/// A setting that can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingError {
    /// A file that can't be read.
    #[error(
        "{origin} names the file {path}, which can't be read: {cause}; correct the path, or let this user read it"
    )]
    Unreadable {
        /// What names it.
        origin: Origin,
        /// Its path, `~` expanded.
        path: String,
        /// Why not.
        cause: std::io::Error,
    },
    /// A file without certificates.
    #[error(
        "{origin} names the file {path}, which {fault}; it has to be a PEM file of the certificates that sign the endpoints' own"
    )]
    Certificates {
        /// What names it.
        origin: Origin,
        /// Its path, `~` expanded.
        path: String,
        /// What is wrong with it.
        fault: String,
    },
    /// Not a proxy's URL.
    #[error("{origin} is not the URL of a proxy: {fault}; write it like http://proxy.example.com:8080")]
    Proxy {
        /// What holds it. Its text may hold a password, so it isn't repeated.
        origin: Origin,
        /// What is wrong with it.
        fault: String,
    },
    /// Not a number of attempts.
    #[error("{origin} is \"{text}\", which is not a number of attempts: 1 means that no call is tried again")]
    Attempts {
        /// What holds it.
        origin: Origin,
        /// What it holds.
        text: String,
    },
    /// Not a retry mode.
    #[error("{origin} is \"{text}\", which is not a retry mode: AWS's are standard and adaptive")]
    RetryMode {
        /// What holds it.
        origin: Origin,
        /// What it holds.
        text: String,
    },
    /// The shared files can't be read.
    #[error(
        "the shared configuration files can't be read: {0}; see `shared_config_files` and `shared_credentials_files`"
    )]
    Files(String),
    /// A profile that nobody has written.
    #[error(
        "`profile` is \"{profile}\", which no shared configuration or credentials file has; there are: {known}"
    )]
    Profile {
        /// Its name.
        profile: String,
        /// The names that there are.
        known: String,
    },
    /// No role for a web identity.
    #[error(
        "`assume_role_with_web_identity` has no role_arn, and AWS_ROLE_ARN is not set; one of them has to name the role"
    )]
    NoRole,
    /// No token for a web identity.
    #[error(
        "`assume_role_with_web_identity` has neither web_identity_token nor web_identity_token_file, and AWS_WEB_IDENTITY_TOKEN_FILE is not set; one of them has to give the token"
    )]
    NoToken,
}

impl SettingError {
    /// The argument of the provider block that it is about, if it is about one.
    pub(crate) fn argument(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable { origin, .. }
            | Self::Certificates { origin, .. }
            | Self::Proxy { origin, .. }
            | Self::Attempts { origin, .. }
            | Self::RetryMode { origin, .. } => match origin {
                Origin::Argument(name) => Some(name),
                Origin::Variable(_) | Origin::Profile(_) => None,
            },
            Self::Profile { .. } => Some("profile"),
            Self::NoRole | Self::NoToken => Some("assume_role_with_web_identity"),
            Self::Files(_) => None,
        }
    }
}
