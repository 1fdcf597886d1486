//! What others have put on our objects and into the policies that we share with them.

use guard_tests::{Result, world::Block};
use serde_json::{Value, json};

use crate::drift::case::{Chain, Place};

/// Objects that take tags, with the call that tags them and the one that shows their tags.
const TAGGED: &[(Place, &str, &str)] = &[
    (
        Place::Hub,
        "sqs tag-queue --queue-url <queue> --tags owner=siem",
        "sqs list-queue-tags --queue-url <queue>",
    ),
    (
        Place::Hub,
        "iam tag-role --role-name guard-filter-us-east-1 --tags Key=owner,Value=siem",
        "iam list-role-tags --role-name guard-filter-us-east-1",
    ),
    (
        Place::Hub,
        "lambda tag-resource --resource arn:aws:lambda:<region>:<account>:function:guard-filter --tags owner=siem",
        "lambda list-tags --resource arn:aws:lambda:<region>:<account>:function:guard-filter",
    ),
    (
        Place::Relay,
        "events tag-resource --resource-arn arn:aws:events:<region>:<account>:event-bus/guard-bus --tags Key=owner,Value=siem",
        "events list-tags-for-resource --resource-arn arn:aws:events:<region>:<account>:event-bus/guard-bus",
    ),
    (
        Place::Relay,
        "events tag-resource --resource-arn arn:aws:events:<region>:<account>:rule/guard-bus/guard-to-222222222222-eu-west-1 --tags Key=owner,Value=siem",
        "events list-tags-for-resource --resource-arn arn:aws:events:<region>:<account>:rule/guard-bus/guard-to-222222222222-eu-west-1",
    ),
    (
        Place::Edge,
        "logs tag-resource --resource-arn arn:aws:logs:<region>:<account>:log-group:/aws/lambda/guard-responder --tags owner=siem",
        "logs list-tags-for-resource --resource-arn arn:aws:logs:<region>:<account>:log-group:/aws/lambda/guard-responder",
    ),
    (
        Place::Edge,
        "events tag-resource --resource-arn arn:aws:events:<region>:<account>:rule/guard-bus/<own> --tags Key=owner,Value=siem",
        "events list-tags-for-resource --resource-arn arn:aws:events:<region>:<account>:rule/guard-bus/<own>",
    ),
    (
        Place::Edge,
        "cloudwatch tag-resource --resource-arn arn:aws:cloudwatch:<region>:<account>:alarm:<own> --tags Key=owner,Value=siem",
        "cloudwatch list-tags-for-resource --resource-arn arn:aws:cloudwatch:<region>:<account>:alarm:<own>",
    ),
];

/// What stands for something foreign that is not to be found.
pub(super) const LOST: &str = "lost";

/// Somebody else's statements, in the order in which they wrote their members.
const ON_THE_BUS: &str = r#"{"Sid":"siem","Principal":{"AWS":"arn:aws:iam::333333333333:root"},"Resource":"arn:aws:events:<region>:<account>:event-bus/guard-bus","Effect":"Allow","Action":"events:PutEvents"}"#;
const ON_THE_QUEUE: &str = r#"{"Sid":"siem","Principal":{"AWS":"arn:aws:iam::333333333333:root"},"Resource":"arn:aws:sqs:<region>:<account>:guard-dead-letters","Effect":"Allow","Action":["sqs:ReceiveMessage","sqs:DeleteMessage"]}"#;

