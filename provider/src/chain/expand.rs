//! From a guard to the list of all objects that it needs, in the order in which they are built.

use std::collections::{BTreeMap, BTreeSet};

use guard_contract::{BUS_VARIABLE, Handler, UserPattern, forward_pattern};

use super::arns::{alarm_arn, bucket_arn, bus_arn, function_arn, queue_arn, role_arn, rule_arn};
use super::record::DESCRIPTION_LIMIT;
use super::{
    Alarm, AsyncSettings, BucketNotification, Bus, BusPermission, Function, FunctionPermission, Guard, Hub,
    Location, LogGroup, Need, Object, Place, Queue, Record, Role, Route, RouteError, Rule, Spec, Target,
    policies,
};

/// EventBridge, as a principal.
const EVENTS: &str = "events.amazonaws.com";

/// The id of a forwarding rule's target.
const NEXT_BUS: &str = "bus";

/// The id of a user's rule's target.
const RESPONDER: &str = "responder";

/// How long logs are kept: what was said about an incident must outlive its investigation.
const RETENTION_DAYS: i32 = 365;

/// IAM: the inline policies of a role have at most so many characters together, whitespace not counted.
const ROLE_POLICY_LIMIT: usize = 10_240;

/// A guard that can't be built as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChainError {
    /// Events could not take the route.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The user's path is too long for the record.
    #[error(
        "the record of {user_arn} needs {length} characters and a rule's description holds {DESCRIPTION_LIMIT}; give the user a shorter path"
    )]
    Record {
        /// The user.
        user_arn: String,
        /// How long the record would be.
        length: usize,
    },
    /// Too many users at one place.
    #[error(
        "the responder's role in {at} would need a policy of {length} characters for its {users} users, and IAM allows {ROLE_POLICY_LIMIT}; guard some of them in another region"
    )]
    RolePolicy {
        /// Where.
        at: Location,
        /// How many users it would have.
        users: usize,
        /// How long the policy would be.
        length: usize,
    },
}

/// All objects of a guard's chain, in the order in which they are built: bus by bus from the edge to the
/// hub, then the guard's own. `users` are the ARNs of all users guarded at the edge, this one's among them.
///
/// # Errors
/// If AWS would drop the events on the way, or a policy or record would be too long.
pub(crate) fn expand(guard: &Guard, hub: &Hub, users: &[String]) -> Result<Vec<Object>, ChainError> {
    let route = Route::new(&hub.location, &guard.edge, guard.topology)?;
    let mut objects = Vec::new();
    for (index, at) in route.buses.iter().enumerate().rev() {
        let last = index + 1 == route.buses.len();
        let place = match (index, last) {
            (0, _) => Place::Hub,
            (_, true) => Place::Edge,
            (_, false) => Place::Relay,
        };
        let build = Build { hub, at, place };
        objects.extend(build.bus());
        if index > 0 && at.account != hub.location.account && route.buses[index - 1] == hub.location {
            objects.push(build.entry());
        }
        if last {
            objects.extend(build.responder(users)?);
        }
        if let Some(to) = route.buses.get(index + 1) {
            objects.extend(build.forward(to));
        }
        if index == 0 {
            objects.extend(build.filter());
        }
    }
    let place = if route.buses.len() == 1 { Place::Hub } else { Place::Edge };
    objects.extend(Build { hub, at: &guard.edge, place }.own(guard)?);
    Ok(objects)
}

/// The name of the rule that is the guard's record.
pub(crate) fn own_rule(hub: &Hub, edge: &Location, user: &str) -> String {
    hub.names.user_rule(&edge.account, user)
}

/// Builds the objects of one bus's account and region.
struct Build<'a> {
    hub: &'a Hub,
    at: &'a Location,
    place: Place,
}

