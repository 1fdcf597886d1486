//! Nodes and arrows: the objects of all guards in one picture, and what leads from one to another.

use std::collections::{BTreeMap, BTreeSet};

use guard_contract::{Response, Signal};

use super::shown::{Link, Mark, Part, Shown, Values};
use crate::chain::{
    Delivery, End, Guard, Hub, Lead, Location, Names, Object, SharedTags, Topology, Way, expand,
};

/// What is drawn.
#[derive(Debug, Default)]
pub(super) struct Picture {
    /// The blocks, and whom they guard.
    pub(super) guards: Vec<String>,
    /// Nodes, in the order in which they came.
    pub(super) nodes: Vec<Node>,
    /// Arrows between nodes, by their numbers.
    pub(super) arrows: Vec<(usize, usize, Way)>,
}

/// One thing.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) what: What,
    pub(super) mark: Mark,
}

/// What a node is.
#[derive(Debug, PartialEq)]
pub(super) enum What {
    /// The trail's bucket, by ARN.
    Bucket(String),
    /// One of our objects.
    Object(Link),
    /// A guarded user, and how its guard stands.
    User { account: String, name: String, status: Option<String> },
}

impl Picture {
    /// The picture of these guards.
    pub(super) fn of(shown: &[Shown]) -> Self {
        let mut picture = Self::default();
        for guard in shown {
            picture.add(guard);
        }
        let mut once = BTreeSet::new();
        picture.arrows.retain(|(from, to, way)| once.insert((*from, *to, *way as u8)));
        picture
    }

    fn add(&mut self, shown: &Shown) {
        let values = &shown.values;
        let part = |it: &Option<String>| it.clone().unwrap_or_else(|| "(unknown)".to_owned());
        let (account, name) = (part(&values.account_id), part(&values.user_name));
        self.guards.push(format!("{}: {account}/{}/{name}", shown.address, part(&values.region)));
        for part in &shown.parts {
            self.object(&part.link, &part.mark);
        }
        let (wanted, hub) = wanted(shown).unwrap_or_default();
        for object in wanted.iter().filter(|_| shown.stands) {
            let link = link(object);
            if !shown.parts.iter().any(|part| part.link.is(&link)) {
                self.object(&link, &Mark::Missing);
            }
        }
        let leads: Vec<Lead> =
            hub.iter().flat_map(|hub| wanted.iter().flat_map(|object| object.leads(hub))).collect();
        for Lead { from, to, way } in leads {
            if let (Some(from), Some(to)) = (self.end(&from), self.end(&to)) {
                self.arrows.push((from, to, way));
            }
        }
        let user = self.node(What::User { account, name, status: values.status.clone() }, &Mark::Sound);
        let own = wanted.iter().filter(|object| !object.shared() && object.kind() == "target");
        for target in own.flat_map(|target| hub.iter().flat_map(|hub| target.leads(hub))) {
            if let (End::Object("function", ..), Some(responder)) = (&target.to, self.end(&target.to)) {
                self.arrows.push((responder, user, Way::Event));
            }
        }
    }

    fn object(&mut self, link: &Link, mark: &Mark) -> usize {
        self.node(What::Object(Link { drift: None, ..link.clone() }), mark)
    }

    /// The node's number; what two guards share is one node.
    fn node(&mut self, what: What, mark: &Mark) -> usize {
        let same = |node: &Node| match (&node.what, &what) {
            (What::Object(a), What::Object(b)) => a.is(b),
            (a, b) => a == b,
        };
        if let Some(at) = self.nodes.iter().position(same) {
            let node = &mut self.nodes[at];
            node.mark = node.mark.clone().max(mark.clone());
            return at;
        }
        self.nodes.push(Node { what, mark: mark.clone() });
        self.nodes.len() - 1
    }

    /// The node at the end of a lead; none if it leads out of the picture.
    fn end(&mut self, end: &End) -> Option<usize> {
        match end {
            End::Bucket(arn) => Some(self.node(What::Bucket(arn.clone()), &Mark::Sound)),
            End::Object(kind, arn, name) => self.nodes.iter().position(|node| match &node.what {
                What::Object(link) => {
                    link.kind == *kind && link.arn == *arn && name.as_ref().is_none_or(|it| *it == link.name)
                }
                _ => false,
            }),
        }
    }
}

fn link(object: &Object) -> Link {
    Link {
        place: object.place.to_string(),
        kind: object.kind().to_owned(),
        account_id: object.at.account.clone(),
        region: object.at.region.clone(),
        name: object.name(),
        arn: object.arn(),
        drift: None,
    }
}

/// The chain that the guard should have, and its hub; nothing if that can't be told.
fn wanted(shown: &Shown) -> Option<(Vec<Object>, Option<Hub>)> {
    let hub = hub(shown)?;
    let guard = guard(&shown.values)?;
    let objects = expand(&guard, &hub, std::slice::from_ref(&guard.user_arn)).ok()?;
    Some((objects, Some(hub)))
}

/// The hub, as far as the names of its objects tell of it.
fn hub(shown: &Shown) -> Option<Hub> {
    let of = |kind: &str| {
        shown.parts.iter().map(|part| &part.link).find(|link| link.place == "hub" && link.kind == kind)
    };
    let bus = of("event_bus").or_else(|| of("queue"))?;
    let prefix = bus.name.strip_suffix("-bus").or_else(|| bus.name.strip_suffix("-dead-letters"))?;
    let bucket = of("bucket_notification").and_then(|entry| entry.arn.rsplit(':').next());
    let names = Names::new(prefix).ok()?;
    let told = shown.parts.iter().find_map(|Part { link, .. }| match link.kind.as_str() {
        "rule" if link.name == names.trail_rule() => Some((Delivery::EventBridge, None)),
        "subscription" => Some((Delivery::Sns, Some(link.arn.clone()))),
        _ => None,
    });
    let (delivery, topic) = told.unwrap_or_default();
    Some(Hub {
        location: Location::new(&bus.account_id, &bus.region),
        bucket: bucket.unwrap_or_default().to_owned(),
        key_prefix: String::new(),
        kms_key: None,
        delivery,
        topic,
        names,
    })
}

/// The guard, as far as its chain depends on it.
fn guard(values: &Values) -> Option<Guard> {
    let (account, user) = (values.account_id.as_ref()?, values.user_name.as_ref()?);
    let topology = values.topology.as_ref().map_or(Some(Topology::default()), |name| name.parse().ok())?;
    let expected = values.expected.as_array().and_then(|blocks| blocks.first());
    let topics = values.notify_topic_arns.iter().flatten().flatten().cloned().collect();
    let edge = Location::new(account, values.region.as_ref()?);
    Some(Guard {
        user: user.clone(),
        user_arn: values.user_arn.clone().unwrap_or_else(|| Guard::plain_user_arn(&edge, user)),
        edge,
        principal_id: None,
        topology,
        former: None,
        signals: Signal::CHOICES.to_vec(),
        expected: expected.and_then(|block| serde_json::from_value(block.clone()).ok()),
        ignored_actions: values
            .ignored_actions
            .iter()
            .flatten()
            .flatten()
            .filter_map(|action| action.parse().ok())
            .collect(),
        topics,
        response: Response::default(),
        rearm: None,
        tags: BTreeMap::new(),
        former_tags: BTreeSet::new(),
        shared_tags: SharedTags::default(),
    })
}
