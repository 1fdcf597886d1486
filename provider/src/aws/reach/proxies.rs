//! Which proxy a request goes through, as hashicorp/aws decides it.

use aws_smithy_http_client::proxy::ProxyConfig;

use super::{Environment, Origin, SettingError};

/// The provider block's proxies.
#[derive(Clone, Default)]
pub(crate) struct Proxies {
    /// For HTTP; an empty text is none.
    pub(crate) http: Option<String>,
    /// For HTTPS; an empty text is none.
    pub(crate) https: Option<String>,
    /// Hosts that are reached without one.
    pub(crate) without: Option<String>,
}

/// The machine itself and what hands out credentials there (EC2's and the containers' metadata) are never behind
/// a proxy: the SDK for Go, and so hashicorp/aws, goes there directly.
const NEVER: &str =
    "localhost,127.0.0.0/8,::1,169.254.169.254,fd00:ec2::254,169.254.170.2,169.254.170.23,fd00:ec2::23";

/// The proxies for HTTP and HTTPS.
pub(super) struct Chosen {
    pub(super) http: ProxyConfig,
    pub(super) https: ProxyConfig,
}

/// Chooses by scheme: argument, then variable; `http_proxy` serves HTTPS as well if nothing else does.
pub(super) fn choose(given: &Proxies, environment: &Environment) -> Result<Chosen, SettingError> {
    let argument = |name, text: &Option<String>| text.clone().map(|text| (Origin::Argument(name), text));
    let variable =
        |names| environment.first(names).map(|(name, text)| (Origin::Variable(name), text.to_owned()));
    let of_block = argument("http_proxy", &given.http);
    let http = of_block.clone().or_else(|| variable(&["HTTP_PROXY", "http_proxy"]));
    let https = argument("https_proxy", &given.https)
        .or_else(|| variable(&["HTTPS_PROXY", "https_proxy"]))
        .or(of_block);
    let without = given.without.as_deref();
    let without = without.or_else(|| environment.first(&["NO_PROXY", "no_proxy"]).map(|(_, text)| text));
    let rules = without.map_or(NEVER.to_owned(), |without| format!("{without},{NEVER}"));
    let config = |chosen: Option<(Origin, String)>| match chosen.filter(|(_, text)| !text.is_empty()) {
        None => Ok(ProxyConfig::disabled()),
        Some((origin, text)) => {
            let url = proxy_url(&text).map_err(|fault| SettingError::Proxy { origin, fault })?;
            let config = ProxyConfig::all(url.as_str());
            let config = config.map_err(|error| SettingError::Proxy { origin, fault: error.to_string() })?;
            Ok(config.no_proxy(&rules))
        }
    };
    Ok(Chosen { http: config(http)?, https: config(https)? })
}

/// A proxy's whole URL: without a scheme it is HTTP, as everywhere else.
///
/// # Errors
/// What is wrong with it, without the text, which may hold a password.
pub(crate) fn proxy_url(text: &str) -> Result<String, String> {
    let url = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let scheme = url.split("://").next().unwrap_or_default().to_owned();
    if scheme != "http" && scheme != "https" {
        return Err(format!("guard knows proxies of the schemes http and https, and this one is {scheme}"));
    }
    match ProxyConfig::all(url.as_str()) {
        Ok(_) => Ok(url),
        Err(_) => Err("it has no host, or characters that a URL can't have".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_needs_a_host_and_a_scheme_that_is_spoken() {
        assert_eq!(proxy_url("proxy.example.com:8080").as_deref(), Ok("http://proxy.example.com:8080"));
        assert_eq!(proxy_url("https://user:word@proxy:3128").as_deref(), Ok("https://user:word@proxy:3128"));
        for bad in ["socks5://proxy:1080", "http://", "http://a b", "://"] {
            let fault = proxy_url(bad).expect_err("no proxy");
            assert!(!fault.contains(bad), "{fault}");
        }
    }

    #[test]
    fn an_argument_goes_before_a_variable() {
        let environment = Environment::of(&[("https_proxy", "http://variable:1")]);
        let chosen = |given: &Proxies| {
            let Ok(Chosen { http, https }) = choose(given, &environment) else { panic!("they are URLs") };
            (format!("{http:?}"), format!("{https:?}"))
        };
        let (http, https) = chosen(&Proxies { http: Some("block:2".into()), ..Proxies::default() });
        assert!(http.contains("block:2") && https.contains("variable:1"), "{http} {https}");
        let (_, https) = chosen(&Proxies { https: Some("block:3".into()), ..Proxies::default() });
        assert!(https.contains("block:3"), "{https}");
        let (_, https) = chosen(&Proxies { https: Some(String::new()), ..Proxies::default() });
        assert!(https.contains("Disabled"), "an empty text is no proxy: {https}");
    }

    #[test]
    fn a_proxy_for_http_alone_serves_both() {
        let given = Proxies { http: Some("http://block:2".into()), ..Proxies::default() };
        let Ok(Chosen { https, .. }) = choose(&given, &Environment::default()) else { panic!("it is a URL") };
        assert!(format!("{https:?}").contains("block:2"));
    }

    #[test]
    fn hosts_without_a_proxy_are_the_arguments_or_the_variables() {
        let environment =
            Environment::of(&[("HTTP_PROXY", "http://variable:1"), ("NO_PROXY", "variable.example")]);
        let rules = |without: Option<&str>| {
            let given = Proxies { without: without.map(str::to_owned), ..Proxies::default() };
            let Ok(Chosen { http, .. }) = choose(&given, &environment) else { panic!("it is a URL") };
            format!("{http:?}")
        };
        assert!(rules(None).contains("variable.example,localhost"), "{}", rules(None));
        let block = rules(Some("block.example"));
        assert!(block.contains("block.example") && !block.contains("variable.example"), "{block}");
    }

    #[test]
    fn a_variable_that_is_no_proxy_is_named() {
        let environment = Environment::of(&[("HTTP_PROXY", "ftp://secret@x")]);
        let Err(said) = choose(&Proxies::default(), &environment) else { panic!("it is no proxy") };
        assert!(said.to_string().contains("HTTP_PROXY") && !said.to_string().contains("secret"), "{said}");
        assert_eq!(said.argument(), None);
    }
}
