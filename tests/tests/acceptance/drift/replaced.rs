//! Objects of ours that were replaced by foreign ones of the same name: never touched, refused by name.

use guard_tests::{Error, Result, terraform::unwrapped, world::actions};
use serde_json::Value;

use super::case::{Chain, Place};

/// An object that somebody put in the place of ours.
struct Replaced {
    place: Place,
    /// Its kind and name, as `chain` has them.
    object: (&'static str, &'static str),
    /// How ours goes and the foreign one comes.
    comes: &'static [&'static str],
    /// How the foreign one is looked at, with everything about it.
    shown_by: &'static [&'static str],
    /// How it goes.
    goes: &'static [&'static str],
}

const REPLACED: &[Replaced] = &[
    Replaced {
        place: Place::Hub,
        object: ("queue", "guard-dead-letters"),
        comes: &[
            "sqs untag-queue --queue-url <queue> --tag-keys guard:hub",
            "sqs tag-queue --queue-url <queue> --tags owner=siem",
        ],
        shown_by: &[
            "sqs get-queue-attributes --queue-url <queue> --attribute-names All",
            "sqs list-queue-tags --queue-url <queue>",
        ],
        goes: &["sqs delete-queue --queue-url <queue>"],
    },
    Replaced {
        place: Place::Hub,
        object: ("role", "guard-filter-us-east-1"),
        comes: &[
            "iam delete-role-policy --role-name guard-filter-us-east-1 --policy-name guard-filter-us-east-1",
            "iam delete-role --role-name guard-filter-us-east-1",
            r#"iam create-role --role-name guard-filter-us-east-1 --assume-role-policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#,
        ],
        shown_by: &[
            "iam get-role --role-name guard-filter-us-east-1",
            "iam list-role-policies --role-name guard-filter-us-east-1",
        ],
        goes: &["iam delete-role --role-name guard-filter-us-east-1"],
    },
    Replaced {
        place: Place::Hub,
        object: ("rule", "guard-to-222222222222-us-east-1"),
        comes: &[
            "events remove-targets --event-bus-name guard-bus --rule guard-to-222222222222-us-east-1 --ids bus",
            "events delete-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1",
            r#"events put-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1 --event-pattern {"source":["mine"]}"#,
        ],
        shown_by: &[
            "events describe-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1",
            "events list-targets-by-rule --event-bus-name guard-bus --rule guard-to-222222222222-us-east-1",
        ],
        goes: &["events delete-rule --event-bus-name guard-bus --name guard-to-222222222222-us-east-1"],
    },
    Replaced {
        place: Place::Hub,
        object: ("bucket_notification", "guard-filter"),
        comes: &[
            "lambda create-function --function-name other --runtime provided.al2023 --handler other --role arn:aws:iam::<account>:role/other --zip-file fileb://<folder>/other.zip",
            "lambda add-permission --function-name other --statement-id s3 --action lambda:InvokeFunction --principal s3.amazonaws.com",
            r#"s3api put-bucket-notification-configuration --bucket <bucket> --notification-configuration {"LambdaFunctionConfigurations":[{"Id":"guard-filter","LambdaFunctionArn":"arn:aws:lambda:<region>:<account>:function:other","Events":["s3:ObjectCreated:*"]}]}"#,
        ],
        shown_by: &["s3api get-bucket-notification-configuration --bucket <bucket>"],
        goes: &[
            "s3api put-bucket-notification-configuration --bucket <bucket> --notification-configuration {}",
        ],
    },
    Replaced {
        place: Place::Relay,
        object: ("event_bus", "guard-bus"),
        comes: &[
            "events remove-targets --event-bus-name guard-bus --rule guard-to-222222222222-eu-west-1 --ids bus",
            "events delete-rule --event-bus-name guard-bus --name guard-to-222222222222-eu-west-1",
            "events delete-event-bus --name guard-bus",
            "events create-event-bus --name guard-bus",
        ],
        shown_by: &[
            "events describe-event-bus --name guard-bus",
            "events list-rules --event-bus-name guard-bus",
            "events list-tags-for-resource --resource-arn arn:aws:events:<region>:<account>:event-bus/guard-bus",
        ],
        goes: &["events delete-event-bus --name guard-bus"],
    },
    Replaced {
        place: Place::Edge,
        object: ("log_group", "/aws/lambda/guard-responder"),
        comes: &[
            "logs delete-log-group --log-group-name /aws/lambda/guard-responder",
            "logs create-log-group --log-group-name /aws/lambda/guard-responder",
        ],
        shown_by: &["logs describe-log-groups --log-group-name-prefix /aws/lambda/guard-responder"],
        goes: &["logs delete-log-group --log-group-name /aws/lambda/guard-responder"],
    },
    Replaced {
        place: Place::Edge,
        object: ("function", "guard-responder"),
        comes: &[
            "lambda delete-function --function-name guard-responder",
            "lambda create-function --function-name guard-responder --runtime provided.al2023 --handler other --role arn:aws:iam::<account>:role/guard-responder-eu-west-1 --zip-file fileb://<folder>/other.zip",
            "lambda wait function-active-v2 --function-name guard-responder",
        ],
        shown_by: &["lambda get-function-configuration --function-name guard-responder"],
        goes: &["lambda delete-function --function-name guard-responder"],
    },
    Replaced {
        place: Place::Edge,
        object: ("rule", "<own>"),
        comes: &[
            "events remove-targets --event-bus-name guard-bus --rule <own> --ids responder",
            "events delete-rule --event-bus-name guard-bus --name <own>",
            r#"events put-rule --event-bus-name guard-bus --name <own> --event-pattern {"source":["mine"]}"#,
        ],
        shown_by: &[
            "events describe-rule --event-bus-name guard-bus --name <own>",
            "events list-targets-by-rule --event-bus-name guard-bus --rule <own>",
        ],
        goes: &["events delete-rule --event-bus-name guard-bus --name <own>"],
    },
    Replaced {
        place: Place::Edge,
        object: ("alarm", "<own>"),
        comes: &[
            "cloudwatch delete-alarms --alarm-names <own>",
            "cloudwatch put-metric-alarm --alarm-name <own> --namespace AWS/Events --metric-name Mine --period 60 --statistic Sum --evaluation-periods 1 --threshold 7 --comparison-operator GreaterThanThreshold",
        ],
        shown_by: &["cloudwatch describe-alarms --alarm-names <own>"],
        goes: &["cloudwatch delete-alarms --alarm-names <own>"],
    },
];

