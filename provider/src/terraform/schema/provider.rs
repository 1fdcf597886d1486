//! The provider block. Names and meanings are hashicorp/aws's, as far as guard has a use for them.

mod blocks;

use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, NestedBlock, Schema};

use super::{VERSION, attribute, block, optional};

use blocks::{assume_role, assume_role_with_web_identity, default_tags, endpoints, ignore_tags, trail};

/// The provider block.
pub(in crate::terraform) fn provider() -> Schema {
    let attributes = [reach(), credentials(), accounts(), requests(), transport(), of_guard()].concat();
    let blocks = vec![
        ("assume_role", NestedBlock::Optional(assume_role())),
        ("assume_role_with_web_identity", NestedBlock::Optional(assume_role_with_web_identity())),
        ("default_tags", NestedBlock::Optional(default_tags())),
        ("endpoints", NestedBlock::Optional(endpoints())),
        ("ignore_tags", NestedBlock::Optional(ignore_tags())),
        ("trail", NestedBlock::Optional(trail())),
    ];
    let description = "Guards the IAM users of scripts in an AWS organization. Credentials are those of the management account; the hub is the account and region of the trail's bucket.";
    Schema { version: VERSION, block: block(description, attributes, blocks) }
}

type Attributes = Vec<(&'static str, Attribute)>;

fn sensitive(attribute: Attribute) -> Attribute {
    Attribute { sensitive: true, ..attribute }
}

fn flag(description: &str) -> Attribute {
    attribute(AttributeType::Bool, AttributeConstraint::Optional, description)
}

fn list(description: &str) -> Attribute {
    attribute(
        AttributeType::List(Box::new(AttributeType::String)),
        AttributeConstraint::Optional,
        description,
    )
}

fn set(description: &str) -> Attribute {
    attribute(AttributeType::Set(Box::new(AttributeType::String)), AttributeConstraint::Optional, description)
}

fn reach() -> Attributes {
    vec![
        (
            "region",
            optional(
                "Region of the organization trail. Default: the standard chain (`AWS_REGION`, the profile).",
            ),
        ),
        ("sts_region", optional("Region whose STS is asked. Default: `region`.")),
        (
            "use_fips_endpoint",
            flag(
                "Whether services are reached at their FIPS endpoints, which few regions have. Default: `AWS_USE_FIPS_ENDPOINT`, the profile, `false`.",
            ),
        ),
        (
            "use_dualstack_endpoint",
            flag(
                "Whether services are reached at their endpoints with IPv6. Default: `AWS_USE_DUALSTACK_ENDPOINT`, the profile, `false`.",
            ),
        ),
        (
            "s3_use_path_style",
            flag(
                "Whether a bucket's name is in the path of S3's address and not in its host name. Default: `true` where S3 has an address of its own, else `false`.",
            ),
        ),
        (
            "skip_metadata_api_check",
            optional(
                "`true` keeps the provider from asking the EC2 metadata service for a region or credentials. Default: `AWS_EC2_METADATA_DISABLED`.",
            ),
        ),
    ]
}

fn credentials() -> Attributes {
    vec![
        (
            "profile",
            optional(
                "Profile of the shared configuration files. One that is named here goes before the keys of the environment. Default: `AWS_PROFILE`.",
            ),
        ),
        (
            "shared_config_files",
            list(
                "Paths of shared configuration files; `~` is the home folder. Default: `AWS_CONFIG_FILE`, `~/.aws/config`.",
            ),
        ),
        (
            "shared_credentials_files",
            list(
                "Paths of shared credentials files; `~` is the home folder. Default: `AWS_SHARED_CREDENTIALS_FILE`, `~/.aws/credentials`.",
            ),
        ),
        ("access_key", optional("Access key id. Better left to the standard chain.")),
        ("secret_key", sensitive(optional("Secret access key. Better left to the standard chain."))),
        ("token", sensitive(optional("Session token of temporary credentials."))),
    ]
}

fn accounts() -> Attributes {
    vec![
        (
            "allowed_account_ids",
            set(
                "The only accounts that the caller may be of; with another one nothing is planned or done. Not with `forbidden_account_ids`.",
            ),
        ),
        (
            "forbidden_account_ids",
            set(
                "Accounts that the caller may not be of; with one of them nothing is planned or done. Not with `allowed_account_ids`.",
            ),
        ),
    ]
}

fn requests() -> Attributes {
    vec![
        (
            "max_retries",
            attribute(
                AttributeType::Number,
                AttributeConstraint::Optional,
                "How often a call is tried, the first time included, while AWS throttles it or fails: 1 to 1000. Default: `AWS_MAX_ATTEMPTS`, the profile's `max_attempts`, `10`.",
            ),
        ),
        (
            "retry_mode",
            optional(
                "How calls are tried again: `standard`, or `adaptive`, which slows all calls down while AWS throttles. Default: `AWS_RETRY_MODE`, the profile's `retry_mode`, `standard`.",
            ),
        ),
    ]
}

fn transport() -> Attributes {
    vec![
        (
            "custom_ca_bundle",
            optional(
                "Path of a PEM file with the certificates to trust instead of the system's; `~` is the home folder. Default: `AWS_CA_BUNDLE`.",
            ),
        ),
        (
            "http_proxy",
            sensitive(optional(
                "URL of the proxy for HTTP, and for HTTPS too if nothing names one for it. Default: `HTTP_PROXY`.",
            )),
        ),
        (
            "https_proxy",
            sensitive(optional(
                "URL of the proxy for HTTPS. An empty text is none. Default: `HTTPS_PROXY`, `http_proxy`.",
            )),
        ),
        (
            "no_proxy",
            optional(
                "Hosts that are reached without a proxy, separated by commas: domains with all below them, addresses, CIDR blocks, or `*`. Default: `NO_PROXY`.",
            ),
        ),
        (
            "user_agent",
            list(
                "Products to add to the user agent of every request, such as `Pipeline/7 (nightly)`. `TF_APPEND_USER_AGENT` follows.",
            ),
        ),
    ]
}

fn of_guard() -> Attributes {
    vec![
        (
            "trail_name",
            optional(
                "Name or ARN of the organization trail. Default: the one organization trail of the region.",
            ),
        ),
        (
            "delivery",
            optional(
                "How the filter hears of the trail's new files: `notification`, by an entry in the bucket's notification; `eventbridge`, by EventBridge, for buckets that tell somebody else of the same files already; or `sns`, by the topic that the trail tells of them. All states of an organization should have the same. Default: `notification`.",
            ),
        ),
        (
            "member_role_name",
            optional("Role that is assumed in member accounts. Default: `OrganizationAccountAccessRole`."),
        ),
        (
            "name_prefix",
            optional(
                "What the name of every object begins with: 1 to 16 lower-case letters, digits and hyphens, beginning with neither `aws` nor `ssm`. Default: `guard`.",
            ),
        ),
    ]
}
