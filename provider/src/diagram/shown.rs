//! What `terraform show -json` says of guards: of a state, or of a plan (Terraform, "JSON Output Format").

use serde::Deserialize;
use serde_json::Value;

use super::error::Error;

/// The resource's type in Terraform.
const TYPE: &str = "guard_iam_user";

/// One guard.
#[derive(Debug)]
pub(super) struct Shown {
    /// Its block.
    pub(super) address: String,
    /// Its arguments and what it is.
    pub(super) values: Values,
    /// The objects of its chain.
    pub(super) parts: Vec<Part>,
    /// Whether all of its chain should be there.
    pub(super) stands: bool,
}

/// What is needed of a guard's attributes; anything may be unknown in a plan.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Values {
    pub(super) account_id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) user_name: Option<String>,
    pub(super) user_arn: Option<String>,
    pub(super) topology: Option<String>,
    pub(super) status: Option<String>,
    pub(super) expected: Value,
    pub(super) ignored_actions: Option<Vec<Option<String>>>,
    pub(super) notify_topic_arns: Option<Vec<Option<String>>>,
    pub(super) chain: Option<Vec<Link>>,
}

/// An object, as `chain` lists it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(super) struct Link {
    pub(super) place: String,
    pub(super) kind: String,
    pub(super) account_id: String,
    pub(super) region: String,
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) drift: Option<String>,
}

impl Link {
    /// Whether both are the same object.
    pub(super) fn is(&self, other: &Link) -> bool {
        self.kind == other.kind && self.arn == other.arn && self.name == other.name
    }
}

/// How an object stands. Where guards differ about one that they share, the last of these counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// As it should be.
    Sound,
    /// Apply takes it away, unless others need it.
    Goes,
    /// Apply builds it.
    New,
    /// It differs.
    Drifted(String),
    /// It should be there.
    Missing,
}

/// An object with how it stands.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) link: Link,
    pub(super) mark: Mark,
}

/// All guards, in the order of their blocks.
pub(super) fn read(text: &str) -> Result<Vec<Shown>, Error> {
    let json: Value = serde_json::from_str(text)?;
    let version = match (&json["format_version"], &json["lineage"]) {
        (Value::String(version), _) => version,
        (_, Value::String(_)) => return Err(Error::StateFile),
        _ => return Err(Error::Format),
    };
    if version.split('.').next() != Some("1") {
        return Err(Error::Version(version.clone()));
    }
    let mut shown = planned(&json["resource_changes"])?;
    // A plan that changes nothing but the state has no changes of resources.
    for values in [&json["values"], &json["prior_state"]["values"]] {
        if shown.is_empty() {
            stated(&values["root_module"], &mut shown)?;
        }
    }
    if shown.is_empty() { Err(Error::NoGuard) } else { Ok(shown) }
}

/// The guards of a module and of those in it.
fn stated(module: &Value, shown: &mut Vec<Shown>) -> Result<(), Error> {
    for resource in list(&module["resources"]).filter(|it| it["type"] == TYPE && it["mode"] == "managed") {
        let address = text(&resource["address"]);
        let values = values(&address, &resource["values"])?;
        let parts = links(&values).into_iter().map(seen).collect();
        shown.push(Shown { address, values, parts, stands: true });
    }
    list(&module["child_modules"]).try_for_each(|child| stated(child, shown))
}

/// The guards of a plan.
fn planned(changes: &Value) -> Result<Vec<Shown>, Error> {
    let mut shown = Vec::new();
    for resource in list(changes).filter(|it| it["type"] == TYPE && it["mode"] == "managed") {
        let (address, change) = (text(&resource["address"]), &resource["change"]);
        let (before, after) = (values(&address, &change["before"])?, values(&address, &change["after"])?);
        let (was, will) = (links(&before), links(&after));
        let goes = change["after"].is_null();
        // What is only known after apply is as it was, as far as a picture can tell.
        let unknown = !goes && after.chain.is_none();
        let creates = list(&change["actions"]).any(|action| action == "create");
        let mut parts: Vec<Part> = will
            .iter()
            .map(|link| match was.iter().find(|before| before.is(link)) {
                Some(before) => seen(before.clone()),
                None if creates => Part { link: link.clone(), mark: Mark::New },
                None => Part { link: link.clone(), mark: Mark::Missing },
            })
            .collect();
        for link in was.into_iter().filter(|link| !will.iter().any(|after| after.is(link))) {
            parts.push(if unknown { seen(link) } else { Part { link, mark: Mark::Goes } });
        }
        let values = if goes || unknown && before.chain.is_some() { before } else { after };
        shown.push(Shown { address, values, parts, stands: !goes && !creates });
    }
    Ok(shown)
}

fn seen(link: Link) -> Part {
    let mark = link.drift.clone().map_or(Mark::Sound, Mark::Drifted);
    Part { link, mark }
}

fn values(address: &str, json: &Value) -> Result<Values, Error> {
    if json.is_null() {
        return Ok(Values::default());
    }
    Values::deserialize(json)
        .map_err(|error| Error::Guard { address: address.to_owned(), what: error.to_string() })
}

fn links(values: &Values) -> Vec<Link> {
    values.chain.clone().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
