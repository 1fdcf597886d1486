//! The blocks in the provider block.

use tf_provider::schema::{AttributeConstraint, AttributeType, Block};

use super::super::{attribute, block, optional, required};
use super::{Attributes, sensitive, set};

/// What both ways to assume a role take.
fn session() -> Attributes {
    vec![
        (
            "duration",
            optional("How long a session lasts, such as `1h30m`: 15 minutes to 12 hours. Default: `1h`."),
        ),
        ("policy", optional("IAM policy, as JSON, that narrows what the session may do.")),
        ("policy_arns", set("ARNs of managed policies that narrow what the session may do, at most 10.")),
    ]
}

pub(super) fn assume_role() -> Block {
    let own = vec![
        ("role_arn", required("ARN of the role.")),
        ("session_name", optional("Name of the session, as CloudTrail shows it. Default: `guard`.")),
        ("external_id", optional("External id that the role's trust policy asks for.")),
        (
            "source_identity",
            optional("Who is behind the session, as CloudTrail shows it, 2 to 64 characters."),
        ),
        (
            "tags",
            attribute(
                AttributeType::Map(Box::new(AttributeType::String)),
                AttributeConstraint::Optional,
                "Tags of the session, at most 50.",
            ),
        ),
        (
            "transitive_tag_keys",
            set(
                "Keys of those tags that stay when the session assumes another role, as it does for member accounts.",
            ),
        ),
    ];
    block(
        "A role to assume before anything else; the hub is then that role's account.",
        [own, session()].concat(),
        vec![],
    )
}

pub(super) fn assume_role_with_web_identity() -> Block {
    let own = vec![
        ("role_arn", optional("ARN of the role. Default: `AWS_ROLE_ARN`.")),
        (
            "session_name",
            optional(
                "Name of the session, as CloudTrail shows it. Default: `AWS_ROLE_SESSION_NAME`, `guard`.",
            ),
        ),
        ("web_identity_token", sensitive(optional("The token of the identity provider."))),
        (
            "web_identity_token_file",
            optional(
                "Path of the file with the token, which is read whenever a session begins; `~` is the home folder. Default: `AWS_WEB_IDENTITY_TOKEN_FILE`.",
            ),
        ),
    ];
    block(
        "A role to assume with the token of an OpenID Connect provider instead of credentials; `assume_role` is then assumed from it.",
        [own, session()].concat(),
        vec![],
    )
}

pub(super) fn endpoints() -> Block {
    let of = |name: &'static str, service: &str| {
        (name, optional(&format!("URL of {service}, before `AWS_ENDPOINT_URL` and its kind.")))
    };
    block(
        "Where services are, if not at AWS's own addresses.",
        vec![
            of("cloudtrail", "CloudTrail"),
            of("cloudwatch", "CloudWatch"),
            of("events", "EventBridge"),
            of("iam", "IAM"),
            of("lambda", "Lambda"),
            of("logs", "CloudWatch Logs"),
            of("resourcegroupstaggingapi", "the Resource Groups Tagging API"),
            of("s3", "S3"),
            of("sns", "SNS"),
            of("sqs", "SQS"),
            of("ssm", "Systems Manager"),
            of("sts", "STS"),
        ],
        vec![],
    )
}

pub(super) fn default_tags() -> Block {
    let tags = attribute(
        AttributeType::Map(Box::new(AttributeType::String)),
        AttributeConstraint::Optional,
        "Tags by key, at most 30. Each may also be in a variable `TF_AWS_DEFAULT_TAGS_<key>`, which the block goes before.",
    );
    block(
        "Tags of everything that guard makes. A guard's own `tags` go before them; on shared objects they are only added, never changed by another state and never taken off.",
        vec![("tags", tags)],
        vec![],
    )
}

pub(super) fn ignore_tags() -> Block {
    block(
        "Tags that others manage: guard neither sets nor removes nor compares them.",
        vec![
            ("keys", set("Their keys. `TF_AWS_IGNORE_TAGS_KEYS`, separated by commas, adds to them.")),
            (
                "key_prefixes",
                set(
                    "What their keys begin with. `TF_AWS_IGNORE_TAGS_KEY_PREFIXES`, separated by commas, adds to it.",
                ),
            ),
        ],
        vec![],
    )
}

pub(super) fn trail() -> Block {
    block(
        "A trail whose bucket is another account's, as with AWS Control Tower; the hub is then in that account.",
        vec![
            ("bucket_account_id", required("The bucket's account.")),
            (
                "bucket",
                optional("The bucket with the trail's files. Default: the one that the trail writes to."),
            ),
            (
                "role_arn",
                optional(
                    "ARN of the role to assume in that account. Default: the one of `member_role_name` there.",
                ),
            ),
        ],
        vec![],
    )
}