/// A policy with somebody else's statement before ours.
fn with_theirs(chain: &Chain, place: Place, document: &Value, theirs: &str) -> String {
    let document: Value = serde_json::from_str(document.as_str().unwrap_or_default()).unwrap_or_default();
    let ours = document["Statement"].as_array().into_iter().flatten().map(Value::to_string);
    let all: Vec<String> = [chain.filled(place, theirs)].into_iter().chain(ours).collect();
    format!(r#"{{"Version":"2012-10-17","Id":"shared","Statement":[{}]}}"#, all.join(","))
}

fn bus_policy(chain: &Chain) -> Result<Value> {
    Ok(chain.run(Place::Relay, "events describe-event-bus --name guard-bus")?["Policy"].clone())
}

fn queue_policy(chain: &Chain) -> Result<Value> {
    let shown =
        chain.run(Place::Edge, "sqs get-queue-attributes --queue-url <queue> --attribute-names Policy")?;
    Ok(shown["Attributes"]["Policy"].clone())
}

fn function_policy(chain: &Chain) -> Result<Value> {
    Ok(chain.run(Place::Edge, "lambda get-policy --function-name guard-responder")?["Policy"].clone())
}

/// Puts something foreign everywhere.
pub(super) fn put(chain: &Chain) -> Result<()> {
    for (place, tag, _) in TAGGED {
        chain.run(*place, tag)?;
    }
    let policy = with_theirs(chain, Place::Relay, &bus_policy(chain)?, ON_THE_BUS);
    let put = ["events", "put-permission", "--event-bus-name", "guard-bus", "--policy", &policy];
    chain.at(Place::Relay).run(&put)?;
    let policy = with_theirs(chain, Place::Edge, &queue_policy(chain)?, ON_THE_QUEUE);
    let attributes = json!({ "Policy": policy }).to_string();
    let url = chain.filled(Place::Edge, "<queue>");
    let set = ["sqs", "set-queue-attributes", "--queue-url", &url, "--attributes", &attributes];
    chain.at(Place::Edge).run(&set)?;
    chain.run(
        Place::Edge,
        "lambda add-permission --function-name guard-responder --statement-id siem --action lambda:GetFunction --principal 333333333333",
    )?;
    for place in [Place::Hub, Place::Relay, Place::Edge] {
        chain.run(
            place,
            r#"events put-rule --event-bus-name guard-bus --name siem --event-pattern {"source":["guard.cloudtrail"]}"#,
        )?;
        chain.run(
            place,
            "events put-targets --event-bus-name guard-bus --rule siem --targets Id=siem,Arn=arn:aws:sqs:<region>:<account>:guard-dead-letters,Input='\"seen\"'",
        )?;
    }
    Ok(())
}

/// Everything foreign that must be as it was while the guard stands.
pub(super) fn now(chain: &Chain) -> Result<Vec<String>> {
    let mut all = outliving(chain)?;
    for (place, _, show) in TAGGED {
        let shown = chain.run(*place, show)?.to_string();
        all.push(format!("{show}: {}", if shown.contains("siem") { "owner" } else { LOST }));
    }
    all.push(theirs(chain, Place::Edge, &queue_policy(chain)?, ON_THE_QUEUE));
    let function = function_policy(chain)?;
    let statements: Value = serde_json::from_str(function.as_str().unwrap_or_default()).unwrap_or_default();
    let foreign = statements["Statement"].as_array().into_iter().flatten().filter(|one| one["Sid"] == "siem");
    all.extend(foreign.map(Value::to_string));
    Ok(all)
}

/// What must be as it was even when the guard is gone.
pub(super) fn outliving(chain: &Chain) -> Result<Vec<String>> {
    let mut all = vec![theirs(chain, Place::Relay, &bus_policy(chain)?, ON_THE_BUS)];
    for place in [Place::Hub, Place::Relay, Place::Edge] {
        for call in [
            "events describe-rule --event-bus-name guard-bus --name siem",
            "events list-targets-by-rule --event-bus-name guard-bus --rule siem",
        ] {
            all.push(chain.run(place, call)?.to_string());
        }
    }
    Ok(all)
}

/// Their statement as it stands in a policy, to the letter but for blanks, which AWS itself changes.
fn theirs(chain: &Chain, place: Place, document: &Value, statement: &str) -> String {
    let document = document.as_str().unwrap_or_default().replace(' ', "");
    let statement = chain.filled(place, statement);
    let there = document.contains(&statement) && document.contains(r#""Id":"shared""#);
    if there { statement } else { format!("{LOST} in {document}") }
}

/// Lets something happen to our own parts of all that, which apply then has to repair.
pub(super) fn break_ours(chain: &Chain) -> Result<()> {
    chain
        .run(Place::Relay, "events remove-permission --event-bus-name guard-bus --statement-id guard-hub")?;
    chain.run(
        Place::Relay,
        "events disable-rule --event-bus-name guard-bus --name guard-to-222222222222-eu-west-1",
    )?;
    chain.run(
        Place::Edge,
        "sqs set-queue-attributes --queue-url <queue> --attributes MessageRetentionPeriod=60",
    )?;
    chain.run(
        Place::Edge,
        "lambda remove-permission --function-name guard-responder --statement-id guard-rules",
    )?;
    chain.run(
        Place::Edge,
        "lambda update-function-configuration --function-name guard-responder --timeout 3",
    )?;
    chain.run(Place::Edge, "events disable-rule --event-bus-name guard-bus --name <own>")?;
    chain.run(Place::Edge, "cloudwatch disable-alarm-actions --alarm-names <own>")?;
    chain.run(
        Place::Edge,
        "logs put-retention-policy --log-group-name /aws/lambda/guard-responder --retention-in-days 7",
    )?;
    chain.run(
        Place::Hub,
        "sqs set-queue-attributes --queue-url <queue> --attributes MessageRetentionPeriod=60",
    )?;
    chain.run(Place::Hub, "lambda update-function-configuration --function-name guard-filter --timeout 3")?;
    chain.run(
        Place::Hub,
        "iam delete-role-policy --role-name guard-filter-us-east-1 --policy-name guard-filter-us-east-1",
    )?;
    Ok(())
}

/// Changes what the guard has of its own: signals, and tags.
pub(super) fn change(chain: &Chain) -> Result<()> {
    let other = "signals = [\"access_denied\"]\ntags = { stage = \"live\" }";
    chain.world.configure(&[Block::new("script", &chain.guard).with(other)])?;
    chain.world.apply()
}
