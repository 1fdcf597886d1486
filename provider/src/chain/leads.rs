//! What leads from one object to another: the way of an event, and what stands beside it.

use guard_contract::Handler;

use super::arns::{arn, bucket_arn, bus_arn, function_arn, queue_arn, rule_arn};
use super::{DEFAULT_BUS, Delivery, Hub, Object, Spec};

/// An end of a lead: one of our objects, or what is not ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The object of that kind and ARN; with its name where several parts have their whole's ARN.
    Object(&'static str, String, Option<String>),
    /// The trail's bucket.
    Bucket(String),
}

/// How something leads to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Events go there.
    Event,
    /// Events go there, to another bus.
    Hop,
    /// It is needed there, or gets what goes wrong.
    Aside,
}

/// That one thing leads to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lead {
    pub(crate) from: End,
    pub(crate) to: End,
    pub(crate) way: Way,
}

impl Object {
    /// All that leads to the object, or from it.
    pub(crate) fn leads(&self, hub: &Hub) -> Vec<Lead> {
        let (at, me) = (&self.at, End::Object(self.kind(), self.arn(), Some(self.name())));
        let to = |from: &End, to: &End, way| Lead { from: from.clone(), to: to.clone(), way };
        let bus = |name: &str| End::Object("event_bus", bus_arn(at, name), None);
        let function = |arn: &str| End::Object("function", arn.to_owned(), None);
        let queue = |arn: &str| End::Object("queue", arn.to_owned(), None);
        let role = |arn: &str| End::Object("role", arn.to_owned(), None);
        match &self.spec {
            Spec::Queue(_) | Spec::LogGroup(_) | Spec::Role(_) | Spec::Bus(_) => Vec::new(),
            Spec::BusPermission(permission) => vec![to(&me, &bus(&permission.bus), Way::Aside)],
            Spec::Function(it) => {
                let group = arn("logs", at, &format!("log-group:{}", hub.names.log_group(it.handler)));
                let mut leads = vec![
                    to(&role(&it.role_arn), &me, Way::Aside),
                    to(&me, &End::Object("log_group", group, None), Way::Aside),
                ];
                if it.handler == Handler::Filter {
                    leads.push(to(&me, &bus(&hub.names.bus()), Way::Event));
                }
                leads
            }
            Spec::AsyncSettings(it) => {
                let of = function(&function_arn(at, &it.function));
                vec![to(&of, &me, Way::Aside), to(&me, &queue(&it.queue_arn), Way::Aside)]
            }
            Spec::FunctionPermission(it) => {
                vec![to(&me, &function(&function_arn(at, &it.function)), Way::Aside)]
            }
            Spec::BucketNotification(it) if it.delivery == Delivery::Sns => Vec::new(),
            Spec::Subscription(it) => vec![
                to(&End::Bucket(bucket_arn(at, &hub.bucket)), &me, Way::Event),
                to(&me, &function(&it.function_arn), Way::Event),
            ],
            Spec::BucketNotification(it) => {
                let next = match it.delivery {
                    Delivery::Notification | Delivery::Sns => function(&it.function_arn),
                    Delivery::EventBridge => End::Object("rule", rule_arn(at, DEFAULT_BUS, &it.rule), None),
                };
                let bucket = End::Bucket(bucket_arn(at, &it.bucket));
                vec![to(&bucket, &me, Way::Event), to(&me, &next, Way::Event)]
            }
            // The bus is not ours; what leads to the rule is the bucket.
            Spec::Rule(it) if it.bus == DEFAULT_BUS => Vec::new(),
            Spec::Rule(it) => vec![to(&bus(&it.bus), &me, Way::Event)],
            Spec::Target(it) => {
                let rule = End::Object("rule", rule_arn(at, &it.bus, &it.rule), None);
                let mut leads = vec![to(&rule, &me, Way::Event)];
                // Only where the target is a bus does it need a role.
                match &it.role_arn {
                    Some(with) => {
                        leads.push(to(&me, &End::Object("event_bus", it.arn.clone(), None), Way::Hop));
                        leads.push(to(&role(with), &me, Way::Aside));
                    }
                    None => leads.push(to(&me, &function(&it.arn), Way::Event)),
                }
                leads.push(to(&me, &queue(&it.dead_letters_arn), Way::Aside));
                leads
            }
            Spec::Alarm(it) => {
                let of = |name: &str| {
                    it.metric.dimensions.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
                };
                let watched = match (of("QueueName"), of("FunctionName"), of("EventBusName"), of("RuleName"))
                {
                    (Some(name), ..) => Some(queue(&queue_arn(at, name))),
                    (_, Some(name), ..) => Some(function(&function_arn(at, name))),
                    (.., Some(bus), Some(rule)) => Some(End::Object("rule", rule_arn(at, bus, rule), None)),
                    _ => None,
                };
                let watched = watched.map(|watched| to(&watched, &me, Way::Aside));
                watched.into_iter().chain([to(&me, &function(&it.function_arn), Way::Aside)]).collect()
            }
            Spec::Watch(_) => {
                let filter = function_arn(&hub.location, &hub.names.function(Handler::Filter));
                vec![to(&me, &function(&filter), Way::Aside)]
            }
        }
    }
}
