//! What a guard has for itself alone.

use guard_contract::{Handler, Response, UserPattern, WATCH_LENGTH, incident};

use super::arns::function_arn;
use super::expand::own_rule;
use super::places::Build;
use super::record::DESCRIPTION_LIMIT;
use super::{
    Alarm, ChainError, Guard, Metric, Need, Object, Place, Record, Rule, Spec, Statistic, Target,
    WatchParameter,
};

/// The id of a user's rule's target.
const RESPONDER: &str = "responder";

/// How many rules are named where there are too many.
const LONGEST: usize = 5;

impl Build<'_> {
    pub(super) fn own(&self, guard: &Guard) -> Result<Vec<Object>, ChainError> {
        let names = &self.hub.names;
        let name = own_rule(self.hub, self.at, &guard.user);
        let (user_arn, topology) = (guard.checked_arn()?.to_string(), guard.topology);
        let record =
            |former, response| Record::User { user_arn: user_arn.clone(), topology, former, response };
        let describe = |response| record(guard.former, response).describe(&self.hub.mark());
        let principal_id = guard.principal_id.clone();
        let mut description = describe(Response { principal_id, ..guard.response.clone() });
        if description.len() > DESCRIPTION_LIMIT {
            // A long path leaves no room for the id, which the filter knows besides.
            description = describe(Response { principal_id: None, ..guard.response.clone() });
        }
        if description.len() > DESCRIPTION_LIMIT {
            let (user_arn, length) = (guard.user_arn.clone(), description.len());
            return Err(ChainError::Record { user_arn, length });
        }
        let pattern = UserPattern {
            hub_account: self.hub.location.account.clone(),
            account: guard.edge.account.clone(),
            user: guard.user.clone(),
            signals: guard.all_signals(),
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
            family: names.all(),
            description: record(None, Response::default()).describe(&self.hub.mark()),
            metric: Metric {
                namespace: "AWS/Events",
                // Counted per match, with or without targets.
                name: "MatchedEvents",
                statistic: Statistic::Sum,
                dimensions: vec![("EventBusName", names.bus()), ("RuleName", name.clone())],
            },
            function_arn: responder,
        };
        let (tags, former_tags) = (&guard.tags, &guard.former_tags);
        let own = |spec| Object {
            tags: tags.clone(),
            former_tags: former_tags.clone(),
            ..self.object(&Need::Own, spec)
        };
        let mut rule = own(Spec::Rule(rule));
        rule.tags.extend(incident::topic_tags(&guard.topics));
        let (place, at) = (Place::Hub, self.hub.location.clone());
        let watch = Object { place, at, ..own(Spec::Watch(self.watch(guard, &name)?)) };
        Ok(vec![watch, rule, own(Spec::Target(target)), own(Spec::Alarm(alarm))])
    }

    /// The rules of the users with the longest ARNs.
    pub(super) fn longest(&self, users: &[String]) -> String {
        let mut users: Vec<&String> = users.iter().collect();
        users.sort_by_key(|arn| std::cmp::Reverse(arn.len()));
        let name = |arn: &&String| own_rule(self.hub, self.at, arn.rsplit('/').next().unwrap_or_default());
        users.iter().take(LONGEST).map(name).collect::<Vec<_>>().join(", ")
    }

    /// What the filter must know of a guard. Every guard has one: a renamed user is known by its id alone.
    fn watch(&self, guard: &Guard, rule: &str) -> Result<WatchParameter, ChainError> {
        let (name, value) = (format!("{}/{rule}", self.hub.names.watches()), guard.watch().to_json());
        if value.len() > WATCH_LENGTH {
            return Err(ChainError::Watch { user: guard.user.clone(), length: value.len() });
        }
        Ok(WatchParameter { name, value })
    }
}
