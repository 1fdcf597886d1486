//! AWS clients from what Lambda puts into the environment, without the SDK's configuration loader: profiles,
//! instance metadata and the like have no place in a function and cost its start.

use std::time::Duration;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_http_client::{
    Builder,
    tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{behavior_version::BehaviorVersion, result::SdkError};
use aws_smithy_types::{error::metadata::ProvideErrorMetadata, retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{SdkConfig, region::Region};

use crate::{
    Refusal,
    environment::{EnvironmentError, variable},
    lazy::Lazy,
};

/// Mozilla's roots of trust, in PEM (build.rs).
const ROOTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/roots.pem"));

/// What all clients share. It is made when the first call is: whoever starts a function waits for it, and to read
/// the roots of trust and to make the clients is most of what a start would take.
#[derive(Clone, Debug)]
pub struct Configuration {
    region: Region,
    made: Lazy<SdkConfig>,
}

impl Configuration {
    /// From what Lambda puts into the environment.
    ///
    /// # Errors
    /// If its variables are not set.
    pub fn from_environment() -> Result<Self, EnvironmentError> {
        Self::of(variable)
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Self, EnvironmentError> {
        let required = |name| variable(name).ok_or(EnvironmentError::Missing(name));
        let credentials = Credentials::new(
            required("AWS_ACCESS_KEY_ID")?,
            required("AWS_SECRET_ACCESS_KEY")?,
            variable("AWS_SESSION_TOKEN"),
            None,
            "Lambda",
        );
        let region = Region::new(required("AWS_REGION")?);
        let (of, endpoint) = (region.clone(), variable("AWS_ENDPOINT_URL"));
        Ok(Self { region, made: Lazy::new(move || config(credentials, of, endpoint)) })
    }

    /// The function's region.
    pub fn region(&self) -> &str {
        self.region.as_ref()
    }

    /// The client of a service, such as `aws_sdk_sns::Client::new` makes it.
    pub fn client<C>(&self, make: impl FnOnce(&SdkConfig) -> C + Send + 'static) -> Lazy<C> {
        let made = self.made.clone();
        Lazy::new(move || make(&made))
    }
}

/// One that is there.
impl From<SdkConfig> for Configuration {
    fn from(config: SdkConfig) -> Self {
        let region = config.region().cloned().unwrap_or_else(|| Region::new(""));
        Self { region, made: Lazy::new(move || config) }
    }
}

fn config(credentials: Credentials, region: Region, endpoint: Option<String>) -> SdkConfig {
    let tls = tls::Provider::Rustls(CryptoMode::Ring);
    let http = Builder::new().tls_provider(tls).tls_context(trust()).build_https();
    // A call that hangs must not eat the function's time: attempts are short, and retried.
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .read_timeout(Duration::from_secs(15))
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(4))
        .timeout_config(timeouts);
    config.set_endpoint_url(endpoint);
    config.build()
}

/// Whom to trust: the roots that were built in.
fn trust() -> TlsContext {
    let roots = TrustStore::empty().with_pem_certificate(ROOTS);
    TlsContext::builder().with_trust_store(roots).build().expect("a trust store is all that a context needs")
}

/// AWS's code and words of an error, or what happened on the way.
pub(crate) fn refusal<E, R>(error: &SdkError<E, R>) -> Refusal
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
    R: std::fmt::Debug,
{
    let code = match error {
        SdkError::TimeoutError(_) => "Timeout",
        SdkError::DispatchFailure(_) => "NoConnection",
        SdkError::ResponseError(_) => "StrangeResponse",
        other => other.code().unwrap_or("Unknown"),
    };
    let message = match error.message() {
        Some(message) => message.to_owned(),
        None => causes(error),
    };
    Refusal { code: code.to_owned(), message }
}

/// An error and its causes. The SDK's own long form also prints whole responses, which are no log's business.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Configuration, EnvironmentError> {
        Configuration::of(|name| {
            let (_, value) = variables.iter().find(|(it, _)| *it == name)?;
            Some((*value).to_owned())
        })
    }

    const LAMBDAS: [(&str, &str); 3] = [
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-west-1"),
    ];

    #[test]
    fn lambdas_variables_are_enough() {
        let config = of(&LAMBDAS).expect("complete");
        assert_eq!(config.region(), "eu-west-1");
        assert_eq!(config.made.region().map(|it| it.as_ref()), Some("eu-west-1"));
        assert_eq!(config.made.endpoint_url(), None);
    }

    #[test]
    fn an_endpoint_of_ones_own_is_used() {
        let endpoint = ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
        let config = of(&[LAMBDAS.as_slice(), &[endpoint]].concat()).expect("complete");
        assert_eq!(config.made.endpoint_url(), Some("http://127.0.0.1:4566"));
    }

    #[test]
    fn a_missing_variable_is_named() {
        let error = of(&LAMBDAS[..2]).expect_err("no region");
        assert!(error.to_string().contains("AWS_REGION"));
    }
}