impl Build<'_> {
    fn object(&self, need: &Need, spec: Spec) -> Object {
        let (tags, former_tags) = (BTreeMap::new(), BTreeSet::new());
        Object { place: self.place, at: self.at.clone(), need: need.clone(), tags, former_tags, spec }
    }

    fn queue_arn(&self) -> String {
        queue_arn(self.at, &self.hub.names.queue())
    }

    fn bus(&self) -> Vec<Object> {
        let need = Need::Rules(self.at.clone());
        let names = &self.hub.names;
        let statement = policies::queue_statement(self.at, names);
        vec![
            self.object(&need, Spec::Queue(Queue { name: names.queue(), statement })),
            self.object(&need, Spec::Bus(Bus { name: names.bus() })),
        ]
    }

    fn entry(&self) -> Object {
        let need = Need::Hop(self.hub.location.clone(), self.at.clone());
        let statement = policies::bus_statement(self.at, self.hub);
        self.object(&need, Spec::BusPermission(BusPermission { bus: self.hub.names.bus(), statement }))
    }

    fn forward(&self, to: &Location) -> Vec<Object> {
        let need = Need::Hop(self.at.clone(), to.clone());
        let names = &self.hub.names;
        let role = names.forward_role(self.at, to);
        let rule = names.forward_rule(to);
        let target = Target {
            bus: names.bus(),
            rule: rule.clone(),
            id: NEXT_BUS,
            arn: bus_arn(to, &names.bus()),
            role_arn: Some(role_arn(&self.at.account, &role)),
            dead_letters_arn: self.queue_arn(),
        };
        let pattern = forward_pattern(&self.hub.location.account, &to.account);
        let description = Record::Forward { to: to.clone() }.describe(&self.hub.mark());
        vec![
            self.object(
                &need,
                Spec::Role(Role {
                    name: role,
                    description: format!("Forwards guard's events to {to}"),
                    service: EVENTS,
                    policy: policies::forward(to, names),
                }),
            ),
            self.object(
                &need,
                Spec::Rule(Rule { bus: names.bus(), name: rule, pattern, description, target: NEXT_BUS }),
            ),
            self.object(&need, Spec::Target(target)),
        ]
    }

    /// Log group, role, function and its settings for asynchronous invocation.
    fn function(&self, need: &Need, role: Role, function: Function) -> Vec<Object> {
        let settings = AsyncSettings { function: function.name.clone(), queue_arn: self.queue_arn() };
        let group =
            LogGroup { name: self.hub.names.log_group(function.handler), retention_days: RETENTION_DAYS };
        vec![
            self.object(need, Spec::Role(role)),
            self.object(need, Spec::LogGroup(group)),
            self.object(need, Spec::Function(function)),
            self.object(need, Spec::AsyncSettings(settings)),
        ]
    }

    fn permission(&self, need: &Need, handler: Handler, whose: &str, from: (&'static str, String)) -> Object {
        let names = &self.hub.names;
        let permission = FunctionPermission {
            function: names.function(handler),
            sid: names.statement(whose),
            principal: from.0,
            source_arn: from.1,
            source_account: (from.0 != EVENTS).then(|| self.at.account.clone()),
        };
        self.object(need, Spec::FunctionPermission(permission))
    }

    fn responder(&self, users: &[String]) -> Result<Vec<Object>, ChainError> {
        let need = Need::Users(self.at.clone());
        let names = &self.hub.names;
        let role = names.function_role(Handler::Responder, &self.at.region);
        let policy = policies::responder(self.at, names, &names.log_group(Handler::Responder), users);
        let length = policy.to_string().len();
        if length > ROLE_POLICY_LIMIT {
            return Err(ChainError::RolePolicy { at: self.at.clone(), users: users.len(), length });
        }
        let function = Function {
            name: names.function(Handler::Responder),
            description: "Denies a guarded user everything when it does what its script never does".into(),
            handler: Handler::Responder,
            role_arn: role_arn(&self.at.account, &role),
            memory_mb: 256,
            timeout_seconds: 60,
            environment: BTreeMap::new(),
        };
        let role = Role {
            name: role,
            description: format!("Denies guarded users everything, for {}", self.at),
            service: "lambda.amazonaws.com",
            policy,
        };
        let all = format!("{}*", names.user_rules());
        let mut objects = self.function(&need, role, function);
        let rules = (EVENTS, rule_arn(self.at, &names.bus(), &all));
        let alarms = ("lambda.alarms.cloudwatch.amazonaws.com", alarm_arn(self.at, &all));
        objects.push(self.permission(&need, Handler::Responder, "rules", rules));
        objects.push(self.permission(&need, Handler::Responder, "alarms", alarms));
        Ok(objects)
    }

    fn filter(&self) -> Vec<Object> {
        let need = Need::Rules(self.at.clone());
        let names = &self.hub.names;
        let role = names.function_role(Handler::Filter, &self.at.region);
        let name = names.function(Handler::Filter);
        let function = Function {
            name: name.clone(),
            description: "Puts the organization trail's suspicious records on guard's bus".into(),
            handler: Handler::Filter,
            role_arn: role_arn(&self.at.account, &role),
            memory_mb: 256,
            timeout_seconds: 300,
            environment: BTreeMap::from([(BUS_VARIABLE.to_owned(), bus_arn(self.at, &names.bus()))]),
        };
        let role = Role {
            name: role,
            description: format!("Reads the organization trail for guard, in {}", self.at),
            service: "lambda.amazonaws.com",
            policy: policies::filter(self.hub, &names.log_group(Handler::Filter)),
        };
        let mut objects = self.function(&need, role, function);
        let bucket = ("s3.amazonaws.com", bucket_arn(&self.hub.bucket));
        objects.push(self.permission(&need, Handler::Filter, "bucket", bucket));
        let entry = BucketNotification {
            bucket: self.hub.bucket.clone(),
            id: names.notification(),
            function_arn: function_arn(self.at, &name),
            prefix: self.hub.key_prefix.clone(),
            suffix: ".json.gz",
        };
        objects.push(self.object(&need, Spec::BucketNotification(entry)));
        objects
    }

    fn own(&self, guard: &Guard) -> Result<Vec<Object>, ChainError> {
        let names = &self.hub.names;
        let name = own_rule(self.hub, self.at, &guard.user);
        let (user_arn, topology) = (guard.user_arn.clone(), guard.topology);
        let record = |former| Record::User { user_arn: user_arn.clone(), topology, former };
        let description = record(guard.former).describe(&self.hub.mark());
        if description.len() > DESCRIPTION_LIMIT {
            let (user_arn, length) = (guard.user_arn.clone(), description.len());
            return Err(ChainError::Record { user_arn, length });
        }
        let pattern = UserPattern {
            hub_account: self.hub.location.account.clone(),
            account: guard.edge.account.clone(),
            user: guard.user.clone(),
            signals: guard.signals.clone(),
        };
        let responder = function_arn(self.at, &names.function(Handler::Responder));
        let rule = Rule {
            bus: names.bus(),
            name: name.clone(),
            pattern: pattern.to_json(),
            description,
            target: RESPONDER,
        };
        let target = Target {
            bus: names.bus(),
            rule: name.clone(),
            id: RESPONDER,
            arn: responder.clone(),
            role_arn: None,
            dead_letters_arn: self.queue_arn(),
        };
        let alarm = Alarm {
            name: name.clone(),
            family: names.user_rules(),
            description: record(None).describe(&self.hub.mark()),
            bus: names.bus(),
            rule: name,
            function_arn: responder,
        };
        let (tags, former_tags) = (&guard.tags, &guard.former_tags);
        let own = |spec| Object {
            tags: tags.clone(),
            former_tags: former_tags.clone(),
            ..self.object(&Need::Own, spec)
        };
        Ok(vec![own(Spec::Rule(rule)), own(Spec::Target(target)), own(Spec::Alarm(alarm))])
    }
}
