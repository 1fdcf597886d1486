//! Watches and expectations once more, on JSON values, with nothing clever in it.

use std::net::IpAddr;

use serde_json::Value;

/// One call: `eventSource`, `eventName`, `sourceIPAddress`, `awsRegion`, `userAgent`, `vpcEndpointId`, and `invokedBy`
/// of the identity.
pub type Call<'a> = [Option<&'a str>; 7];

/// The call of a record. An empty text tells nothing.
pub fn call(record: &Value) -> Call<'_> {
    let fields = ["eventSource", "eventName", "sourceIPAddress", "awsRegion", "userAgent", "vpcEndpointId"];
    let [mut source, name, address, region, agent, endpoint] = fields.map(|field| told(&record[field]));
    let service = told(&record["additionalEventData"]["service"]);
    if source == Some("autoscaling.amazonaws.com")
        && service.is_some_and(|it| it.starts_with("application-autoscaling"))
    {
        source = service;
    }
    [source, name, address, region, agent, endpoint, told(&record["userIdentity"]["invokedBy"])]
}

/// Whether a JSON value is a watch.
pub fn is_watch(watch: &Value) -> bool {
    let texts = |list: &Value, is_good: fn(&str) -> bool| {
        list.as_array().is_some_and(|list| list.iter().all(|it| it.as_str().is_some_and(is_good)))
    };
    let expected = |expected: &Value| {
        expected.as_object().is_some_and(|lists| {
            lists.iter().all(|(name, list)| match name.as_str() {
                "actions" => list.is_null() || texts(list, is_action),
                "source_ips" => list.is_null() || texts(list, is_network),
                "vpce_ids" => list.is_null() || texts(list, is_endpoint),
                "regions" | "user_agents" => list.is_null() || texts(list, |_| true),
                _ => false,
            })
        })
    };
    watch["version"].as_u64() == Some(1)
        && watch["account"].is_string()
        && watch["user"].is_string()
        && ["principal_id", "region"].iter().all(|it| watch[it].is_null() || watch[it].is_string())
        && watch.get("expected").is_none_or(|it| it.is_null() || expected(it))
        && watch.get("ignored_actions").is_none_or(|it| texts(it, is_action))
        && watch.get("topics").is_none_or(|it| texts(it, |_| true))
}

/// Whether one of a watch's ignored actions is the call's.
pub fn ignores(watch: &Value, call: &Call<'_>) -> bool {
    watch["ignored_actions"].as_array().is_some_and(|list| list.iter().any(|it| is_of(it, call)))
}

/// Whether an expectation allows a call; an ignored one may be any call.
pub fn allows(expected: &Value, call: &Call<'_>, is_ignored: bool) -> bool {
    let [_, _, address, region, agent, endpoint, invoked_by] = *call;
    let fits = |list: &str, one: &dyn Fn(&Value) -> bool| match &expected[list] {
        Value::Array(list) => list.iter().any(one),
        _ => true,
    };
    let by_service = address.is_some_and(|address| {
        let address = address.to_ascii_lowercase();
        let domains = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu"];
        (address == "aws internal" && invoked_by.is_some())
            || domains.iter().any(|domain| address.ends_with(domain))
    });
    (is_ignored || fits("actions", &|action| is_of(action, call)))
        && fits("regions", &|it| region.is_some_and(|region| same(text(it), region)))
        && (by_service
            || (expected["source_ips"].is_null() && expected["vpce_ids"].is_null()
                || match endpoint {
                    Some(endpoint) => {
                        !expected["vpce_ids"].is_null() && fits("vpce_ids", &|it| same(text(it), endpoint))
                    }
                    None => {
                        !expected["source_ips"].is_null()
                            && fits("source_ips", &|it| {
                                address.is_some_and(|address| holds(text(it), address))
                            })
                    }
                })
                && fits("user_agents", &|it| {
                    agent.is_some_and(|agent| wild(&chars(text(it)), &chars(agent)))
                }))
}

