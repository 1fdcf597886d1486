//! VPC endpoints, by their ids.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The id of a VPC endpoint, `vpce-0123456789abcdef0`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint(String);

/// What is not an endpoint's id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not the id of a VPC endpoint, such as vpce-0123456789abcdef0")]
pub struct EndpointError(String);

impl Endpoint {
    /// Whether a record's `vpcEndpointId` is this one.
    pub fn is(&self, id: &str) -> bool {
        self.0.eq_ignore_ascii_case(id)
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_id = |id: &str| {
            (1..=32).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
        };
        match text.strip_prefix("vpce-").filter(|id| is_id(id)) {
            Some(_) => Ok(Self(text.to_owned())),
            None => Err(EndpointError(text.to_owned())),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Endpoint {
    type Error = EndpointError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.0
    }
}
