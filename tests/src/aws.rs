//! Calls of AWS in the AWS CLI's words, as an administrator or with a user's own access key.

mod cli;
mod client;

use serde_json::Value;

use crate::{Error, Result, paths};

pub use cli::AwsCli;

/// The program that makes calls, for people to run: `… iam list-users`, with the usual variables.
///
/// # Errors
/// If the Python tools have not been brought.
pub fn by_hand() -> Result<String> {
    Ok(format!("{} {}", paths::tool("python")?.display(), client::program().display()))
}

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

    /// Whoever the environment and the configuration files say, at the real AWS.
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

    /// Whether its calls go to a local AWS.
    pub fn is_local(&self) -> bool {
        self.endpoint.is_some()
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
        client::call(self, args)
    }

    /// The environment that makes the AWS CLI, an SDK or terraform this caller.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("AWS_REGION", self.region.clone()), ("AWS_DEFAULT_REGION", self.region.clone())];
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
