//! The policies of our roles, queues and buses: what each needs and nothing else.

use guard_contract::SOURCE;
use serde_json::{Value, json};

use super::arns::{bucket_arn, bus_arn, queue_arn, role_arn, rule_arn};
use super::{Hub, Location, Names};

fn policy(statements: Vec<Value>) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn logs(at: &Location, group: &str) -> Value {
    json!({
        "Sid": "Log",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": format!("arn:aws:logs:{}:{}:log-group:{group}:*", at.region, at.account),
    })
}

fn failures(at: &Location, names: &Names) -> Value {
    json!({
        "Sid": "KeepFailures",
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": queue_arn(at, &names.queue()),
    })
}

/// What the filter may: read the trail's files, put events on the hub's bus, keep its failures, log.
pub(super) fn filter(hub: &Hub, log_group: &str) -> Value {
    let at = &hub.location;
    let mut statements = vec![
        json!({
            "Sid": "ReadTrail",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": format!("{}/{}*", bucket_arn(&hub.bucket), hub.key_prefix),
        }),
        json!({
            "Sid": "PutSignals",
            "Effect": "Allow",
            "Action": "events:PutEvents",
            "Resource": bus_arn(at, &hub.names.bus()),
        }),
        failures(at, &hub.names),
        logs(at, log_group),
    ];
    if let Some(key) = &hub.kms_key {
        statements.push(json!({
            "Sid": "DecryptTrail", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": key,
        }));
    }
    policy(statements)
}

/// What the responder may: deny exactly the guarded users by exactly the deny policy, look up their rules,
/// keep its failures, log.
///
/// One statement has the users once: a role's inline policies share 10,240 characters. `iam:PolicyARN` is
/// in the request of AttachUserPolicy only, so `IfExists` binds that one and lets the others through
/// (IAM, "Condition keys for AWS Identity and Access Management").
pub(super) fn responder(at: &Location, names: &Names, log_group: &str, users: &[String]) -> Value {
    let mut statements = vec![
        json!({
            "Sid": "FindUser",
            "Effect": "Allow",
            "Action": "events:DescribeRule",
            "Resource": rule_arn(at, &names.bus(), &format!("{}*", names.user_rules())),
        }),
        failures(at, names),
        logs(at, log_group),
    ];
    if !users.is_empty() {
        statements.push(json!({
            "Sid": "DenyUsers",
            "Effect": "Allow",
            "Action": [
                "iam:AttachUserPolicy",
                "iam:GetUserPolicy",
                "iam:ListAttachedUserPolicies",
                "iam:PutUserPolicy",
            ],
            "Resource": users,
            "Condition": { "ArnEqualsIfExists": { "iam:PolicyARN": guard_contract::DENY_POLICY_ARN } },
        }));
    }
    policy(statements)
}

/// What a forwarding role may: put events on the next bus.
pub(super) fn forward(to: &Location, names: &Names) -> Value {
    policy(vec![json!({
        "Sid": "Forward",
        "Effect": "Allow",
        "Action": "events:PutEvents",
        "Resource": bus_arn(to, &names.bus()),
    })])
}

/// Who may assume a role: one service.
pub(crate) fn trust(service: &str) -> Value {
    policy(vec![json!({
        "Effect": "Allow",
        "Principal": { "Service": service },
        "Action": "sts:AssumeRole",
    })])
}

/// Our statement in the policy of a bus: the hub's forwarding role may put our events.
///
/// The principal is the hub's account and the role a condition, because a policy that names a role stops
/// working when the role is made anew (IAM, "AWS JSON policy elements: Principal").
pub(super) fn bus_statement(at: &Location, hub: &Hub) -> Value {
    let names = &hub.names;
    json!({
        "Sid": names.statement("hub"),
        "Effect": "Allow",
        "Principal": { "AWS": format!("arn:aws:iam::{}:root", hub.location.account) },
        "Action": "events:PutEvents",
        "Resource": bus_arn(at, &names.bus()),
        "Condition": {
            "ArnEquals": { "aws:PrincipalArn": role_arn(&hub.location.account, &names.forward_role(&hub.location, at)) },
            "StringEquals": { "events:source": SOURCE },
        },
    })
}

/// Our statement in the policy of a dead-letter queue: rules of our bus may leave what they can't deliver.
pub(super) fn queue_statement(at: &Location, names: &Names) -> Value {
    json!({
        "Sid": names.statement("rules"),
        "Effect": "Allow",
        "Principal": { "Service": "events.amazonaws.com" },
        "Action": "sqs:SendMessage",
        "Resource": queue_arn(at, &names.queue()),
        "Condition": { "ArnLike": { "aws:SourceArn": rule_arn(at, &names.bus(), "*") } },
    })
}