/// A text that is there and not empty.
fn told(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

fn is_endpoint(text: &str) -> bool {
    let id = text.split_at_checked(5).filter(|(kind, _)| *kind == "vpce-").map_or("", |(_, id)| id);
    (1..=32).contains(&id.len()) && id.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// ASCII letters' case does not matter.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.chars().zip(b.chars()).all(|(a, b)| a.eq_ignore_ascii_case(&b))
}

/// `*` is any number of characters, `?` is one: a table of which beginnings fit which.
pub fn wild(pattern: &[char], text: &[char]) -> bool {
    let mut fits = vec![vec![false; text.len() + 1]; pattern.len() + 1];
    fits[0][0] = true;
    for p in 1..=pattern.len() {
        for t in 0..=text.len() {
            fits[p][t] = match pattern[p - 1] {
                '*' => fits[p - 1][t] || (t > 0 && fits[p][t - 1]),
                '?' => t > 0 && fits[p - 1][t - 1],
                char => t > 0 && char == text[t - 1] && fits[p - 1][t - 1],
            };
        }
    }
    fits[pattern.len()][text.len()]
}

fn is_action(action: &str) -> bool {
    let parts: Vec<&str> = action.split(':').collect();
    let good = |part: &str, more: char| {
        (1..=128).contains(&part.len())
            && part.chars().all(|it| it.is_ascii_alphanumeric() || it == '*' || it == '?' || it == more)
    };
    parts.len() == 2 && good(parts[0], '-') && good(parts[1], '_')
}

/// Whether an action is the call's.
fn is_of(action: &Value, [source, name, ..]: &Call<'_>) -> bool {
    let action = text(action).to_lowercase();
    let (service, wanted) = action.split_once(':').unwrap_or_default();
    let (Some(source), Some(name)) = (source, name) else {
        return action.chars().all(|it| it == '*' || it == ':');
    };
    let mut own: String = source.chars().take_while(|it| *it != '.').collect();
    own.make_ascii_lowercase();
    let mut names = vec![own.as_str()];
    names.extend(match own.as_str() {
        "monitoring" => Some("cloudwatch"),
        "email" => Some("ses"),
        "tagging" => Some("tag"),
        _ => None,
    });
    let name = chars(&name.to_ascii_lowercase());
    let mut calls = vec![&name[..]];
    calls.extend((1..name.len()).filter(|end| is_version(&name[*end..])).map(|end| &name[..end]));
    names.iter().any(|it| wild(&chars(service), &chars(it)))
        && calls.iter().any(|it| wild(&chars(wanted), it))
}

/// `20150331` or `2015_03_31`, perhaps with `v2` or `_2` behind it.
fn is_version(text: &[char]) -> bool {
    let digits = |text: &[char]| text.iter().all(char::is_ascii_digit);
    let is_date = |text: &[char]| match text {
        ['2', '0', date @ ..] if date.len() == 6 => digits(date),
        ['2', '0', y1, y2, '_', m1, m2, '_', d1, d2] => digits(&[*y1, *y2, *m1, *m2, *d1, *d2]),
        _ => false,
    };
    let is_revised = |length: usize| {
        let Some((date, ['v' | '_', number @ ..])) = text.split_at_checked(length) else { return false };
        is_date(date) && (1..=2).contains(&number.len()) && digits(number)
    };
    is_date(text) || is_revised(8) || is_revised(10)
}

/// The bits of an address, first to last. The standard library reads the text.
fn bits(address: IpAddr) -> Vec<bool> {
    let octets = match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    };
    octets.iter().flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1 == 1)).collect()
}

/// The bits that all addresses of a network begin with, and how many an address has.
fn network(network: &str) -> Option<(Vec<bool>, usize)> {
    let (address, length) = match network.split('/').collect::<Vec<_>>()[..] {
        [address] => (address, None),
        [address, length] => (address, Some(length)),
        _ => return None,
    };
    let mut bits = bits(address.parse().ok()?);
    let width = bits.len();
    let length = match length {
        None => width,
        Some("") => return None,
        Some(digits) => digits.chars().try_fold(0, |number: usize, digit| {
            let digit = digit.to_digit(10)? as usize;
            Some((number * 10 + digit).min(1000))
        })?,
    };
    let rest = (length <= width).then(|| bits.split_off(length))?;
    (!rest.contains(&true)).then_some((bits, width))
}

fn is_network(text: &str) -> bool {
    network(text).is_some()
}

fn holds(text: &str, address: &str) -> bool {
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let mut address = bits(address);
    // ::ffff:0:0/96 holds the addresses of IPv4.
    let is_mapped =
        address.len() == 128 && !address[..80].contains(&true) && !address[80..96].contains(&false);
    if is_mapped {
        address.drain(..96);
    }
    network(text).is_some_and(|(bits, width)| width == address.len() && address.starts_with(&bits))
}
