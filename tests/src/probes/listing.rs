//! Whether ListRules can be allowed on some resources only: the responder lists the rules of its bus.

use serde_json::json;

use super::{
    PREFIX, Probe,
    finding::Answer,
    made::Made,
    site::{Site, account},
};
use crate::{
    Result,
    aws::{self, Aws},
};

pub(super) const PROBE: Probe = Probe {
    name: "list-rules",
    asks: "does events:ListRules need the resource \"*\"?",
    expects: "it is allowed on \"*\" and refused to whoever has it on rules and buses only",
    ask,
};

const LIST: [&str; 2] = ["events", "list-rules"];
/// What both roles may do besides: once AWS lets them, it knows their policies.
const KNOWN: [&str; 2] = ["events", "list-event-buses"];

fn ask(site: &Site<'_>, made: &mut Made) -> Result<Answer> {
    let member = site.member()?;
    let some = ["rule/*", "event-bus/*"]
        .map(|what| format!("arn:aws:events:{}:{}:{what}", site.sandbox.hub, site.sandbox.member));
    let by_some = session(site, made, &member, "some", &json!(some))?;
    let by_all = session(site, made, &member, "all", &json!("*"))?;
    let (some, all) = (by_some.call(&LIST)?, by_all.call(&LIST)?);
    let said = |answer: &aws::Answer| match answer {
        aws::Answer::Allowed(_) => "allowed".to_owned(),
        aws::Answer::Refused { code, .. } => format!("refused ({code})"),
    };
    let text = |answer: &aws::Answer| match answer {
        aws::Answer::Allowed(_) => None,
        aws::Answer::Refused { code, message } => Some(format!("{code}: {message}")),
    };
    let is_denied = matches!(&some, aws::Answer::Refused { code, .. } if code.starts_with("AccessDenied"));
    Ok(Answer {
        is_expected: is_denied && matches!(all, aws::Answer::Allowed(_)),
        text: format!("on \"*\" {}; on rules and buses only {}", said(&all), said(&some)),
        details: [&all, &some].into_iter().filter_map(text).collect(),
        ..Answer::default()
    })
}

/// A session of a role that may list rules on these resources, once AWS knows its policy.
fn session(
    site: &Site<'_>,
    made: &mut Made,
    member: &Aws,
    name: &str,
    resources: &serde_json::Value,
) -> Result<Aws> {
    let statements = json!([
        { "Effect": "Allow", "Action": "events:ListRules", "Resource": resources },
        { "Effect": "Allow", "Action": "events:ListEventBuses", "Resource": "*" },
    ]);
    let name = format!("{PREFIX}-list-{name}");
    let role = site.role(made, member, &name, &account(&site.sandbox.member), &statements)?;
    let session = site.assume(member, &role)?;
    site.call_until_taken(&session, &KNOWN)?;
    Ok(session)
}
