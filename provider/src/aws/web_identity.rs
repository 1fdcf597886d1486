//! A role that is assumed with the token of an OpenID Connect provider.

use std::{fmt, time::Duration};

use super::credentials::Session;
use super::reach::{Environment, Origin, SettingError, expanded};

/// The provider block's; what it leaves out comes from the environment.
#[derive(Clone, Debug)]
pub(crate) struct WebIdentity {
    /// The role's ARN.
    pub(crate) arn: Option<String>,
    /// The session's name.
    pub(crate) name: Option<String>,
    /// Where the token is.
    pub(crate) token: Option<Token>,
    /// How long a session lasts, if not as long as AWS says.
    pub(crate) length: Option<Duration>,
    /// What narrows the session.
    pub(crate) policy: Option<String>,
    /// What narrows it as well.
    pub(crate) policy_arns: Vec<String>,
}

/// The identity provider's token.
#[derive(Clone)]
pub(crate) enum Token {
    /// Itself.
    Text(String),
    /// The path of its file, which others renew.
    File(String),
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("a token"),
            Self::File(path) => f.write_str(path),
        }
    }
}

impl WebIdentity {
    /// The session and its token, with what the environment adds.
    ///
    /// # Errors
    /// If there is no role, no token, or no file where it is said to be.
    pub(super) fn resolve(&self, environment: &Environment) -> Result<(Session, Token), SettingError> {
        let of = |argument: &Option<String>, variable| {
            argument.clone().or_else(|| environment.get(variable).map(str::to_owned))
        };
        let session = Session {
            arn: of(&self.arn, "AWS_ROLE_ARN").ok_or(SettingError::NoRole)?,
            name: of(&self.name, "AWS_ROLE_SESSION_NAME").unwrap_or_else(|| Session::NAME.to_owned()),
            length: self.length,
            policy: self.policy.clone(),
            policy_arns: self.policy_arns.clone(),
        };
        let file = environment.get(TOKEN_FILE).map(|path| (Origin::Variable(TOKEN_FILE), path));
        let (origin, path) = match &self.token {
            Some(Token::Text(token)) => return Ok((session, Token::Text(token.clone()))),
            Some(Token::File(path)) => (Origin::Argument("assume_role_with_web_identity"), path.as_str()),
            None => file.ok_or(SettingError::NoToken)?,
        };
        let path = expanded(path, environment);
        match std::fs::File::open(&path) {
            Ok(_) => Ok((session, Token::File(path))),
            Err(cause) => Err(SettingError::Unreadable { origin, path, cause }),
        }
    }
}

const TOKEN_FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";

impl Token {
    /// The token now.
    ///
    /// # Errors
    /// What is wrong with its file.
    pub(super) async fn read(&self) -> Result<String, String> {
        match self {
            Self::Text(token) => Ok(token.clone()),
            Self::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || {
                    let token = std::fs::read_to_string(&path);
                    token.map_err(|cause| format!("the token's file {path} can't be read: {cause}"))
                });
                let token =
                    read.await.map_err(|cause| format!("the token's file was not read: {cause}"))??;
                Ok(token.trim().to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: WebIdentity =
        WebIdentity { arn: None, name: None, token: None, length: None, policy: None, policy_arns: vec![] };

    #[test]
    fn what_the_block_leaves_out_is_the_environments() {
        let here = file!();
        let file = std::path::Path::new("..").join(here);
        let file = file.display().to_string();
        let environment = Environment::of(&[
            ("AWS_ROLE_ARN", "arn:aws:iam::111111111111:role/of-env"),
            ("AWS_ROLE_SESSION_NAME", "of-env"),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", &file),
        ]);
        let (session, token) = NOTHING.resolve(&environment).expect("all is there");
        assert_eq!(
            (session.arn.as_str(), session.name.as_str()),
            ("arn:aws:iam::111111111111:role/of-env", "of-env")
        );
        assert_eq!(format!("{token:?}"), file);
        let block = WebIdentity {
            arn: Some("arn:aws:iam::111111111111:role/of-block".into()),
            token: Some(Token::Text("secret".into())),
            ..NOTHING
        };
        let (session, token) = block.resolve(&environment).expect("all is there");
        assert_eq!(session.arn, "arn:aws:iam::111111111111:role/of-block");
        assert_eq!(format!("{token:?}"), "a token");
    }

    #[test]
    fn what_is_nowhere_is_named() {
        let said = |block: &WebIdentity| {
            block.resolve(&Environment::default()).map(drop).expect_err("something is missing").to_string()
        };
        assert!(said(&NOTHING).contains("AWS_ROLE_ARN"), "{}", said(&NOTHING));
        let role = WebIdentity { arn: Some("arn:aws:iam::111111111111:role/x".into()), ..NOTHING };
        assert!(said(&role).contains("web_identity_token_file"), "{}", said(&role));
        let lost = WebIdentity { token: Some(Token::File("/nowhere/token".into())), ..role };
        assert!(said(&lost).contains("/nowhere/token"), "{}", said(&lost));
    }
}
