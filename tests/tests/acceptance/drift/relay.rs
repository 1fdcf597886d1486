//! The relay: a bus that only the hub may write to, and the way on.

use super::case::{Case, Place, Seen};

const fn case(
    object: (&'static str, &'static str),
    happens: &'static [&'static str],
    seen: Seen,
    repaired_by: &'static [&'static str],
) -> Case {
    Case { place: Place::Relay, object, happens, seen, repaired_by }
}

const QUEUE: (&str, &str) = ("queue", "guard-dead-letters");
const BUS_PERMISSION: (&str, &str) = ("event_bus_permission", "guard-hub");
const ROLE: (&str, &str) = ("role", "guard-us-east-1-to-222222222222-eu-west-1");
const RULE: (&str, &str) = ("rule", "guard-to-222222222222-eu-west-1");
const TARGET: (&str, &str) = ("target", "bus");

/// What happens to the relay, in rounds.
pub(crate) const ROUNDS: &[&[Case]] = &[
    &[
        case(
            BUS_PERMISSION,
            &["events remove-permission --event-bus-name guard-bus --statement-id guard-hub"],
            Seen::Gone(&[]),
            &["PutPermission"],
        ),
        case(
            ROLE,
            &[
                r#"iam put-role-policy --role-name guard-us-east-1-to-222222222222-eu-west-1 --policy-name guard-us-east-1-to-222222222222-eu-west-1 --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
            ],
            Seen::Drift("its policy differs"),
            &["PutRolePolicy"],
        ),
    ],
    &[
        case(
            BUS_PERMISSION,
            &[
                r#"events put-permission --event-bus-name guard-bus --policy {"Version":"2012-10-17","Statement":[{"Sid":"guard-hub","Effect":"Allow","Principal":"*","Action":"events:PutEvents","Resource":"arn:aws:events:<region>:<account>:event-bus/guard-bus"}]}"#,
            ],
            Seen::Drift("it lets in others than the hub's forwarding role"),
            &["PutPermission"],
        ),
        case(
            ROLE,
            &[
                r#"iam update-assume-role-policy --role-name guard-us-east-1-to-222222222222-eu-west-1 --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#,
            ],
            Seen::Drift("its trust is not events.amazonaws.com alone"),
            &["UpdateAssumeRolePolicy"],
        ),
        case(
            RULE,
            &["events disable-rule --event-bus-name guard-bus --name guard-to-222222222222-eu-west-1"],
            Seen::Drift("it is disabled"),
            &["PutRule"],
        ),
    ],
    &[
        case(QUEUE, &["sqs delete-queue --queue-url <queue>"], Seen::Gone(&[]), &["CreateQueue"]),
        case(
            RULE,
            &[
                r#"events untag-resource --resource-arn arn:aws:events:<region>:<account>:rule/guard-bus/guard-to-222222222222-eu-west-1 --tag-keys guard:hub"#,
            ],
            Seen::Drift("its tags differ: guard:hub"),
            &["TagResource"],
        ),
        case(
            TARGET,
            &[
                "events remove-targets --event-bus-name guard-bus --rule guard-to-222222222222-eu-west-1 --ids bus",
            ],
            Seen::Gone(&[]),
            &["PutTargets"],
        ),
    ],
    &[
        case(
            TARGET,
            &[
                "events put-targets --event-bus-name guard-bus --rule guard-to-222222222222-eu-west-1 --targets Id=bus,Arn=arn:aws:events:eu-west-1:<account>:event-bus/guard-bus,RoleArn=arn:aws:iam::<account>:role/OrganizationAccountAccessRole,DeadLetterConfig={Arn=arn:aws:sqs:<region>:<account>:guard-dead-letters}",
            ],
            Seen::Drift("its role differs"),
            &["PutTargets"],
        ),
        case(
            ROLE,
            &[
                "iam delete-role-policy --role-name guard-us-east-1-to-222222222222-eu-west-1 --policy-name guard-us-east-1-to-222222222222-eu-west-1",
                "iam delete-role --role-name guard-us-east-1-to-222222222222-eu-west-1",
            ],
            Seen::Gone(&[]),
            &["CreateRole", "PutRolePolicy"],
        ),
    ],
    &[case(
        RULE,
        &[
            "events remove-targets --event-bus-name guard-bus --rule guard-to-222222222222-eu-west-1 --ids bus",
            "events delete-rule --event-bus-name guard-bus --name guard-to-222222222222-eu-west-1",
        ],
        Seen::Gone(&[TARGET]),
        &["PutRule", "PutTargets"],
    )],
    &[case(
        ("event_bus", "guard-bus"),
        &[
            "events remove-targets --event-bus-name guard-bus --rule guard-to-222222222222-eu-west-1 --ids bus",
            "events delete-rule --event-bus-name guard-bus --name guard-to-222222222222-eu-west-1",
            "events delete-event-bus --name guard-bus",
        ],
        Seen::Gone(&[BUS_PERMISSION, RULE, TARGET]),
        &["CreateEventBus", "PutPermission", "PutRule", "PutTargets"],
    )],
];
