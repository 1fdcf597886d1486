//! Which actions are misnamed, and which are not.

use guard_contract::expected::Action;

use super::{Misnamed, iam::ACTIONS, misnamed, table};

fn of(text: &str) -> Option<Misnamed> {
    misnamed(&text.parse::<Action>().expect("an action"))
}

fn policy(names: &[&str]) -> Option<Misnamed> {
    Some(Misnamed::Policy { names: names.iter().map(|name| (*name).to_owned()).collect() })
}

#[test]
fn a_name_of_policies_is_told_with_cloudtrails_names() {
    assert_eq!(of("s3:ListAllMyBuckets"), policy(&["s3:ListBuckets"]));
    assert_eq!(of("S3:listallmybuckets"), policy(&["S3:ListBuckets"]));
    assert_eq!(of("s3:ListBucket"), policy(&["s3:ListObjects", "s3:ListObjectsV2", "s3:HeadBucket"]));
    assert_eq!(of("lambda:InvokeFunction"), policy(&["lambda:Invoke"]));
    assert_eq!(of("s3:ListAllMy*"), policy(&["s3:ListBuckets"]));
    assert_eq!(of("kms:ReEncrypt????"), policy(&["kms:ReEncrypt"]));
    assert_eq!(of("iam:PassRole"), policy(&[]));
}

#[test]
fn a_service_that_cloudtrail_names_otherwise_is_told() {
    for (wrong, right) in [
        ("mq:ListBrokers", "amazonmq:ListBrokers"),
        ("elb:Describe*", "elasticloadbalancing:Describe*"),
        ("stepfunctions:*", "states:*"),
    ] {
        assert_eq!(of(wrong), Some(Misnamed::Service { names: vec![right.to_owned()] }), "{wrong}");
    }
}

#[test]
fn a_mistyped_name_is_told_with_similar_ones() {
    for (wrong, right) in [
        ("ec2:DescribeInstnaces", "ec2:DescribeInstances"),
        ("ec2:ListInstances", "ec2:DescribeInstances"),
        ("iam:DescribeUsers", "iam:ListUsers"),
        ("ec2:Desribe*", "ec2:Describe"),
    ] {
        match of(wrong) {
            Some(Misnamed::Unknown { names }) => {
                assert!(names.iter().any(|name| name.starts_with(right)), "{wrong}: {names:?}");
            }
            other => panic!("{wrong}: {other:?}"),
        }
    }
}

#[test]
fn nothing_is_said_where_a_call_fits_or_nobody_knows() {
    for action in [
        "s3:ListBuckets",
        "S3:LISTBUCKETS",
        "s3:List*",
        "s3:*",
        "*:*",
        "*:ListAllMyBuckets",
        "s?:ListAllMyBuckets",
        "ec2:Describe?nstances",
        // By both names of a service.
        "cloudwatch:PutMetricData",
        "monitoring:PutMetricData",
        "ses:SendEmail",
        "tag:GetResources",
        // With and without API versions.
        "lambda:CreateFunction20150331",
        "lambda:CreateFunction2*",
        "lambda:Invoke",
        "cloudfront:CreateInvalidation2020_05_31",
        // The filter tells it from EC2 Auto Scaling, where a record does.
        "application-autoscaling:*",
        "application-autoscaling:RegisterScalableTarget",
        "autoscaling:RegisterScalableTarget",
        // No operations.
        "signin:ConsoleLogin",
        "signin:SwitchRole",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetAccelerateConfiguration",
        "ssm:UpdateInstanceInformation",
        // Nobody knows: a service without a model, what a console or a newer operation may be called.
        "newservice:DoIt",
        "unknown:unknown",
        "s3:GetStorageLensDashboardDataInternal",
    ] {
        assert_eq!(of(action), None, "{action}");
    }
}

#[test]
fn every_operation_of_the_table_is_named_rightly() {
    let mut operations = 0;
    for service in table::services() {
        let name = service.names.first().expect("a name");
        for operation in service.operations().step_by(20) {
            operations += 1;
            assert_eq!(of(&format!("{name}:{operation}")), None, "{name}:{operation}");
        }
    }
    assert!(operations > 900, "{operations}");
}

#[test]
fn every_name_of_policies_leads_to_calls() {
    for (service, name, names) in ACTIONS {
        assert!(
            matches!(of(&format!("{service}:{name}")), Some(Misnamed::Policy { .. })),
            "{service}:{name}"
        );
        for name in names.split_whitespace() {
            assert_eq!(of(&format!("{service}:{name}")), None, "{service}:{name}");
        }
    }
}

#[test]
fn a_warning_says_what_to_write() {
    let said = |text| of(text).expect("misnamed").to_string();
    assert!(said("s3:ListAllMyBuckets").contains("writes as s3:ListBuckets."));
    assert!(said("mq:*").contains("Write amazonmq:*."));
    assert!(said("ec2:ListInstances").contains("keep it"));
    assert!(said("iam:PassRole").contains("remove it"));
}
