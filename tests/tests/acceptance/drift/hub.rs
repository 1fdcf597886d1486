//! The hub: filter and its surroundings, and the way to the relay.

use super::case::{Case, Place, Seen};

const fn case(
    object: (&'static str, &'static str),
    happens: &'static [&'static str],
    seen: Seen,
    repaired_by: &'static [&'static str],
) -> Case {
    Case { place: Place::Hub, object, happens, seen, repaired_by }
}

const QUEUE: (&str, &str) = ("queue", "guard-dead-letters");
const LOG_GROUP: (&str, &str) = ("log_group", "/aws/lambda/guard-filter");
const ROLE: (&str, &str) = ("role", "guard-filter-us-east-1");
const FUNCTION: (&str, &str) = ("function", "guard-filter");
const ASYNC_SETTINGS: (&str, &str) = ("async_settings", "guard-filter");
const PERMISSION: (&str, &str) = ("function_permission", "guard-bucket");
const ALARMS: (&str, &str) = ("function_permission", "guard-alarms");
const ERRORS: (&str, &str) = ("alarm", "guard-filter-errors");
const LETTERS: (&str, &str) = ("alarm", "guard-dead-letters");
const WATCHES: (&str, &str) = ("alarm", "guard-filter-watches");
const WATCH: (&str, &str) = ("watch", "/guard/watches/<own>");
const ENTRY: (&str, &str) = ("bucket_notification", "guard-filter");
const FORWARD_ROLE: (&str, &str) = ("role", "guard-us-east-1-to-222222222222-us-east-1");
const RULE: (&str, &str) = ("rule", "guard-to-222222222222-us-east-1");
const TARGET: (&str, &str) = ("target", "bus");

