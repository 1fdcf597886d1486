//! How often and how calls are tried again: the argument, then the environment, then the profile.

use aws_config::retry::{RetryConfig, RetryMode};

use super::{Environment, Origin, SettingError, Settings};

/// Throttling and 5xx are tried so often unless somebody says otherwise: plans of many guards run into limits.
const ATTEMPTS: u32 = 10;

/// The SDK's retries. `profile` gives the profile's settings by key.
pub(super) fn retries<'a>(
    settings: &Settings,
    environment: &'a Environment,
    profile: impl Fn(&str) -> Option<&'a str>,
) -> Result<RetryConfig, SettingError> {
    let found = |variable: &'static str, key: &'static str| {
        let variable = environment.get(variable).map(|text| (Origin::Variable(variable), text));
        variable.or_else(|| Some((Origin::Profile(key), profile(key)?)))
    };
    let attempts = match (settings.attempts, found("AWS_MAX_ATTEMPTS", "max_attempts")) {
        (Some(attempts), _) => attempts,
        (None, Some((origin, text))) => number(origin, text)?,
        (None, None) => ATTEMPTS,
    };
    let mode = match (settings.retry_mode, found("AWS_RETRY_MODE", "retry_mode")) {
        (Some(mode), _) => mode,
        (None, Some((origin, text))) => named(origin, text)?,
        (None, None) => RetryMode::Standard,
    };
    Ok(RetryConfig::standard().with_retry_mode(mode).with_max_attempts(attempts))
}

fn number(origin: Origin, text: &str) -> Result<u32, SettingError> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| SettingError::Attempts { origin, text: text.to_owned() })
}

fn named(origin: Origin, text: &str) -> Result<RetryMode, SettingError> {
    text.trim().parse().map_err(|_| SettingError::RetryMode { origin, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(
        settings: &Settings,
        variables: &[(&str, &str)],
        profile: &'static [(&str, &str)],
    ) -> Result<(u32, RetryMode), String> {
        let environment = Environment::of(variables);
        let key = |key: &str| profile.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        let config = retries(settings, &environment, key).map_err(|error| error.to_string())?;
        Ok((config.max_attempts(), config.mode()))
    }

    const VARIABLES: [(&str, &str); 2] = [("AWS_MAX_ATTEMPTS", "7"), ("AWS_RETRY_MODE", "adaptive")];
    const PROFILE: &[(&str, &str)] = &[("max_attempts", "5"), ("retry_mode", "adaptive")];

    #[test]
    fn the_argument_goes_before_the_variable_and_that_before_the_profile() {
        let block =
            Settings { attempts: Some(3), retry_mode: Some(RetryMode::Standard), ..Settings::default() };
        assert_eq!(resolved(&block, &VARIABLES, PROFILE), Ok((3, RetryMode::Standard)));
        assert_eq!(resolved(&Settings::default(), &VARIABLES, PROFILE), Ok((7, RetryMode::Adaptive)));
        assert_eq!(resolved(&Settings::default(), &[], PROFILE), Ok((5, RetryMode::Adaptive)));
        assert_eq!(resolved(&Settings::default(), &[], &[]), Ok((ATTEMPTS, RetryMode::Standard)));
    }

    #[test]
    fn a_variable_that_cannot_be_right_is_named() {
        for (name, value) in
            [("AWS_MAX_ATTEMPTS", "0"), ("AWS_MAX_ATTEMPTS", "many"), ("AWS_RETRY_MODE", "legacy")]
        {
            let said = resolved(&Settings::default(), &[(name, value)], &[]).expect_err("it can't be right");
            assert!(said.contains(name) && said.contains(value), "{said}");
        }
        let said = resolved(&Settings::default(), &[], &[("max_attempts", "-1")]).expect_err("negative");
        assert!(said.contains("the profile's max_attempts"), "{said}");
    }
}
