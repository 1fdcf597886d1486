//! The provider block.

mod roles;
mod trail;

use std::net::Ipv6Addr;

use tf_provider::{AttributePath, Diagnostics, value::Value};

use crate::aws::proxy_url;
use crate::chain::Guard;

use super::super::config::{Config, EndpointsBlock, MOST_ATTEMPTS, attempts, switch};
use super::super::diagnostics::{attribute_error, path_error};
use super::super::state::{List, given};
use super::tags;

/// Checks the provider block.
pub(in crate::terraform) fn provider(diags: &mut Diagnostics, config: &Config) {
    if let Ok(Err(cause)) = config.names() {
        attribute_error(diags, "name_prefix", "Not a name prefix", cause);
    }
    if let Ok(Err(cause)) = config.delivery() {
        attribute_error(diags, "delivery", "Not a delivery", cause);
    }
    for (name, region) in [("region", &config.region), ("sts_region", &config.sts_region)] {
        let region = given(region).filter(|region| !region.is_empty());
        if let Some(Err(cause)) = region.map(|region| Guard::check("000000000000", region, "user")) {
            attribute_error(diags, name, "Not a region", cause);
        }
    }
    accounts(diags, config);
    tags::provider(diags, config);
    requests(diags, config);
    proxies(diags, config);
    if let Value::Value(block) = &config.assume_role {
        roles::assume_role(diags, block);
    }
    if let Value::Value(block) = &config.assume_role_with_web_identity {
        roles::web_identity(diags, block);
    }
    if let Value::Value(block) = &config.endpoints {
        endpoints(diags, block);
    }
    if let Value::Value(block) = &config.trail {
        trail::trail(diags, block);
    }
}

fn accounts(diags: &mut Diagnostics, config: &Config) {
    let lists = [
        ("allowed_account_ids", &config.allowed_account_ids),
        ("forbidden_account_ids", &config.forbidden_account_ids),
    ];
    for (name, list) in lists {
        for (at, account) in entries(name, list) {
            if let Err(cause) = Guard::check(account, "us-east-1", "user") {
                path_error(diags, at, &format!("Not an account id ({name})"), cause);
            }
        }
    }
    if lists.iter().all(|(_, list)| list.as_ref_option().is_some_and(|list| !list.is_empty())) {
        let detail = "Both `allowed_account_ids` and `forbidden_account_ids` are set, and what is in neither of them would be neither. Keep one of them.";
        attribute_error(diags, "forbidden_account_ids", "Allowed and forbidden accounts", detail);
    }
}

/// Whether this is the ARN of something of that kind in IAM, in any partition.
fn is_iam(arn: &str, kind: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts[..], ["arn", partition, "iam", "", _, what] if partition.starts_with("aws") && what.starts_with(kind))
}

fn requests(diags: &mut Diagnostics, config: &Config) {
    if let Value::Value(number) = &config.max_retries
        && attempts(*number).is_none()
    {
        let detail = format!(
            "{number} is not a whole number from 1 to {MOST_ATTEMPTS}. It counts the first time as well, so 1 means that no call is tried again; leave `max_retries` out for the default."
        );
        attribute_error(diags, "max_retries", "Not a number of attempts", detail);
    }
    if let Some(mode) = given(&config.retry_mode).filter(|mode| !["", "standard", "adaptive"].contains(mode))
    {
        let detail = format!("\"{mode}\" is neither standard nor adaptive, which are AWS's retry modes.");
        attribute_error(diags, "retry_mode", "Not a retry mode", detail);
    }
    if let Some(text) = given(&config.skip_metadata_api_check).filter(|text| switch(text).is_none()) {
        let detail = format!("\"{text}\" is neither true nor false.");
        attribute_error(diags, "skip_metadata_api_check", "Not true or false", detail);
    }
}

fn proxies(diags: &mut Diagnostics, config: &Config) {
    for (name, url) in [("http_proxy", &config.http_proxy), ("https_proxy", &config.https_proxy)] {
        if let Some(Err(fault)) = given(url).filter(|url| !url.is_empty()).map(proxy_url) {
            let detail = format!(
                "It is not the URL of a proxy: {fault}. Write it like http://proxy.example.com:8080."
            );
            attribute_error(diags, name, "Not a proxy", detail);
        }
    }
}

fn endpoints(diags: &mut Diagnostics, block: &EndpointsBlock) {
    for (name, url) in block.each() {
        if let Some(url) = given(url).filter(|url| !url.is_empty() && !is_url(url)) {
            let detail = format!("\"{url}\" is not a URL of the form http://HOST:PORT or https://HOST.");
            let path = AttributePath::new("endpoints").index(0).attribute(name);
            path_error(diags, path, &format!("Not a URL (endpoints.{name})"), detail);
        }
    }
}

/// Whether a text is `http(s)://host`, perhaps with a port and a path. The SDK finds out only when it calls.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let Some(rest) = rest else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = match literal {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(fits),
    };
    let visible = rest.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'?' && byte != b'#');
    host && visible && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// The known texts of a list, each with its path.
fn entries<'a>(name: &'static str, list: &'a List) -> impl Iterator<Item = (AttributePath, &'a str)> {
    let items = list.as_ref_option().into_iter().flatten();
    items.filter_map(given).map(move |text| (AttributePath::new(name), text))
}

#[cfg(test)]
mod tests;
