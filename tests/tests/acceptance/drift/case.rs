//! What can happen to an object, and the round of plan, apply and plan that shows and repairs it.

use std::collections::BTreeSet;

use guard_tests::{
    Error, Result,
    aws::Aws,
    chain::Guard,
    cloud::Request,
    terraform::Plan,
    world::{Block, World, actions},
};
use serde_json::Value;

/// The part of the chain that an object stands in, as `chain` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Hub,
    Relay,
    Edge,
}

/// What the plan must say about an object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seen {
    /// It is missing from `chain`, and so are these, kind and name, which went with it.
    Gone(&'static [(&'static str, &'static str)]),
    /// It is missing from `chain`, and `drift` of another one, kind and name, says this.
    Lacked((&'static str, &'static str), &'static str),
    /// `drift` says this.
    Drift(&'static str),
}

/// Something that happens to one object behind terraform's back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    /// Where the object is.
    pub(crate) place: Place,
    /// Its kind and name, as `chain` has them.
    pub(crate) object: (&'static str, &'static str),
    /// Calls in the AWS CLI's words, in the object's account and region; [`Chain::filled`] says what may stand in them.
    pub(crate) happens: &'static [&'static str],
    /// What the plan says.
    pub(crate) seen: Seen,
    /// The operations that repair it, all in the object's account and region.
    pub(crate) repaired_by: &'static [&'static str],
}

/// A guard's chain that stands.
pub(crate) struct Chain {
    pub(crate) world: World,
    pub(crate) guard: Guard,
    /// The guard's own rule, and its alarm.
    pub(crate) own: String,
    /// The version of the functions' code.
    artifact: String,
}

/// With something that the filter must know, so that every kind of object is there.
const MORE: &str = "tags = { team = \"platform\" }\n  ignored_actions = [\"sts:GetCallerIdentity\"]";

impl Chain {
    /// Builds a guard over a relay, which has every kind of object; nothing on moto, which then says what it
    /// can't do.
    pub(crate) fn that_can(what: &str) -> Result<Option<Self>> {
        World::that_can(what)?.map(Self::of).transpose()
    }

    /// Builds a guard over a relay, which has every kind of object.
    pub(crate) fn built() -> Result<Self> {
        Self::of(World::new()?)
    }

    fn of(world: World) -> Result<Self> {
        let guard = Guard::new("222222222222", "eu-west-1", "backup");
        world.hire(&guard)?;
        world.configure(&[Block::new("script", &guard).with(MORE)])?;
        world.apply()?;
        let state = world.state("script")?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let chain = objects(&state["chain"]);
        let own = chain.iter().find(|object| object["kind"] == "alarm" && object["shared"] == false);
        let own = own.map(|alarm| text(&alarm["name"]));
        let (own, artifact) = (own.unwrap_or_default(), text(&state["artifact_version"]));
        Ok(Self { own, artifact, world, guard })
    }

    /// Account and region of a place.
    fn location(&self, place: Place) -> (&str, &str) {
        match place {
            Place::Hub => (self.world.management(), self.world.hub()),
            Place::Relay => (&self.guard.account, self.world.hub()),
            Place::Edge => (&self.guard.account, &self.guard.region),
        }
    }

    /// The administrator of a place.
    pub(crate) fn at(&self, place: Place) -> Aws {
        let (account, region) = self.location(place);
        self.world.cloud.administrator(account).in_region(region)
    }

    /// A text with the place's `<account>` and `<region>`, the `<hub>` account's id, the guard's `<own>` rule, the
    /// `<artifact>`'s version, the `<bucket>`, the `<queue>`'s URL and the workspace's `<folder>`.
    pub(crate) fn filled(&self, place: Place, text: &str) -> String {
        let (account, region) = self.location(place);
        let ready = self.world.cloud.ready();
        let folder = self.world.terraform.path().to_string_lossy().into_owned();
        text.replace("<queue>", &format!("{}/<account>/guard-dead-letters", ready.endpoint))
            .replace("<account>", account)
            .replace("<region>", region)
            .replace("<hub>", self.world.management())
            .replace("<own>", &self.own)
            .replace("<artifact>", &self.artifact)
            .replace("<bucket>", &ready.bucket)
            .replace("<folder>", &folder)
    }

    /// One call in the AWS CLI's words, which are separated by single spaces.
    pub(crate) fn run(&self, place: Place, call: &str) -> Result<Value> {
        let call = self.filled(place, call);
        self.world.cloud.run_when_ready(&self.at(place), &call.split(' ').collect::<Vec<_>>())
    }

