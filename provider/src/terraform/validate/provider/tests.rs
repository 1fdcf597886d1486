use serde_json::json;

use super::super::super::config::{AssumeRoleBlock, WebIdentityBlock};
use super::*;

/// The provider block with these arguments, as Terraform would send it.
fn config(arguments: serde_json::Value) -> Config {
    let mut all = serde_json::to_value(Config::default()).expect("a configuration is plain data");
    for (name, value) in arguments.as_object().expect("arguments have names") {
        all[name] = match (&all[name], value) {
            // A block is a list, and Terraform sends all its attributes.
            (serde_json::Value::Array(_), serde_json::Value::Object(given)) => {
                let mut block = match name.as_str() {
                    "assume_role" => serde_json::to_value(AssumeRoleBlock::default()),
                    "endpoints" => serde_json::to_value(EndpointsBlock::default()),
                    _ => serde_json::to_value(WebIdentityBlock::default()),
                }
                .expect("a block is plain data");
                for (name, value) in given {
                    block[name] = value.clone();
                }
                json!([block])
            }
            _ => value.clone(),
        };
    }
    serde_json::from_value(all).expect("it is what Terraform sends")
}

/// What is said of the arguments, each with its path.
fn said(arguments: serde_json::Value) -> Vec<(String, String)> {
    let mut diags = Diagnostics::default();
    provider(&mut diags, &config(arguments));
    let path = |path: &AttributePath| format!("{:?}", path.steps);
    diags
        .errors
        .iter()
        .map(|error| (path(&error.attribute), format!("{}: {}", error.summary, error.detail)))
        .collect()
}

/// One thing is said, of this attribute, with this text.
fn refused(arguments: serde_json::Value, attribute: &str, text: &str) {
    let said = said(arguments);
    let [(path, words)] = &said[..] else { panic!("one thing should be said: {said:?}") };
    assert!(path.contains(attribute), "{path} is not {attribute}");
    assert!(words.contains(text), "{words}");
}

#[test]
fn what_is_right_is_let_through() {
    let all = json!({
        "region": "us-east-1", "sts_region": "eu-west-1", "allowed_account_ids": ["111111111111"],
        "max_retries": 25, "retry_mode": "adaptive", "skip_metadata_api_check": "true",
        "http_proxy": "proxy:8080", "https_proxy": "",
        "assume_role": {
            "role_arn": "arn:aws:iam::111111111111:role/terraform", "duration": "1h30m",
            "policy": "{\"Statement\": []}", "policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "tags": {"team": "security"}, "transitive_tag_keys": ["team"], "source_identity": "me@example.com",
        },
        "assume_role_with_web_identity": {"web_identity_token_file": "~/token"},
        "endpoints": {"s3": "https://s3.example.com:8443/path", "sts": "http://[::1]:4566"},
    });
    assert_eq!(said(all), []);
    assert_eq!(said(json!({})), []);
}

#[test]
fn accounts_have_twelve_digits_and_one_list() {
    refused(json!({"allowed_account_ids": ["1234"]}), "allowed_account_ids", "1234");
    refused(json!({"forbidden_account_ids": ["11111111111x"]}), "forbidden_account_ids", "11111111111x");
    let both = json!({"allowed_account_ids": ["111111111111"], "forbidden_account_ids": ["222222222222"]});
    refused(both, "forbidden_account_ids", "Keep one of them");
}

#[test]
fn retries_are_counted_and_named() {
    for wrong in [json!(0), json!(-1), json!(2.5), json!(1001)] {
        refused(json!({"max_retries": wrong}), "max_retries", "whole number from 1 to 1000");
    }
    refused(json!({"retry_mode": "legacy"}), "retry_mode", "legacy");
    refused(json!({"skip_metadata_api_check": "yes"}), "skip_metadata_api_check", "yes");
}

#[test]
fn a_proxys_password_is_not_repeated() {
    let wrong = json!({"https_proxy": "socks5://me:secret@proxy:1080"});
    refused(wrong.clone(), "https_proxy", "schemes http and https");
    assert!(!said(wrong)[0].1.contains("secret"));
}

#[test]
fn an_endpoint_is_a_url() {
    for wrong in [
        "sts.example.com",
        "ftp://x",
        "http://",
        "http://a b",
        "http://x:port",
        "https://x/?q",
        "http://[zz]",
    ] {
        refused(json!({"endpoints": {"sts": wrong}}), "sts", wrong);
    }
}

#[test]
fn a_role_to_assume_is_checked_in_its_block() {
    let role = |more: serde_json::Value| {
        let mut block = json!({"role_arn": "arn:aws:iam::111111111111:role/terraform"});
        for (name, value) in more.as_object().expect("arguments") {
            block[name] = value.clone();
        }
        json!({"assume_role": block})
    };
    refused(role(json!({"role_arn": "terraform"})), "role_arn", "\"terraform\"");
    refused(role(json!({"duration": "5m"})), "duration", "15 minutes to 12 hours");
    refused(role(json!({"duration": "13h"})), "duration", "15 minutes to 12 hours");
    refused(role(json!({"duration": "soon"})), "duration", "soon");
    refused(role(json!({"policy": "{"})), "policy", "not JSON");
    refused(role(json!({"policy": "[]"})), "policy", "not an object");
    refused(role(json!({"policy_arns": ["ReadOnlyAccess"]})), "policy_arns", "ReadOnlyAccess");
    refused(role(json!({"session_name": "a b"})), "session_name", "a b");
    refused(role(json!({"source_identity": "x"})), "source_identity", "2 to 64");
    let keys = json!({"tags": {"team": "x"}, "transitive_tag_keys": ["owner"]});
    refused(role(keys), "transitive_tag_keys", "owner");
    refused(json!({"assume_role_with_web_identity": {"duration": "1m"}}), "duration", "1m");
    let twice = json!({"web_identity_token": "t", "web_identity_token_file": "f"});
    refused(json!({"assume_role_with_web_identity": twice}), "web_identity_token_file", "Keep one of them");
}

#[test]
fn what_is_not_known_yet_is_named_when_it_is_needed() {
    // Terraform's unknown, as tf-provider has it.
    let unknown = serde_json::to_value(Value::<String>::Unknown).expect("a marker");
    for name in ["region", "http_proxy", "max_retries", "use_fips_endpoint", "shared_config_files"] {
        let config = config(json!({name: unknown.clone()}));
        let missing = config.settings("1.11.4").err().expect("it is not known");
        assert_eq!(missing.0, name);
    }
    let of_list = config(json!({"allowed_account_ids": ["111111111111", unknown.clone()]}));
    assert_eq!(of_list.settings("").err().expect("one is not known").0, "allowed_account_ids");
    let of_block = config(json!({"endpoints": {"iam": unknown}}));
    assert_eq!(of_block.settings("").err().expect("one is not known").0, "endpoints.iam");
}
