//! Objects of ours that have lost their mark: refused like foreign ones, ours again once they are tagged.

use std::collections::BTreeSet;

use guard_tests::Result;

use super::case::{Chain, Place};

/// Objects of the edge that carry the mark as a tag: kind, name, and how it goes and comes back.
const MARKED: &[(&str, &str, &str, &str)] = &[
    (
        "queue",
        "guard-dead-letters",
        "sqs untag-queue --queue-url <queue> --tag-keys guard:hub",
        "sqs tag-queue --queue-url <queue> --tags guard:hub=<hub>/us-east-1",
    ),
    (
        "event_bus",
        "guard-bus",
        "events untag-resource --resource-arn arn:aws:events:<region>:<account>:event-bus/guard-bus --tag-keys guard:hub",
        "events tag-resource --resource-arn arn:aws:events:<region>:<account>:event-bus/guard-bus --tags Key=guard:hub,Value=<hub>/us-east-1",
    ),
    (
        "role",
        "guard-responder-eu-west-1",
        "iam untag-role --role-name guard-responder-eu-west-1 --tag-keys guard:hub",
        "iam tag-role --role-name guard-responder-eu-west-1 --tags Key=guard:hub,Value=<hub>/us-east-1",
    ),
    (
        "log_group",
        "/aws/lambda/guard-responder",
        "logs untag-resource --resource-arn arn:aws:logs:<region>:<account>:log-group:/aws/lambda/guard-responder --tag-keys guard:hub",
        "logs tag-resource --resource-arn arn:aws:logs:<region>:<account>:log-group:/aws/lambda/guard-responder --tags guard:hub=<hub>/us-east-1",
    ),
    (
        "function",
        "guard-responder",
        "lambda untag-resource --resource arn:aws:lambda:<region>:<account>:function:guard-responder --tag-keys guard:hub",
        "lambda tag-resource --resource arn:aws:lambda:<region>:<account>:function:guard-responder --tags guard:hub=<hub>/us-east-1",
    ),
];

/// Ours, but without the mark: not touched either, until it is tagged again.
pub(super) fn unmarked(chain: &Chain) -> Result<()> {
    let world = &chain.world;
    for (_, _, goes, _) in MARKED {
        chain.run(Place::Edge, goes)?;
    }
    let told = chain.told(&world.terraform.plan()?);
    let at = chain.filled(Place::Edge, "in <account>/<region>");
    let expected: BTreeSet<String> = MARKED
        .iter()
        .map(|(kind, name, _, _)| {
            format!("{kind} {name} {at}: it was replaced by something that is not guard's")
        })
        .collect();
    assert_eq!(told, expected);
    let (since, _) = world.cloud.requests(u64::MAX)?;
    let said = world.terraform.fails(&["apply", "-auto-approve", "-input=false", "-no-color"])?;
    assert!(said.contains("event bus guard-bus") && said.contains("tag it again"), "{said}");
    assert_eq!(chain.written(since)?, Vec::<String>::new());
    for (_, _, _, comes) in MARKED {
        chain.run(Place::Edge, comes)?;
    }
    world.settled()
}
