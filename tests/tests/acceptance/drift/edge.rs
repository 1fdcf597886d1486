//! The edge: the responder and its surroundings, and the guard's own rule, target and alarm.

use super::case::{Case, Place, Seen};

const fn case(
    object: (&'static str, &'static str),
    happens: &'static [&'static str],
    seen: Seen,
    repaired_by: &'static [&'static str],
) -> Case {
    Case { place: Place::Edge, object, happens, seen, repaired_by }
}

const QUEUE: (&str, &str) = ("queue", "guard-dead-letters");
const LOG_GROUP: (&str, &str) = ("log_group", "/aws/lambda/guard-responder");
const ROLE: (&str, &str) = ("role", "guard-responder-eu-west-1");
const FUNCTION: (&str, &str) = ("function", "guard-responder");
const ASYNC_SETTINGS: (&str, &str) = ("async_settings", "guard-responder");
const RULES: (&str, &str) = ("function_permission", "guard-rules");
const ALARMS: (&str, &str) = ("function_permission", "guard-alarms");
const RULE: (&str, &str) = ("rule", "<own>");
const TARGET: (&str, &str) = ("target", "responder");
const ALARM: (&str, &str) = ("alarm", "<own>");

/// What happens to the edge, in rounds.
pub(crate) const ROUNDS: &[&[Case]] = &[
    &[
        case(
            RULE,
            &["events disable-rule --event-bus-name guard-bus --name <own>"],
            Seen::Drift("it is disabled"),
            &["PutRule"],
        ),
        case(ALARM, &["cloudwatch delete-alarms --alarm-names <own>"], Seen::Gone(&[]), &["PutMetricAlarm"]),
        case(
            ROLE,
            &[
                r#"iam put-role-policy --role-name guard-responder-eu-west-1 --policy-name guard-responder-eu-west-1 --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
            ],
            Seen::Drift("its policy differs"),
            &["PutRolePolicy"],
        ),
        case(
            FUNCTION,
            &[
                "lambda put-function-concurrency --function-name guard-responder --reserved-concurrent-executions 0",
            ],
            Seen::Drift("it may not run: its reserved concurrency is 0"),
            &["DeleteFunctionConcurrency"],
        ),
        case(
            ASYNC_SETTINGS,
            &[
                "lambda put-function-event-invoke-config --function-name guard-responder --maximum-event-age-in-seconds 60 --maximum-retry-attempts 2 --destination-config {\"OnFailure\":{\"Destination\":\"arn:aws:sqs:<region>:<account>:guard-dead-letters\"}}",
            ],
            Seen::Drift("it doesn't keep events for six hours"),
            &["PutFunctionEventInvokeConfig"],
        ),
    ],
    &[
        case(
            TARGET,
            &["events remove-targets --event-bus-name guard-bus --rule <own> --ids responder"],
            Seen::Gone(&[]),
            &["PutTargets"],
        ),
        case(
            ALARM,
            &["cloudwatch disable-alarm-actions --alarm-names <own>"],
            Seen::Drift("its actions are disabled"),
            &["PutMetricAlarm"],
        ),
        case(
            ROLE,
            &[
                r#"iam update-assume-role-policy --role-name guard-responder-eu-west-1 --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#,
            ],
            Seen::Drift("its trust is not lambda.amazonaws.com alone"),
            &["UpdateAssumeRolePolicy"],
        ),
        case(
            RULES,
            &["lambda remove-permission --function-name guard-responder --statement-id guard-rules"],
            Seen::Gone(&[]),
            &["AddPermission"],
        ),
        case(QUEUE, &["sqs delete-queue --queue-url <queue>"], Seen::Gone(&[]), &["CreateQueue"]),
    ],
    &[
        case(
            TARGET,
            &[
                r#"events put-targets --event-bus-name guard-bus --rule <own> --targets [{"Id":"responder","Arn":"arn:aws:lambda:<region>:<account>:function:guard-responder","DeadLetterConfig":{"Arn":"arn:aws:sqs:<region>:<account>:guard-dead-letters"},"Input":"{}","RetryPolicy":{"MaximumRetryAttempts":0}}]"#,
            ],
            Seen::Drift("it changes the event; it gives up earlier than it need"),
            &["PutTargets"],
        ),
        case(
            ALARM,
            &[
                r#"cloudwatch put-metric-alarm --alarm-name <own> --alarm-description {"guard":1,"hub":"<hub>/us-east-1","user":"arn:aws:iam::<account>:user/backup","topology":"relay"} --namespace AWS/Events --metric-name MatchedEvents --dimensions Name=EventBusName,Value=guard-bus Name=RuleName,Value=<own> --period 60 --statistic Sum --evaluation-periods 1 --threshold 100 --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching --alarm-actions arn:aws:lambda:<region>:<account>:function:guard-responder"#,
            ],
            Seen::Drift("it is evaluated in another way"),
            &["PutMetricAlarm"],
        ),
        case(
            LOG_GROUP,
            &["logs delete-retention-policy --log-group-name /aws/lambda/guard-responder"],
            Seen::Drift("it keeps logs for ever, not 365 days"),
            &["PutRetentionPolicy"],
        ),
        case(
            FUNCTION,
            &[
                "lambda tag-resource --resource arn:aws:lambda:<region>:<account>:function:guard-responder --tags guard:artifact=0.0.1",
            ],
            Seen::Drift("its artifact is not marked as <artifact>"),
            &["TagResource"],
        ),
        case(
            ALARMS,
            &[
                "lambda remove-permission --function-name guard-responder --statement-id guard-alarms",
                "lambda add-permission --function-name guard-responder --statement-id guard-alarms --action lambda:GetFunction --principal lambda.alarms.cloudwatch.amazonaws.com --source-arn arn:aws:cloudwatch:<region>:<account>:alarm:guard-user-* --source-account <account>",
            ],
            Seen::Drift("it lets in others than it should"),
            &["AddPermission", "RemovePermission"],
        ),
    ],
    &[
        case(
            TARGET,
            &[
                "events put-targets --event-bus-name guard-bus --rule <own> --targets Id=responder,Arn=arn:aws:sqs:<region>:<account>:guard-dead-letters,DeadLetterConfig={Arn=arn:aws:sqs:<region>:<account>:guard-dead-letters}",
            ],
            Seen::Drift("it leads to arn:aws:sqs:<region>:<account>:guard-dead-letters"),
            &["PutTargets"],
        ),
        case(
            FUNCTION,
            &[
                "lambda publish-layer-version --layer-name other --zip-file fileb://<folder>/other.zip",
                "lambda update-function-configuration --function-name guard-responder --layers arn:aws:lambda:<region>:<account>:layer:other:1",
            ],
            Seen::Drift("it has layers"),
            &["UpdateFunctionConfiguration"],
        ),
        case(
            ALARM,
            &[
                r#"cloudwatch put-metric-alarm --alarm-name <own> --alarm-description {"guard":1,"hub":"<hub>/us-east-1","user":"arn:aws:iam::<account>:user/backup","topology":"relay"} --namespace AWS/Events --metric-name Invocations --dimensions Name=EventBusName,Value=guard-bus Name=RuleName,Value=<own> --period 60 --statistic Sum --evaluation-periods 1 --threshold 1 --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching"#,
            ],
            Seen::Drift("its action is not our function alone; it watches something else"),
            &["PutMetricAlarm"],
        ),
        case(
            RULE,
            &[
                "events tag-resource --resource-arn arn:aws:events:<region>:<account>:rule/guard-bus/<own> --tags Key=team,Value=nobody",
            ],
            Seen::Drift("its tags differ: team"),
            &["TagResource"],
        ),
        case(
            ROLE,
            &[
                "iam attach-role-policy --role-name guard-responder-eu-west-1 --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
            ],
            Seen::Drift("it has policies that are not guard's: arn:aws:iam::aws:policy/AdministratorAccess"),
            &["DetachRolePolicy"],
        ),
    ],
    &[
        case(
            RULE,
            &[
                "events put-rule --event-bus-name guard-bus --name <own> --event-pattern {\"source\":[\"nothing\"]} --description mine",
            ],
            Seen::Drift("its event pattern differs; its record differs"),
            &["PutRule"],
        ),
        case(
            ALARM,
            &[
                "cloudwatch untag-resource --resource-arn arn:aws:cloudwatch:<region>:<account>:alarm:<own> --tag-keys team guard:hub",
            ],
            Seen::Drift("its tags differ: guard:hub, team"),
            &["TagResource"],
        ),
        case(
            LOG_GROUP,
            &["logs delete-log-group --log-group-name /aws/lambda/guard-responder"],
            Seen::Gone(&[]),
            &["CreateLogGroup", "PutRetentionPolicy"],
        ),
        case(
            ASYNC_SETTINGS,
            &[
                r#"lambda put-function-event-invoke-config --function-name guard-responder --maximum-event-age-in-seconds 21600 --maximum-retry-attempts 2"#,
            ],
            Seen::Drift("its failures don't go to the queue"),
            &["PutFunctionEventInvokeConfig"],
        ),
        case(
            FUNCTION,
            &[
                "lambda update-function-configuration --function-name guard-responder --role arn:aws:iam::<account>:role/other",
            ],
            Seen::Drift("its role differs"),
            &["UpdateFunctionConfiguration"],
        ),
    ],
    &[
        case(
            RULE,
            &[
                "events remove-targets --event-bus-name guard-bus --rule <own> --ids responder",
                "events delete-rule --event-bus-name guard-bus --name <own>",
            ],
            Seen::Gone(&[TARGET]),
            &["PutRule", "PutTargets"],
        ),
        case(
            FUNCTION,
            &["lambda delete-function --function-name guard-responder"],
            Seen::Gone(&[ASYNC_SETTINGS, RULES, ALARMS]),
            &["AddPermission", "AddPermission", "CreateFunction", "PutFunctionEventInvokeConfig"],
        ),
    ],
    &[
        case(
            ("event_bus", "guard-bus"),
            &[
                "events remove-targets --event-bus-name guard-bus --rule <own> --ids responder",
                "events delete-rule --event-bus-name guard-bus --name <own>",
                "events delete-event-bus --name guard-bus",
            ],
            Seen::Gone(&[RULE, TARGET]),
            &["CreateEventBus", "PutRule", "PutTargets"],
        ),
        case(
            ROLE,
            &[
                "iam delete-role-policy --role-name guard-responder-eu-west-1 --policy-name guard-responder-eu-west-1",
                "iam delete-role --role-name guard-responder-eu-west-1",
            ],
            Seen::Lacked(FUNCTION, "its role is missing"),
            &["CreateRole", "PutRolePolicy", "UpdateFunctionConfiguration"],
        ),
    ],
];