/// What happens to the hub, in rounds.
pub(crate) const ROUNDS: &[&[Case]] = &[
    &[
        case(
            WATCH,
            &["ssm put-parameter --overwrite --name /guard/watches/<own> --value nothing"],
            Seen::Drift("what it tells the filter differs"),
            &["PutParameter"],
        ),
        case(
            ERRORS,
            &["cloudwatch delete-alarms --alarm-names guard-filter-errors"],
            Seen::Gone(&[]),
            &["PutMetricAlarm"],
        ),
        case(
            LETTERS,
            &["cloudwatch disable-alarm-actions --alarm-names guard-dead-letters"],
            Seen::Drift("its actions are disabled"),
            &["PutMetricAlarm"],
        ),
        case(
            WATCHES,
            &[
                "cloudwatch put-metric-alarm --alarm-name guard-filter-watches --namespace Guard --metric-name Objects --dimensions Name=FunctionName,Value=guard-filter --period 60 --statistic Sum --evaluation-periods 1 --threshold 1 --comparison-operator GreaterThanOrEqualToThreshold --treat-missing-data notBreaching",
            ],
            Seen::Drift(
                "its action is not our function alone; it watches something else; its description differs",
            ),
            &["PutMetricAlarm"],
        ),
        case(
            LOG_GROUP,
            &["logs put-retention-policy --log-group-name /aws/lambda/guard-filter --retention-in-days 7"],
            Seen::Drift("it keeps logs for 7 days, not 365"),
            &["PutRetentionPolicy"],
        ),
        case(
            FUNCTION,
            &["lambda update-function-configuration --function-name guard-filter --memory-size 128"],
            Seen::Drift("its memory differs"),
            &["UpdateFunctionConfiguration"],
        ),
        case(
            RULE,
            &["events disable-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1"],
            Seen::Drift("it is disabled"),
            &["PutRule"],
        ),
        case(
            ASYNC_SETTINGS,
            &[
                "lambda put-function-event-invoke-config --function-name guard-filter --maximum-retry-attempts 0 --maximum-event-age-in-seconds 21600 --destination-config {\"OnFailure\":{\"Destination\":\"arn:aws:sqs:<region>:<account>:guard-dead-letters\"}}",
            ],
            Seen::Drift("it doesn't try 2 more times"),
            &["PutFunctionEventInvokeConfig"],
        ),
    ],
    &[
        case(
            WATCH,
            &["ssm delete-parameter --name /guard/watches/<own>"],
            Seen::Gone(&[]),
            &["PutParameter"],
        ),
        case(
            ALARMS,
            &["lambda remove-permission --function-name guard-filter --statement-id guard-alarms"],
            Seen::Gone(&[]),
            &["AddPermission"],
        ),
        case(
            QUEUE,
            &[r#"sqs set-queue-attributes --queue-url <queue> --attributes {"Policy":""}"#],
            Seen::Drift("its policy lacks our statement guard-rules"),
            &["SetQueueAttributes"],
        ),
        case(
            LOG_GROUP,
            &["logs delete-log-group --log-group-name /aws/lambda/guard-filter"],
            Seen::Gone(&[]),
            &["CreateLogGroup", "PutRetentionPolicy"],
        ),
        case(
            FUNCTION,
            &["lambda update-function-configuration --function-name guard-filter --timeout 3"],
            Seen::Drift("its timeout differs"),
            &["UpdateFunctionConfiguration"],
        ),
        case(
            ROLE,
            &[
                r#"iam put-role-policy --role-name guard-filter-us-east-1 --policy-name guard-filter-us-east-1 --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
            ],
            Seen::Drift("its policy differs"),
            &["PutRolePolicy"],
        ),
        case(
            RULE,
            &[
                r#"events put-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1 --event-pattern {"source":["nothing"]} --description {"guard":1,"hub":"<hub>/us-east-1","to":"222222222222/us-east-1"}"#,
            ],
            Seen::Drift("its event pattern differs"),
            &["PutRule"],
        ),
        case(
            ENTRY,
            &[
                r#"s3api put-bucket-notification-configuration --bucket <bucket> --notification-configuration {"LambdaFunctionConfigurations":[{"Id":"guard-filter","LambdaFunctionArn":"arn:aws:lambda:<region>:<account>:function:guard-filter","Events":["s3:ObjectCreated:*"],"Filter":{"Key":{"FilterRules":[{"Name":"prefix","Value":"elsewhere/"},{"Name":"suffix","Value":".json.gz"}]}}}]}"#,
            ],
            Seen::Drift("its events or its filter differ"),
            &["PutBucketNotificationConfiguration"],
        ),
    ],
    &[
        case(
            QUEUE,
            &["sqs set-queue-attributes --queue-url <queue> --attributes MessageRetentionPeriod=60"],
            Seen::Drift("it doesn't keep messages for 14 days"),
            &["SetQueueAttributes"],
        ),
        case(
            FUNCTION,
            &[
                "lambda update-function-configuration --function-name guard-filter --environment Variables={AWS_ENDPOINT_URL=https://192.0.2.1}",
            ],
            Seen::Drift("it has environment variables"),
            &["UpdateFunctionConfiguration"],
        ),
        case(
            ROLE,
            &[
                "iam delete-role-policy --role-name guard-filter-us-east-1 --policy-name guard-filter-us-east-1",
            ],
            Seen::Drift("its policy is missing"),
            &["PutRolePolicy"],
        ),
        case(
            RULE,
            &[
                r#"events put-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1 --event-pattern {"source":["guard.cloudtrail"],"detail-type":["CloudTrail\u0020Signal"],"account":["<hub>"],"detail":{"guard":{"account":["222222222222"]}}} --description forwards"#,
            ],
            Seen::Drift("its record differs"),
            &["PutRule"],
        ),
        case(
            ENTRY,
            &[
                "s3api put-bucket-notification-configuration --bucket <bucket> --notification-configuration {}",
            ],
            Seen::Gone(&[]),
            &["PutBucketNotificationConfiguration"],
        ),
        case(
            PERMISSION,
            &["lambda remove-permission --function-name guard-filter --statement-id guard-bucket"],
            Seen::Gone(&[]),
            &["AddPermission"],
        ),
    ],
    &[
        case(
            FUNCTION,
            &["lambda update-function-configuration --function-name guard-filter --handler other"],
            Seen::Drift("its handler differs"),
            &["UpdateFunctionConfiguration"],
        ),
        case(
            FORWARD_ROLE,
            &[
                "iam delete-role-policy --role-name guard-us-east-1-to-222222222222-us-east-1 --policy-name guard-us-east-1-to-222222222222-us-east-1",
                "iam delete-role --role-name guard-us-east-1-to-222222222222-us-east-1",
            ],
            Seen::Gone(&[]),
            &["CreateRole", "PutRolePolicy"],
        ),
        case(
            TARGET,
            &[
                "events put-targets --event-bus-name guard-bus --rule guard-to-222222222222-us-east-1 --targets Id=bus,Arn=arn:aws:events:<region>:<account>:event-bus/default,RoleArn=arn:aws:iam::<account>:role/guard-us-east-1-to-222222222222-us-east-1,DeadLetterConfig={Arn=arn:aws:sqs:<region>:<account>:guard-dead-letters}",
            ],
            Seen::Drift("it leads to arn:aws:events:<region>:<account>:event-bus/default"),
            &["PutTargets"],
        ),
        case(
            PERMISSION,
            &[
                "lambda remove-permission --function-name guard-filter --statement-id guard-bucket",
                "lambda add-permission --function-name guard-filter --statement-id guard-bucket --action lambda:InvokeFunction --principal s3.amazonaws.com --source-arn arn:aws:s3:::elsewhere --source-account <account>",
            ],
            Seen::Drift("it lets in others than it should"),
            &["AddPermission", "RemovePermission"],
        ),
        case(QUEUE, &["sqs delete-queue --queue-url <queue>"], Seen::Gone(&[]), &["CreateQueue"]),
    ],
    &[
        case(
            FUNCTION,
            &[
                "lambda update-function-code --function-name guard-filter --zip-file fileb://<folder>/other.zip",
            ],
            Seen::Drift("its code is not that of artifact <artifact>"),
            &["UpdateFunctionCode"],
        ),
        case(
            FORWARD_ROLE,
            &[
                r#"iam put-role-policy --role-name guard-us-east-1-to-222222222222-us-east-1 --policy-name more --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
            ],
            Seen::Drift("it has policies that are not guard's: more"),
            &["DeleteRolePolicy"],
        ),
        case(
            TARGET,
            &[
                "events put-targets --event-bus-name guard-bus --rule guard-to-222222222222-us-east-1 --targets Id=bus,Arn=arn:aws:events:<region>:222222222222:event-bus/guard-bus,RoleArn=arn:aws:iam::<account>:role/guard-us-east-1-to-222222222222-us-east-1",
            ],
            Seen::Drift("its dead letters don't go to the queue"),
            &["PutTargets"],
        ),
        case(
            ROLE,
            &[
                "iam attach-role-policy --role-name guard-filter-us-east-1 --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
            ],
            Seen::Drift("it has policies that are not guard's: arn:aws:iam::aws:policy/AdministratorAccess"),
            &["DetachRolePolicy"],
        ),
    ],
    &[
        case(
            FUNCTION,
            &[
                "lambda put-function-concurrency --function-name guard-filter --reserved-concurrent-executions 0",
            ],
            Seen::Drift("it may not run: its reserved concurrency is 0"),
            &["DeleteFunctionConcurrency"],
        ),
        case(
            TARGET,
            &[
                "events remove-targets --event-bus-name guard-bus --rule guard-to-222222222222-us-east-1 --ids bus",
            ],
            Seen::Gone(&[]),
            &["PutTargets"],
        ),
        case(
            ROLE,
            &[
                r#"iam update-assume-role-policy --role-name guard-filter-us-east-1 --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}"#,
            ],
            Seen::Drift("its trust is not lambda.amazonaws.com alone"),
            &["UpdateAssumeRolePolicy"],
        ),
        case(
            ASYNC_SETTINGS,
            &["lambda delete-function-event-invoke-config --function-name guard-filter"],
            Seen::Gone(&[]),
            &["PutFunctionEventInvokeConfig"],
        ),
    ],
    &[
        case(
            RULE,
            &[
                "events remove-targets --event-bus-name guard-bus --rule guard-to-222222222222-us-east-1 --ids bus",
                "events delete-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1",
            ],
            Seen::Gone(&[TARGET]),
            &["PutRule", "PutTargets"],
        ),
        case(
            FUNCTION,
            &["lambda delete-function --function-name guard-filter"],
            Seen::Gone(&[ASYNC_SETTINGS, PERMISSION, ALARMS]),
            &["AddPermission", "AddPermission", "CreateFunction", "PutFunctionEventInvokeConfig"],
        ),
    ],
    &[
        case(
            ("event_bus", "guard-bus"),
            &[
                "events remove-targets --event-bus-name guard-bus --rule guard-to-222222222222-us-east-1 --ids bus",
                "events delete-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1",
                "events delete-event-bus --name guard-bus",
            ],
            Seen::Gone(&[RULE, TARGET]),
            &["CreateEventBus", "PutRule", "PutTargets"],
        ),
        case(
            ROLE,
            &[
                "iam delete-role-policy --role-name guard-filter-us-east-1 --policy-name guard-filter-us-east-1",
                "iam delete-role --role-name guard-filter-us-east-1",
            ],
            Seen::Lacked(FUNCTION, "its role is missing"),
            &["CreateRole", "PutRolePolicy", "UpdateFunctionConfiguration"],
        ),
    ],
];
