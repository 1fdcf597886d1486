//! S3's GetObject, made with the parts that the SDK's clients are made of.
//!
//! S3's own client would be a quarter of the artifact: it brings rules for every kind of bucket and tables for every
//! kind of checksum, while a trail's bucket is of the plainest kind, and gzip has a checksum of its own. The tests hold
//! each request against that client's.

use std::time::SystemTime;

use aws_credential_types::{Credentials, provider::ProvideCredentials};
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use aws_smithy_runtime::client::{
    orchestrator::operation::Operation,
    retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier},
    stalled_stream_protection::StalledStreamProtectionInterceptor,
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::context::{Error, Output},
        orchestrator::{HttpRequest, HttpResponse, OrchestratorError},
        ser_de::DeserializeResponse,
    },
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream, config_bag::ConfigBag, error::ErrorMetadata};
use aws_types::SdkConfig;
use guard_contract::Partition;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    Refusal,
    clients::{self, Configuration},
    filter::ObjectSource,
    lazy::Lazy,
};

/// What S3 takes as it is in a key's path (S3 API reference, "Authenticating Requests", `UriEncode`).
const IN_PATHS: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Who asks, in S3's own logs.
const USER_AGENT: &str = concat!("guard/", env!("CARGO_PKG_VERSION"));

/// S3.
#[derive(Clone, Debug)]
pub struct Bucket(Lazy<SdkConfig>);

impl Bucket {
    /// As whoever this function is.
    pub fn new(config: &Configuration) -> Self {
        Self(config.client(SdkConfig::clone))
    }
}

impl ObjectSource for Bucket {
    type Body = ByteStream;

    async fn open(&self, bucket: &str, key: &str) -> Result<ByteStream, Refusal> {
        let (endpoint, path) = address(&self.0, bucket, key);
        let headers = self
            .signed(&format!("{endpoint}{path}"))
            .await
            .map_err(|error| Refusal { code: "NotSigned".to_owned(), message: error.to_string() })?;
        let operation = get_object(&self.0, &endpoint);
        operation.invoke(Request { path, headers }).await.map_err(|error| clients::refusal(&error))
    }
}

impl Bucket {
    /// The headers that prove who asks for that URL. They are good for 15 minutes, and all attempts end before.
    async fn signed(&self, url: &str) -> Result<Vec<(String, String)>, BoxError> {
        let provider = self.0.credentials_provider().ok_or("there are no credentials")?;
        let region = self.0.region().ok_or("there is no region")?;
        signed(url, provider.provide_credentials().await?, region.as_ref(), SystemTime::now())
    }
}

/// Where an object is: an endpoint and a path there.
fn address(config: &SdkConfig, bucket: &str, key: &str) -> (String, String) {
    let key = utf8_percent_encode(key, &IN_PATHS);
    if let Some(endpoint) = config.endpoint_url() {
        // Behind an endpoint of one's own, buckets are seldom names of hosts.
        return (endpoint.trim_end_matches('/').to_owned(), format!("/{bucket}/{key}"));
    }
    let region = config.region().map_or("", |region| region.as_ref());
    let host = format!("s3.{region}.{}", Partition::of_region(region).dns_suffix());
    if is_host(bucket) {
        (format!("https://{bucket}.{host}"), format!("/{key}"))
    } else {
        (format!("https://{host}"), format!("/{bucket}/{key}"))
    }
}

/// Whether a bucket's name may be a part of a host's: the certificate's `*` stands for a name without dots, and buckets
/// from before 2018 may be called what no host is (S3 user guide, "Virtual hosting of general purpose buckets").
fn is_host(bucket: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let (bytes, ends) = (bucket.as_bytes(), [bucket.bytes().next(), bucket.bytes().next_back()]);
    (3..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| is_plain(*byte) || *byte == b'-')
        && ends.into_iter().flatten().all(is_plain)
}

fn signed(
    url: &str,
    credentials: Credentials,
    region: &str,
    time: SystemTime,
) -> Result<Vec<(String, String)>, BoxError> {
    // S3 takes the path as it is sent, and wants to be told the body's hash.
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("s3")
        .time(time)
        .settings(settings)
        .build()?
        .into();
    let request = SignableRequest::new("GET", url, [].into_iter(), SignableBody::Bytes(&[]))?;
    let (instructions, _) = sign(request, &parameters)?.into_parts();
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// A request that is ready to be sent.
#[derive(Debug)]
struct Request {
    path: String,
    headers: Vec<(String, String)>,
}

impl Request {
    fn http(self) -> Result<HttpRequest, BoxError> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(self.path)?;
        let headers = request.headers_mut();
        headers.try_insert("user-agent", USER_AGENT)?;
        for (name, value) in self.headers {
            headers.try_insert(name, value)?;
        }
        Ok(request)
    }
}

/// The call, which is tried again when the SDK's clients would.
fn get_object(config: &SdkConfig, endpoint: &str) -> Operation<Request, ByteStream, ErrorMetadata> {
    let mut call = Operation::builder().service_name("S3").operation_name("GetObject").no_auth();
    if let Some(client) = config.http_client() {
        call = call.http_client(client);
    }
    if let Some(retries) = config.retry_config() {
        call = call.standard_retry(retries);
    }
    if let Some(timeouts) = config.timeout_config() {
        call = call.timeout_config(timeouts.clone());
    }
    if let Some(protection) = config.stalled_stream_protection() {
        call = call.stalled_stream_protection(protection);
    }
    call.endpoint_url(endpoint)
        .with_connection_poisoning()
        // An object whose bytes stop coming must not eat the function's time.
        .interceptor(StalledStreamProtectionInterceptor::default())
        .retry_classifier(AwsErrorCodeClassifier::<ErrorMetadata>::new())
        .retry_classifier(TransientErrorClassifier::<ErrorMetadata>::new())
        .retry_classifier(HttpStatusCodeClassifier::default())
        .serializer(Request::http)
        .deserializer_impl(Answer)
        .build()
}

/// Reads S3's answer.
#[derive(Debug)]
struct Answer;

impl DeserializeResponse for Answer {
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        _: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        // An error's few bytes are read first.
        let is_object = response.status().is_success();
        is_object.then(|| Ok(Output::erase(ByteStream::new(response.take_body()))))
    }

    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        _: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let body = response.body().bytes().unwrap_or_default();
        let status = response.status().as_u16();
        let error = refused(body).unwrap_or_else(|| {
            ErrorMetadata::builder()
                .message(format!("S3 answered with status {status} and no reason"))
                .build()
        });
        Err(OrchestratorError::operation(Error::erase(error)))
    }
}

/// Code and words of an error (S3 API reference, "Error Responses").
fn refused(body: &[u8]) -> Option<ErrorMetadata> {
    let mut document = aws_smithy_xml::decode::Document::try_from(body).ok()?;
    let mut root = document.root_element().ok()?;
    let mut error = ErrorMetadata::builder();
    while let Some(mut tag) = root.next_tag() {
        let name = tag.start_el().local().to_owned();
        let text = aws_smithy_xml::decode::try_data(&mut tag).ok()?;
        error = match &*name {
            "Code" => error.code(text),
            "Message" => error.message(text),
            _ => error,
        };
    }
    let error = error.build();
    error.code().is_some_and(|code| !code.is_empty()).then_some(error)
}

#[cfg(test)]
#[path = "bucket_tests.rs"]
mod tests;