impl Replaced {
    fn look(&self, chain: &Chain) -> Result<Vec<Value>> {
        self.shown_by.iter().map(|call| chain.run(self.place, call)).collect()
    }

    fn all(&self, chain: &Chain, calls: &[&str]) -> Result<()> {
        calls.iter().try_for_each(|call| chain.run(self.place, call).map(drop))
    }

    /// How messages begin that name it.
    fn named(&self, chain: &Chain) -> String {
        let (kind, name) = self.object;
        format!("{} {}", kind.replace('_', " "), chain.filled(self.place, name))
    }

    /// Where it is, as messages say it.
    fn at(&self, chain: &Chain) -> String {
        chain.filled(self.place, "in <account>/<region>")
    }
}

/// All of them at once: apply names one, and goes on once that one is gone.
pub(crate) fn replaced(chain: &Chain) -> Result<()> {
    let world = &chain.world;
    chain.run(Place::Hub, super::OTHER_ROLE)?;
    for replaced in REPLACED {
        replaced.all(chain, replaced.comes)?;
    }
    let foreign: Vec<Vec<Value>> =
        REPLACED.iter().map(|replaced| replaced.look(chain)).collect::<Result<_>>()?;

    let plan = world.terraform.plan()?;
    assert_eq!(actions(&plan, "script"), ["update"], "{}", plan.output);
    let told = chain.told(&plan);
    for replaced in REPLACED {
        let (kind, name) = replaced.object;
        let line = format!(
            "{kind} {} {}: it was replaced by something that is not guard's",
            chain.filled(replaced.place, name),
            replaced.at(chain)
        );
        assert!(told.contains(&line), "the plan doesn't say: {line}\n{told:#?}");
    }

    let mut there: Vec<usize> = (0..REPLACED.len()).collect();
    while !there.is_empty() {
        let said = world.terraform.fails(&["apply", "-auto-approve", "-input=false", "-no-color"])?;
        let found = there.iter().position(|index| {
            let replaced = &REPLACED[*index];
            let (named, at) = (replaced.named(chain), replaced.at(chain));
            said.split("Error: ").any(|error| {
                let refused = error.contains("exists and is not guard's") && error.contains("`name_prefix`");
                refused && error.contains(&named) && error.contains(&at)
            })
        });
        let Some(found) = found else {
            return Err(Error::Cloud(format!("apply names none of what is in its way:\n{said}")));
        };
        let index = there.remove(found);
        let gone = &REPLACED[index];
        assert_eq!(gone.look(chain)?, foreign[index], "{} was touched", gone.named(chain));
        gone.all(chain, gone.goes)?;
    }
    world.apply()?;
    for call in ["lambda delete-function --function-name other", "iam delete-role --role-name other"] {
        chain.run(Place::Hub, call)?;
    }
    world.destroy()
}

/// Foreign as they are, destroy leaves them alone and says so.
pub(crate) fn destroyed(chain: &Chain) -> Result<()> {
    let replaced: Vec<&Replaced> = REPLACED
        .iter()
        .filter(|replaced| matches!(replaced.object.0, "queue" | "log_group" | "event_bus" | "alarm"))
        .collect();
    for replaced in &replaced {
        replaced.all(chain, replaced.comes)?;
    }
    let before: Vec<Vec<Value>> =
        replaced.iter().map(|replaced| replaced.look(chain)).collect::<Result<_>>()?;
    let said = unwrapped(&chain.world.terraform.destroy()?);
    for (replaced, before) in replaced.iter().zip(before) {
        let named = replaced.named(chain);
        assert!(said.contains(&format!("{named} {} stays", replaced.at(chain))), "{named}: {said}");
        assert_eq!(replaced.look(chain)?, before, "{named} was touched");
        replaced.all(chain, replaced.goes)?;
    }
    chain.world.empty()
}
