//! The conditions under which a bus lets an event in.

use serde_json::{Value, json};

use super::{PREFIX, SOURCE};
use crate::probes::site::account;

/// A bus with a condition in its policy.
#[derive(Debug)]
pub(super) struct Door {
    /// Its name.
    pub(super) name: &'static str,
    /// The condition, for people.
    pub(super) says: &'static str,
    /// Whether guard expects it to let the event in, if guard expects anything.
    pub(super) opens: Option<bool>,
    /// Why the local AWS can't show it.
    pub(super) not_local: Option<&'static str>,
    condition: fn(&Sender<'_>) -> Value,
}

struct Sender<'a> {
    role: &'a str,
    rule: &'a str,
}

const fn door(
    name: &'static str,
    says: &'static str,
    opens: Option<bool>,
    condition: fn(&Sender<'_>) -> Value,
) -> Door {
    Door { name, says, opens, not_local: None, condition }
}

/// All of them; the first is guard's own.
pub(super) const DOORS: [Door; 8] = [
    door("both", "the rule's role, and the source", Some(true), |sender| {
        json!({
            "ArnEquals": { "aws:PrincipalArn": sender.role },
            "ForAnyValue:StringEquals": { "events:source": SOURCE },
        })
    }),
    door(
        "role",
        "ArnEquals of aws:PrincipalArn and the rule's role",
        Some(true),
        |sender| json!({ "ArnEquals": { "aws:PrincipalArn": sender.role } }),
    ),
    door(
        "source",
        "ForAnyValue:StringEquals of events:source and the source",
        Some(true),
        |_| json!({ "ForAnyValue:StringEquals": { "events:source": SOURCE } }),
    ),
    door("open", "no condition", Some(true), |_| json!({})),
    door(
        "other-role",
        "ArnEquals of aws:PrincipalArn and another role",
        Some(false),
        |sender| json!({ "ArnEquals": { "aws:PrincipalArn": format!("{}-other", sender.role) } }),
    ),
    door(
        "other-source",
        "ForAnyValue:StringEquals of events:source and another source",
        Some(false),
        |_| json!({ "ForAnyValue:StringEquals": { "events:source": "other" } }),
    ),
    door(
        "plain-source",
        "StringEquals, without a set operator, of events:source and the source",
        None,
        |_| json!({ "StringEquals": { "events:source": SOURCE } }),
    ),
    Door {
        not_local: Some(
            "the local AWS gives forwarded events no aws:SourceArn, as no recording says what AWS gives them",
        ),
        ..door(
            "rule",
            "ArnEquals of aws:SourceArn and the rule",
            None,
            |sender| json!({ "ArnEquals": { "aws:SourceArn": sender.rule } }),
        )
    },
];

impl Door {
    /// The name of its bus, of the rule there, and of the rule that forwards to it.
    pub(super) fn bus(&self) -> String {
        format!("{PREFIX}-{}", self.name)
    }

    /// The policy of its bus: whoever the management account lets, under the condition.
    pub(super) fn policy(&self, bus: &str, management: &str, role: &str, rule: &str) -> Value {
        let mut statement = json!({
            "Sid": "probe",
            "Effect": "Allow",
            "Principal": account(management),
            "Action": "events:PutEvents",
            "Resource": bus,
        });
        let condition = (self.condition)(&Sender { role, rule });
        if condition.as_object().is_some_and(|keys| !keys.is_empty()) {
            statement["Condition"] = condition;
        }
        json!({ "Version": "2012-10-17", "Statement": [statement] })
    }
}
