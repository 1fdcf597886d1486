//! The HTTP client under the SDK: its proxies, whom it trusts, and who it says that it is.

use std::sync::Arc;

use aws_smithy_http_client::{Builder, Connector, proxy::ProxyConfig, tls};
use aws_smithy_runtime_api::client::{
    connector_metadata::ConnectorMetadata,
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};

use super::{Environment, SettingError, Settings, proxies, trust};

/// What EC2's metadata service is called where nobody says otherwise (EC2, "Instance metadata").
const METADATA: [&str; 2] = ["http://169.254.169.254", "http://[fd00:ec2::254]"];

/// A client for each scheme, because a proxy is for one of them.
#[derive(Debug)]
struct Client {
    http: SharedHttpClient,
    https: SharedHttpClient,
    ways: Arc<Ways>,
}

/// What each request is told.
#[derive(Debug)]
struct Ways {
    /// What follows in the user agent.
    agent: String,
    /// Where nothing is asked: the metadata service, if it is to be left alone.
    closed: Vec<String>,
}

/// The HTTP client.
///
/// # Errors
/// If a proxy or the file of certificates can't be used.
pub(super) fn client(
    settings: &Settings,
    environment: &Environment,
) -> Result<SharedHttpClient, SettingError> {
    let trusted = trust::trusted(settings, environment)?;
    let chosen = proxies::choose(&settings.proxies, environment)?;
    let client = |proxy| over(proxy, trusted.clone());
    let ways = Arc::new(Ways { agent: agent(settings, environment), closed: closed(settings, environment) });
    Ok(SharedHttpClient::new(Client { http: client(chosen.http), https: client(chosen.https), ways }))
}

fn over(proxy: ProxyConfig, trusted: tls::TrustStore) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        let mut builder = Connector::builder().proxy_config(proxy.clone());
        builder.set_connector_settings(settings.cloned());
        builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        let context = tls::TlsContext::builder().with_trust_store(trusted.clone()).build();
        // It has no server names of its own, which are all that could be wrong with it.
        builder.tls_provider(ring).tls_context(context.unwrap_or_default()).build()
    })
}

/// The products behind the SDK's own: Terraform, this provider, and what the user adds, as hashicorp/aws has it.
fn agent(settings: &Settings, environment: &Environment) -> String {
    let mut agent = format!("terraform-provider-guard/{}", env!("CARGO_PKG_VERSION"));
    if !settings.terraform_version.is_empty() {
        agent = format!("Terraform/{} {agent}", settings.terraform_version);
    }
    for more in settings.products.iter().map(String::as_str).chain(environment.get("TF_APPEND_USER_AGENT")) {
        agent = format!("{agent} {more}");
    }
    // What a header can't hold would fail every request.
    agent.chars().filter(|char| *char == ' ' || char.is_ascii_graphic()).collect()
}

/// Where the metadata service is, if it isn't asked. The SDK reads AWS_EC2_METADATA_DISABLED itself, but an argument
/// can't tell it.
fn closed(settings: &Settings, environment: &Environment) -> Vec<String> {
    if settings.skip_metadata != Some(true) {
        return Vec::new();
    }
    let own = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    METADATA.into_iter().chain(own).map(|url| url.trim_end_matches('/').to_owned()).collect()
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let http = self.http.http_connector(settings, components);
        let https = self.https.http_connector(settings, components);
        SharedHttpConnector::new(Scheme { http, https, ways: self.ways.clone() })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.https.connector_metadata()
    }
}

#[derive(Debug)]
struct Scheme {
    http: SharedHttpConnector,
    https: SharedHttpConnector,
    ways: Arc<Ways>,
}

impl HttpConnector for Scheme {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let uri = request.uri();
        if self.ways.closed.iter().any(|url| uri.starts_with(url)) {
            let why = "the EC2 metadata service is not asked, because of `skip_metadata_api_check`";
            return HttpConnectorFuture::ready(Err(ConnectorError::user(why.into())));
        }
        let connector = if uri.starts_with("http://") { &self.http } else { &self.https };
        // It isn't part of what is signed.
        if let Some(agent) =
            request.headers().get("user-agent").map(|sdk| format!("{sdk} {}", self.ways.agent))
        {
            request.headers_mut().insert("user-agent", agent);
        }
        connector.call(request)
    }
}
