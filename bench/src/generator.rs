//! Records that look like CloudTrail's: their sizes, their members, how much of them repeats.

use std::net::Ipv4Addr;

use fastrand::Rng;
use serde_json::{Value, json};

/// Calls, and what their parameters are like: members of a list, each with a name and a value.
const CALLS: [(&str, &str, usize); 10] = [
    ("s3", "ListBuckets", 0),
    ("ec2", "DescribeInstances", 6),
    ("sts", "AssumeRole", 2),
    ("kms", "Decrypt", 2),
    ("dynamodb", "DescribeTable", 1),
    ("logs", "CreateLogStream", 1),
    ("iam", "GetRole", 1),
    ("cloudformation", "DescribeStackEvents", 3),
    ("ecs", "DescribeTasks", 5),
    ("lambda", "ListFunctions20150331", 1),
];
const AGENTS: [&str; 5] = [
    "aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 md/arch#x86_64 lang/python#3.13.7 cfg/retry-mode#standard",
    "Boto3/1.40.30 md/Botocore#1.40.30 ua/2.1 os/linux#5.10 exec-env/AWS_Lambda_python3.13 lang/python#3.13.5",
    "APN/1.0 HashiCorp/1.0 Terraform/1.13.3 (+https://www.terraform.io) terraform-provider-aws/6.14.1",
    "[S3Console/0.4, aws-internal/3 \"quoted\" \\path\\]",
    "ecs.amazonaws.com",
];
/// Codes and messages: half of the errors are denials.
const ERRORS: [[&str; 2]; 2] = [
    [
        "AccessDenied",
        "User is not authorized to perform this action because no identity-based policy allows it",
    ],
    ["NoSuchEntityException", "The role with name x cannot be found."],
];
const REGIONS: [&str; 4] = ["us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2"];

/// So many records, the same for the same seed: a third is of IAM users, and a sixth of them a signal.
pub(crate) fn records(random: &mut Rng, count: usize) -> Vec<String> {
    (0..count).map(|_| written(&record(random))).collect()
}

/// As CloudTrail writes: members in this order, and no white space.
fn written(members: &[(&str, Value)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn record(random: &mut Rng) -> Vec<(&'static str, Value)> {
    let (service, call, parameters) = CALLS[random.usize(..CALLS.len())];
    let is_user = random.usize(..3) == 0;
    let [day, hour, minute, second] = [1..29, 0..24, 0..60, 0..60].map(|range| random.u8(range));
    let time = format!("2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    let address = Ipv4Addr::from_bits(random.u32(..));
    let mut members = vec![
        ("eventVersion", "1.11".into()),
        ("userIdentity", if is_user { user(random) } else { role(random) }),
        ("eventTime", time.into()),
        ("eventSource", format!("{service}.amazonaws.com").into()),
        ("eventName", call.into()),
        ("awsRegion", REGIONS[random.usize(..REGIONS.len())].into()),
        ("sourceIPAddress", address.to_string().into()),
        ("userAgent", AGENTS[random.usize(..AGENTS.len())].into()),
    ];
    if random.usize(..6) == 0 {
        let [code, message] = ERRORS[random.usize(..ERRORS.len())];
        members.extend([("errorCode", code.into()), ("errorMessage", message.into())]);
    }
    let items: Vec<Value> =
        (0..parameters).map(|i| json!({"name": format!("parameter-{i}"), "value": uuid(random)})).collect();
    let asked = json!({"filterSet": {"items": items}, "maxResults": random.u16(1..1000)});
    members.extend([
        ("requestParameters", if parameters > 0 { asked } else { Value::Null }),
        ("responseElements", Value::Null),
        ("requestID", uuid(random).into()),
        ("eventID", uuid(random).into()),
        ("readOnly", random.bool().into()),
        ("eventType", "AwsApiCall".into()),
        ("managementEvent", true.into()),
        ("recipientAccountId", "222222222222".into()),
        ("eventCategory", "Management".into()),
        (
            "tlsDetails",
            json!({"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": format!("{service}.us-east-1.amazonaws.com")}),
        ),
    ]);
    members
}

fn user(random: &mut Rng) -> Value {
    let name = format!("script-{}", random.u8(..20));
    json!({"type": "IAMUser", "principalId": id(random, "AIDA"), "arn": format!("arn:aws:iam::222222222222:user/{name}"),
        "accountId": "222222222222", "accessKeyId": id(random, "AKIA"), "userName": name})
}

fn role(random: &mut Rng) -> Value {
    let (name, principal) = (format!("service-{}", random.u8(..30)), id(random, "AROA"));
    json!({"type": "AssumedRole", "principalId": format!("{principal}:session"),
        "arn": format!("arn:aws:sts::222222222222:assumed-role/{name}/session"), "accountId": "222222222222",
        "accessKeyId": id(random, "ASIA"), "sessionContext": {
            "sessionIssuer": {"type": "Role", "principalId": principal,
                "arn": format!("arn:aws:iam::222222222222:role/{name}"), "accountId": "222222222222", "userName": name},
            "attributes": {"creationDate": "2026-11-25T02:10:00Z", "mfaAuthenticated": "false"}}})
}

fn id(random: &mut Rng, prefix: &str) -> String {
    let letters = (0..16).map(|_| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random.usize(..32)]));
    prefix.chars().chain(letters).collect()
}

fn uuid(random: &mut Rng) -> String {
    let hex = format!("{:032x}", random.u128(..));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
