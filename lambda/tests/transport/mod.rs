//! An HTTP client that answers by a function instead of over a network.
//!
//! The SDK has one, behind a feature that changes how serde_json orders members, for the code under test too.

use std::fmt;

use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn},
        orchestrator::{HttpRequest, HttpResponse},
    },
    shared::IntoShared,
};
use aws_smithy_types::body::SdkBody;

struct Answering<F>(F);

impl<F> fmt::Debug for Answering<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answering")
    }
}

impl<F> HttpConnector for Answering<F>
where
    F: Fn(http::Request<SdkBody>) -> http::Response<&'static str> + Send + Sync + 'static,
{
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = request.try_into_http1x().expect("the SDK makes valid requests");
        let response = (self.0)(request).map(SdkBody::from);
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(response).expect("a valid response")))
    }
}

/// A client whose answers `answer` makes.
pub(crate) fn answering(
    answer: impl Fn(http::Request<SdkBody>) -> http::Response<&'static str> + Send + Sync + 'static,
) -> SharedHttpClient {
    let connector: SharedHttpConnector = Answering(answer).into_shared();
    http_client_fn(move |_, _| connector.clone())
}