    /// Lets it all happen at once: the plan says what happened to each object and nothing else, apply makes
    /// the writes that repair them and no others, and then there is nothing to change.
    pub(crate) fn round(&self, cases: &[&Case]) -> Result<()> {
        let names: Vec<String> = cases.iter().map(|case| case.name()).collect();
        let round = names.join("; ");
        for case in cases {
            for call in case.happens {
                self.run(case.place, call)?;
            }
        }
        let plan = self.world.terraform.plan()?;
        assert_eq!(actions(&plan, "script"), ["update"], "{round}: {}", plan.output);
        let told = self.told(&plan);
        let expected: BTreeSet<_> = cases.iter().flat_map(|case| self.expected(case)).collect();
        assert_eq!(told, expected, "{round}: what the plan tells is not what happened\n{}", plan.output);

        let (since, _) = self.world.cloud.requests(u64::MAX)?;
        self.world.terraform.run(&["apply", "-input=false", "-no-color", "plan"])?;
        let written = self.written(since)?;
        let mut repairs: Vec<_> = cases.iter().flat_map(|case| self.repairs(case)).collect();
        repairs.sort();
        assert_eq!(written, repairs, "{round}: apply wrote something else than what repairs this");
        self.world.settled().map_err(|error| Error::Cloud(format!("{round}: {error}")))
    }

    /// Every object that the plan says is missing or differs, with what it says, in a line.
    pub(crate) fn told(&self, plan: &Plan) -> BTreeSet<String> {
        let change = &plan.json["resource_changes"][0]["change"];
        let (before, after) = (objects(&change["before"]["chain"]), objects(&change["after"]["chain"]));
        let drifted = before.iter().filter(|object| !object["drift"].is_null());
        let told = drifted.map(|object| line(object, object["drift"].as_str().unwrap_or_default()));
        let there: BTreeSet<_> = before.iter().map(|object| line(object, "")).collect();
        let missing = after.iter().filter(|object| !there.contains(&line(object, "")));
        told.chain(missing.map(|object| line(object, "missing"))).collect()
    }

    fn expected(&self, case: &Case) -> Vec<String> {
        let (account, region) = self.location(case.place);
        let line = |(kind, name): (&str, &str), what: &str| {
            format!(
                "{kind} {} in {account}/{region}: {}",
                self.filled(case.place, name),
                self.filled(case.place, what)
            )
        };
        match case.seen {
            Seen::Drift(words) => vec![line(case.object, words)],
            Seen::Gone(with_it) => {
                let gone = [case.object].into_iter().chain(with_it.iter().copied());
                gone.map(|object| line(object, "missing")).collect()
            }
            Seen::Lacked(by, words) => vec![line(case.object, "missing"), line(by, words)],
        }
    }

    fn repairs(&self, case: &Case) -> Vec<String> {
        let (account, region) = self.location(case.place);
        case.repaired_by.iter().map(|operation| write(operation, account, region)).collect()
    }

    /// The writes since then, sorted. A change of a function that is refused, as its role is new, is repeated and
    /// changes nothing.
    pub(crate) fn written(&self, since: u64) -> Result<Vec<String>> {
        let (_, requests) = self.world.cloud.requests(since)?;
        let is_not_yet =
            |request: &&Request| request.operation == "UpdateFunctionConfiguration" && request.status >= 400;
        let writes = requests.iter().filter(|request| request.is_write() && !is_not_yet(request));
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let line =
            |request: &Request| write(&request.operation, &text(&request.account), &text(&request.region));
        let mut written: Vec<_> = writes.map(line).collect();
        written.sort();
        Ok(written)
    }
}

impl Case {
    fn name(&self) -> String {
        let (kind, name) = self.object;
        format!("{:?}'s {kind} {name} ({:?})", self.place, self.seen)
    }
}

/// Roles and their policies are an account's, whatever the region.
fn write(operation: &str, account: &str, region: &str) -> String {
    let global = operation.contains("Role");
    if global { format!("{operation} in {account}") } else { format!("{operation} in {account}/{region}") }
}

fn objects(chain: &Value) -> Vec<Value> {
    chain.as_array().cloned().unwrap_or_default()
}

fn line(object: &Value, what: &str) -> String {
    let [kind, name, account, region] =
        ["kind", "name", "account_id", "region"].map(|key| object[key].as_str().unwrap_or_default());
    format!("{kind} {name} in {account}/{region}: {what}")
}
