//! What stands in one account and region of a chain and is shared there.

use std::collections::{BTreeMap, BTreeSet};

use guard_contract::{Handler, forward_pattern};

use super::arns::{alarm_arn, bus_arn, queue_arn, role_arn, rule_arn};
use super::expand::ROLE_POLICY_LIMIT;
use super::{
    AsyncSettings, Bus, BusPermission, ChainError, Function, FunctionPermission, Hub, Location, LogGroup,
    Need, Object, Place, Queue, Record, Role, Rule, SharedTags, Spec, Target, health, policies,
};

/// EventBridge, as a principal.
pub(super) const EVENTS: &str = "events.amazonaws.com";

/// The id of a forwarding rule's target.
const NEXT_BUS: &str = "bus";

/// How long logs are kept: what was said about an incident must outlive its investigation.
const RETENTION_DAYS: i32 = 365;

/// CloudWatch's alarms, as a principal.
const ALARMS: &str = "lambda.alarms.cloudwatch.amazonaws.com";

/// Builds the objects of one bus's account and region.
pub(super) struct Build<'a> {
    pub(super) hub: &'a Hub,
    pub(super) at: &'a Location,
    pub(super) place: Place,
}

impl Build<'_> {
    pub(super) fn object(&self, need: &Need, spec: Spec) -> Object {
        let (tags, former_tags) = (BTreeMap::new(), BTreeSet::new());
        let shared_tags = SharedTags::default();
        let (place, at, need) = (self.place, self.at.clone(), need.clone());
        Object { place, at, need, tags, shared_tags, former_tags, spec }
    }

    pub(super) fn queue_arn(&self) -> String {
        queue_arn(self.at, &self.hub.names.queue())
    }

    pub(super) fn bus(&self) -> Vec<Object> {
        let need = Need::Rules(self.at.clone());
        let names = &self.hub.names;
        let mut statements = vec![policies::queue_statement(self.at, self.hub)];
        if health::is_told_by_hub(self.at, self.hub) && *self.at != self.hub.location {
            statements.push(policies::replay_statement(self.at, self.hub));
        }
        vec![
            self.object(&need, Spec::Queue(Queue { name: names.queue(), statements })),
            self.object(&need, Spec::Bus(Bus { name: names.bus() })),
            self.object(&need, Spec::Alarm(health::dead_letters(self.at, self.hub))),
        ]
    }

    /// The permission of the alarms of every account to invoke the filter. It is one statement for all of them, because
    /// a function's policy has at most 20,480 bytes (Lambda quotas), which is not enough for a statement for each of
    /// 55 accounts. `AddPermission` takes no wildcard for the account in `SourceArn`, and its `PrincipalOrgID` is about
    /// principals of the organization, not about services that act for its accounts (Lambda API reference). So any
    /// alarm may call, and the filter has to check whose it is.
    fn alarms_of_all(&self, need: &Need) -> Object {
        let names = &self.hub.names;
        let sid = names.statement("alarms");
        let permission = FunctionPermission {
            function: names.function(Handler::Filter),
            replaces: Some(format!("{sid}-")),
            sid,
            principal: ALARMS,
            source_arn: None,
            source_account: None,
        };
        self.object(need, Spec::FunctionPermission(permission))
    }

    pub(super) fn entry(&self) -> Object {
        let need = Need::Hop(self.hub.location.clone(), self.at.clone());
        let statement = policies::bus_statement(self.at, self.hub);
        self.object(&need, Spec::BusPermission(BusPermission { bus: self.hub.names.bus(), statement }))
    }

    pub(super) fn forward(&self, to: &Location) -> Vec<Object> {
        let need = Need::Hop(self.at.clone(), to.clone());
        let names = &self.hub.names;
        let role = names.forward_role(self.at, to);
        let rule = names.forward_rule(to);
        let target = Target {
            bus: names.bus(),
            rule: rule.clone(),
            id: NEXT_BUS,
            arn: bus_arn(to, &names.bus()),
            role_arn: Some(role_arn(self.at, &role)),
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

    /// A function's leave to be called by `from`, a service and what of it.
    pub(super) fn permission(
        &self,
        need: &Need,
        handler: Handler,
        whose: &str,
        from: (&'static str, String),
        account: Option<&str>,
    ) -> Object {
        let names = &self.hub.names;
        let permission = FunctionPermission {
            function: names.function(handler),
            sid: names.statement(whose),
            principal: from.0,
            source_arn: Some(from.1),
            source_account: account.map(str::to_owned),
            replaces: None,
        };
        self.object(need, Spec::FunctionPermission(permission))
    }

    pub(super) fn responder(&self, users: &[String]) -> Result<Vec<Object>, ChainError> {
        let need = Need::Users(self.at.clone());
        let names = &self.hub.names;
        let role = names.function_role(Handler::Responder, &self.at.region);
        let policy = policies::responder(self.at, names, users);
        let length = policy.to_string().len();
        if length > ROLE_POLICY_LIMIT {
            let (at, longest) = (self.at.clone(), self.longest(users));
            return Err(ChainError::RolePolicy { at, users: users.len(), length, longest });
        }
        let function = Function {
            name: names.function(Handler::Responder),
            description: "Denies a guarded user everything when it does what its script never does".into(),
            handler: Handler::Responder,
            role_arn: role_arn(self.at, &role),
            memory_mb: 256,
            timeout_seconds: 60,
        };
        let role = Role {
            name: role,
            description: format!("Denies guarded users everything, for {}", self.at),
            service: "lambda.amazonaws.com",
            policy,
        };
        let mut objects = self.function(&need, role, function);
        let rules = (EVENTS, rule_arn(self.at, &names.bus(), &format!("{}*", names.user_rules())));
        let alarms = (ALARMS, alarm_arn(self.at, &format!("{}*", names.all())));
        objects.push(self.permission(&need, Handler::Responder, "rules", rules, None));
        objects.push(self.permission(&need, Handler::Responder, "alarms", alarms, Some(&self.at.account)));
        objects.push(self.object(&need, Spec::Alarm(health::errors(Handler::Responder, self.at, self.hub))));
        Ok(objects)
    }

    pub(super) fn filter(&self) -> Vec<Object> {
        let need = Need::Rules(self.at.clone());
        let names = &self.hub.names;
        let role = names.function_role(Handler::Filter, &self.at.region);
        let function = Function {
            name: names.function(Handler::Filter),
            description: "Puts the organization trail's suspicious records on guard's bus".into(),
            handler: Handler::Filter,
            role_arn: role_arn(self.at, &role),
            memory_mb: 256,
            timeout_seconds: 300,
        };
        let role = Role {
            name: role,
            description: format!("Reads the organization trail for guard, in {}", self.at),
            service: "lambda.amazonaws.com",
            policy: policies::filter(self.hub),
        };
        let mut objects = self.function(&need, role, function);
        objects.push(self.alarms_of_all(&need));
        objects.extend(self.delivery(&need));
        objects.push(self.object(&need, Spec::Alarm(health::errors(Handler::Filter, self.at, self.hub))));
        objects.push(self.object(&need, Spec::Alarm(health::unreadable_watches(self.hub))));
        objects
    }
}
