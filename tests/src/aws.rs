//! The AWS CLI, as an administrator or with a user's own access key.

mod session;

use std::process::Command;

use serde_json::Value;

use crate::{Error, Result, paths};

pub use session::Session;

/// How AWS answered a call.
#[derive(Clone, Debug)]
pub enum Answer {
    /// With a result.
    Allowed(Value),
    /// With an error.
    Refused {
        /// AWS's code.
        code: String,
        /// AWS's message.
        message: String,
    },
}

/// Somebody who makes calls in a region.
#[derive(Clone, Debug)]
pub struct Aws {
    /// Where the local AWS is; none for the real one.
    endpoint: Option<String>,
    /// Whose calls they are; whoever the environment says, if nobody.
    keys: Option<Keys>,
    region: String,
}

#[derive(Clone, Debug)]
struct Keys {
    id: String,
    secret: String,
    /// Empty for a user's own key.
    token: String,
}

impl Aws {
    /// The administrator of `account`. To the local AWS, a key id of 12 digits is that account's administrator.
    pub fn administrator(endpoint: &str, account: &str, region: &str) -> Self {
        Self::with_key(endpoint, account, "any", region)
    }

    /// Somebody whose AWS doesn't listen: for what needs none.
    pub fn nobody() -> Self {
        Self::administrator("http://127.0.0.1:1", "111111111111", "us-east-1")
    }

    /// Whoever has this access key.
    pub fn with_key(endpoint: &str, key: &str, secret: &str, region: &str) -> Self {
        let keys = Keys { id: key.to_owned(), secret: secret.to_owned(), token: String::new() };
        Self { endpoint: Some(endpoint.to_owned()), keys: Some(keys), region: region.to_owned() }
    }

    /// Whoever the environment and the AWS CLI's configuration say, at the real AWS.
    pub fn of_environment(region: &str) -> Self {
        Self { endpoint: None, keys: None, region: region.to_owned() }
    }

    /// Whoever these credentials are of, as AWS answers them, at the same AWS.
    #[must_use]
    pub fn having(&self, credentials: &Value) -> Self {
        let text = |name: &str| credentials[name].as_str().unwrap_or_default().to_owned();
        let keys =
            Keys { id: text("AccessKeyId"), secret: text("SecretAccessKey"), token: text("SessionToken") };
        Self { keys: Some(keys), ..self.clone() }
    }

    /// The same caller in another region.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    /// The access key's id; empty where the environment says who it is.
    pub fn key(&self) -> &str {
        self.keys.as_ref().map_or("", |keys| &keys.id)
    }

    /// The region that calls go to.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Makes a call that has to succeed.
    ///
    /// # Errors
    /// If it does not.
    pub fn run(&self, args: &[&str]) -> Result<Value> {
        match self.call(args)? {
            Answer::Allowed(value) => Ok(value),
            Answer::Refused { code, message } => Err(Error::Command {
                command: format!("aws {}", args.join(" ")),
                status: code,
                output: message,
            }),
        }
    }

    /// Makes a call and says how AWS answered.
    ///
    /// # Errors
    /// If AWS did not answer at all.
    pub fn call(&self, args: &[&str]) -> Result<Answer> {
        let mut command = Command::new(paths::tool("aws")?);
        // By argument as well: for SQS the AWS CLI's version 1 takes no endpoint from the environment.
        command.args(self.arguments(args)).envs(self.environment());
        let shown = format!("aws {}", args.join(" "));
        let output = command.output().map_err(Error::io(shown.clone()))?;
        let failed = (!output.status.success()).then(|| output.status.to_string());
        let text = |bytes| String::from_utf8_lossy(bytes);
        answered(&shown, failed, &text(&output.stdout), &text(&output.stderr))
    }

    fn arguments<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        let endpoint = self.endpoint.iter().flat_map(|endpoint| ["--endpoint-url", endpoint]);
        args.iter().copied().chain(endpoint).collect()
    }

    /// The environment that makes the AWS CLI, an SDK or terraform this caller.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![
            ("AWS_REGION", self.region.clone()),
            ("AWS_DEFAULT_REGION", self.region.clone()),
            ("AWS_DEFAULT_OUTPUT", "json".to_owned()),
            ("AWS_PAGER", String::new()),
        ];
        if let Some(Keys { id, secret, token }) = &self.keys {
            all.extend([
                ("AWS_ACCESS_KEY_ID", id.clone()),
                ("AWS_SECRET_ACCESS_KEY", secret.clone()),
                ("AWS_SESSION_TOKEN", token.clone()),
            ]);
        }
        if let Some(endpoint) = &self.endpoint {
            // What the machine's own configuration says must not leak into a test.
            all.extend([
                ("AWS_ENDPOINT_URL", endpoint.clone()),
                ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
                ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
                ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ]);
        }
        all
    }
}

/// What a call of the CLI came to; `failed` is its status if that is not 0.
fn answered(command: &str, failed: Option<String>, output: &str, errors: &str) -> Result<Answer> {
    let Some(status) = failed else {
        let text = output.trim();
        // Some commands answer with nothing, `s3 cp` with plain lines.
        return Ok(Answer::Allowed(serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))));
    };
    match refusal(errors) {
        Some((code, message)) => Ok(Answer::Refused { code, message }),
        None => {
            let output = format!("{output}{errors}");
            Err(Error::Command { command: command.to_owned(), status, output })
        }
    }
}

/// Reads `An error occurred (CODE) when calling the OPERATION operation: MESSAGE`.
fn refusal(stderr: &str) -> Option<(String, String)> {
    let rest = stderr.split_once("An error occurred (")?.1;
    let (code, rest) = rest.split_once(')')?;
    let message = rest.split_once("operation: ").map_or("", |(_, message)| message);
    let message = message.trim_start_matches(|c: char| c.is_whitespace());
    Some((code.to_owned(), message.trim_end().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_and_message_of_a_refusal_are_read() {
        let said = "\naws: [ERROR]: An error occurred (AccessDenied) when calling the ListUsers operation: User: x is not authorized\n";
        let expected = ("AccessDenied".to_owned(), "User: x is not authorized".to_owned());
        assert_eq!(refusal(said), Some(expected));
        assert_eq!(refusal("Could not connect to the endpoint URL"), None);
    }
}
