//! The policies of our roles, queues and buses: what each needs and nothing else.

use std::collections::BTreeSet;

use guard_contract::{Handler, SOURCE, TRIPPED_SOURCE, deny_policy_arn};
use serde_json::{Value, json};

use super::arns::{arn, bucket_arn, bus_arn, iam_arn, parameter_arn, queue_arn, role_arn, rule_arn};
use super::{DEFAULT_BUS, Delivery, Hub, Location, Names};

fn policy(statements: Vec<Value>) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// The condition on an event's source. The key has many values (service authorization reference: ArrayOfString); a set
/// operator is what IAM documents for such, and holds if it has only one as well.
fn source_is(source: &str) -> Value {
    json!({ "ForAnyValue:StringEquals": { "events:source": source } })
}

fn logs(at: &Location, names: &Names, handler: Handler) -> Value {
    let group = names.log_group(handler);
    json!({
        "Sid": "Log",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": arn("logs", at, &format!("log-group:{group}:*")),
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

/// What lies in a queue is handled again on request.
fn replay(queues: &[String]) -> Value {
    json!({
        "Sid": "Replay",
        "Effect": "Allow",
        "Action": ["sqs:DeleteMessage", "sqs:ReceiveMessage"],
        "Resource": queues,
    })
}

/// Any topic of the organization may be told: which, the guards say in their rules' tags (IAM, "Global condition
/// keys": `aws:ResourceOrgID`). One that is encrypted needs its key, through SNS alone.
fn tell(at: &Location) -> [Value; 2] {
    let partition = at.partition();
    let own = json!({ "aws:ResourceOrgID": "${aws:PrincipalOrgID}" });
    [
        json!({
            "Sid": "TellTopics",
            "Effect": "Allow",
            "Action": "sns:Publish",
            "Resource": format!("arn:{}:sns:*:*:*", partition.name()),
            "Condition": { "StringEquals": own },
        }),
        json!({
            "Sid": "TellEncryptedTopics",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": "*",
            "Condition": { "StringEquals": own, "StringLike": { "kms:ViaService": format!("sns.*.{}", partition.dns_suffix()) } },
        }),
    ]
}

/// What the filter may: read the trail's files and what guards expect, put events on the hub's bus, keep and
/// replay failures, tell of alarms, log.
pub(super) fn filter(hub: &Hub) -> Value {
    let (at, names) = (&hub.location, &hub.names);
    let mut statements = vec![
        json!({
            "Sid": "ReadTrail",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": format!("{}/{}*", bucket_arn(at, &hub.bucket), hub.key_prefix),
        }),
        json!({
            "Sid": "PutSignals",
            "Effect": "Allow",
            "Action": "events:PutEvents",
            "Resource": bus_arn(at, &hub.names.bus()),
        }),
        json!({
            "Sid": "ReadWatches",
            "Effect": "Allow",
            "Action": "ssm:GetParametersByPath",
            "Resource": [parameter_arn(at, &names.watches()), parameter_arn(at, &format!("{}/*", names.watches()))],
        }),
        failures(at, names),
        // Those of the relays' accounts, as far as their policies let it.
        replay(&[queue_arn(&Location::new("*", &at.region), &names.queue())]),
        logs(at, names, Handler::Filter),
    ];
    statements.extend(tell(at));
    if let Some(key) = &hub.kms_key {
        statements.push(json!({
            "Sid": "DecryptTrail", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": key,
        }));
    }
    policy(statements)
}

/// What the responder may: deny exactly the guarded users by exactly the deny policy or by making their keys
/// inactive, read their rules and write into their tags how they tripped, tell of it, keep and replay failures, log.
///
/// Whoever has a leaked key may rename its user or give it another path, so the deny may be attached to every user of the
/// account: all that can be done with that is to deny. The other steps could give a user permissions, and are for the
/// guarded names alone, under any path. One statement has the users once: a role's inline policies share 10,240 characters. `iam:PolicyARN` is
/// in the request of AttachUserPolicy only, so `IfExists` binds that one and lets the others through
/// (IAM, "Condition keys for AWS Identity and Access Management").
pub(super) fn responder(at: &Location, names: &Names, users: &[String]) -> Value {
    let rules = rule_arn(at, &names.bus(), &format!("{}*", names.user_rules()));
    let mut statements = vec![
        json!({
            "Sid": "KnowGuards",
            "Effect": "Allow",
            "Action": ["events:DescribeRule", "events:ListTagsForResource", "events:TagResource"],
            "Resource": rules,
        }),
        json!({
            "Sid": "List",
            "Effect": "Allow",
            // They take no narrower resource (service authorization reference).
            "Action": ["events:ListRules", "iam:ListUsers"],
            "Resource": "*",
        }),
        json!({
            "Sid": "TellTools",
            "Effect": "Allow",
            "Action": "events:PutEvents",
            "Resource": bus_arn(at, DEFAULT_BUS),
            "Condition": source_is(TRIPPED_SOURCE),
        }),
        failures(at, names),
        replay(&[queue_arn(at, &names.queue())]),
        logs(at, names, Handler::Responder),
    ];
    statements.extend(tell(at));
    if !users.is_empty() {
        statements.push(json!({
            "Sid": "DenyUsers",
            "Effect": "Allow",
            "Action": ["iam:AttachUserPolicy", "iam:GetAccessKeyLastUsed", "iam:ListAttachedUserPolicies"],
            "Resource": iam_arn(at, "user/*"),
            "Condition": { "ArnEqualsIfExists": { "iam:PolicyARN": deny_policy_arn(at.partition()) } },
        }));
        let name = |arn: &String| arn.rsplit('/').next().unwrap_or_default().to_owned();
        let names: BTreeSet<String> = users.iter().map(name).collect();
        // `*` is any text, slashes included (IAM, "IAM JSON policy elements: Resource"). One ARN `user*/name` would
        // cover both, but IAM refuses paths that don't begin with `user/` (MalformedPolicyDocument).
        let any_path =
            |name: &String| [format!("user/{name}"), format!("user/*/{name}")].map(|path| iam_arn(at, &path));
        statements.push(json!({
            "Sid": "FallBack",
            "Effect": "Allow",
            "Action": ["iam:GetUserPolicy", "iam:ListAccessKeys", "iam:PutUserPolicy", "iam:UpdateAccessKey"],
            "Resource": names.iter().flat_map(any_path).collect::<Vec<_>>(),
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
    let mut condition = source_is(SOURCE);
    let sender = role_arn(&hub.location, &names.forward_role(&hub.location, at));
    condition["ArnEquals"] = json!({ "aws:PrincipalArn": sender });
    json!({
        "Sid": names.statement("hub"),
        "Effect": "Allow",
        "Principal": { "AWS": iam_arn(&hub.location, "root") },
        "Action": "events:PutEvents",
        "Resource": bus_arn(at, &names.bus()),
        "Condition": condition,
    })
}

/// Our statement in the policy of a dead-letter queue: rules of our bus may leave what they can't deliver, and so may
/// the rule that picks the trail's files.
pub(super) fn queue_statement(at: &Location, hub: &Hub) -> Value {
    let names = &hub.names;
    let ours = rule_arn(at, &names.bus(), "*");
    let source = match hub.delivery {
        Delivery::EventBridge if *at == hub.location => {
            json!([ours, rule_arn(at, DEFAULT_BUS, &names.trail_rule())])
        }
        _ => json!(ours),
    };
    json!({
        "Sid": names.statement("rules"),
        "Effect": "Allow",
        "Principal": { "Service": "events.amazonaws.com" },
        "Action": "sqs:SendMessage",
        "Resource": queue_arn(at, &names.queue()),
        "Condition": { "ArnLike": { "aws:SourceArn": source } },
    })
}

/// Our second statement in the policy of a relay's dead-letter queue: the filter may replay what lies in it, since
/// only events that the hub's account puts are let through.
pub(super) fn replay_statement(at: &Location, hub: &Hub) -> Value {
    let names = &hub.names;
    let role = names.function_role(Handler::Filter, &hub.location.region);
    json!({
        "Sid": names.statement("replay"),
        "Effect": "Allow",
        "Principal": { "AWS": iam_arn(&hub.location, "root") },
        "Action": ["sqs:DeleteMessage", "sqs:ReceiveMessage"],
        "Resource": queue_arn(at, &names.queue()),
        "Condition": { "ArnEquals": { "aws:PrincipalArn": role_arn(&hub.location, &role) } },
    })
}
