//! The shared configuration and credentials files, and the profile in them.

use std::borrow::Cow;

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::file::{EnvConfigFileKind as Kind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};

use super::{Environment, Origin, SettingError, Settings};

/// A path whose `~` is the home folder.
pub(in crate::aws) fn expanded(path: &str, environment: &Environment) -> String {
    let home = || environment.first(&["HOME", "USERPROFILE"]).map(|(_, home)| home);
    match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '\\']) => {
            home().map_or_else(|| path.to_owned(), |home| format!("{home}{rest}"))
        }
        _ => path.to_owned(),
    }
}

/// The files to read: those of the block, and for a kind that has none there, the usual one.
pub(super) fn files(settings: &Settings, environment: &Environment) -> Result<EnvConfigFiles, SettingError> {
    let mut files = EnvConfigFiles::builder()
        .include_default_config_file(settings.config_files.is_empty())
        .include_default_credentials_file(settings.credentials_files.is_empty());
    for (kind, name, paths) in [
        (Kind::Config, "shared_config_files", &settings.config_files),
        (Kind::Credentials, "shared_credentials_files", &settings.credentials_files),
    ] {
        for path in paths {
            let path = expanded(path, environment);
            let origin = Origin::Argument(name);
            if let Err(cause) = std::fs::File::open(&path) {
                return Err(SettingError::Unreadable { origin, path, cause });
            }
            files = files.with_file(kind, path);
        }
    }
    Ok(files.build())
}

/// The profile's name, if one is given. The SDK reads AWS_PROFILE only; hashicorp/aws knows the other one as well.
pub(super) fn profile_name<'a>(settings: &'a Settings, environment: &'a Environment) -> Option<&'a str> {
    let variable = || environment.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
    settings.profile.as_deref().or_else(|| variable().map(|(_, name)| name))
}

/// The profiles in the files, the chosen one selected. A name in the block has to be there: without it the
/// credentials of somebody else would be next in the chain. The usual files may be broken for all that the block
/// cares, if it names neither a profile nor files; the SDK then says so where it needs them.
pub(super) async fn profiles(
    settings: &Settings,
    environment: &Environment,
    files: &EnvConfigFiles,
) -> Result<Option<ProfileSet>, SettingError> {
    let name = profile_name(settings, environment).map(|name| Cow::Owned(name.to_owned()));
    let profiles = match profile::load(&Fs::real(), &Env::real(), files, name).await {
        Ok(profiles) => profiles,
        Err(error) if settings.profile.is_none() && !settings.names_files() => {
            tracing::warn!(error = described(&error), "the shared configuration files can't be read");
            return Ok(None);
        }
        Err(error) => return Err(SettingError::Files(described(&error))),
    };
    match &settings.profile {
        Some(profile) if profiles.get_profile(profile).is_none() => {
            let mut known: Vec<&str> = profiles.profiles().collect();
            known.sort_unstable();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Err(SettingError::Profile { profile: profile.clone(), known })
        }
        _ => Ok(Some(profiles)),
    }
}

/// An error with what caused it.
fn described(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {}", described(cause)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_folder() {
        let environment = Environment::of(&[("HOME", "/home/me")]);
        for (path, whole) in
            [("~/.aws/x", "/home/me/.aws/x"), ("~", "/home/me"), ("~me/x", "~me/x"), ("/a/~/b", "/a/~/b")]
        {
            assert_eq!(expanded(path, &environment), whole);
        }
        assert_eq!(expanded("~/x", &Environment::default()), "~/x");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let settings = Settings { config_files: vec!["/nowhere/config".into()], ..Settings::default() };
        let error = files(&settings, &Environment::default()).expect_err("it isn't there");
        assert!(error.to_string().contains("/nowhere/config"), "{error}");
        assert_eq!(error.argument(), Some("shared_config_files"));
    }
}
