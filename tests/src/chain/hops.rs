//! An event's way, hop by hop, in the trace of the local AWS.

use std::{
    fmt, thread,
    time::{Duration, Instant},
};

use super::Guard;
use crate::{
    Error, Result,
    cloud::{Cloud, Hop},
};

/// One hop that has to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is, for people.
    pub what: String,
    kind: &'static str,
    outcome: &'static str,
    account: String,
    region: String,
    /// The bus or function, or how the rule's name begins.
    name: &'static str,
    rule: String,
}

/// An event that did not arrive.
#[derive(Debug)]
pub struct Stopped {
    /// The hop that did not happen.
    pub at: String,
    /// What the trace says instead.
    pub instead: Vec<String>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the event did not get past this hop: {}", self.at)?;
        for line in &self.instead {
            write!(f, "\n  instead: {line}")?;
        }
        Ok(())
    }
}

impl Step {
    /// The hops from the trail's bucket to the responder of `guard`, by the route that AWS allows.
    pub fn all(cloud: &Cloud, guard: &Guard, topology: &str) -> Vec<Self> {
        let ready = cloud.ready();
        let (hub_account, hub) = (&*ready.management_account, &*ready.hub_region);
        let mut buses = vec![(hub_account, hub)];
        if guard.account != hub_account && guard.region != hub && topology == "relay" {
            buses.push((&guard.account, hub));
        }
        if buses.last() != Some(&(&guard.account, &guard.region)) {
            buses.push((&guard.account, &guard.region));
        }
        let step = |what: &str, kind, outcome, (account, region): (&str, &str), name, rule: &str| Self {
            what: format!("{what} ({account}/{region})"),
            kind,
            outcome,
            account: account.to_owned(),
            region: region.to_owned(),
            name,
            rule: rule.to_owned(),
        };
        let mut steps = vec![
            step("S3 tells the filter of the new file", "s3_notification", "delivered", buses[0], "", ""),
            step("the filter starts", "function", "invoked", buses[0], "guard-filter", ""),
            step(
                "the filter puts the event on the hub bus",
                "put_events",
                "accepted",
                buses[0],
                "guard-bus",
                "",
            ),
        ];
        for pair in buses.windows(2) {
            let rule = format!("guard-to-{}-{}", pair[1].0, pair[1].1);
            steps.push(step("its rule matches", "rule_matched", "matched", pair[0], "guard-bus", &rule));
            let what = format!("the event goes on to the bus in {}/{}", pair[1].0, pair[1].1);
            steps.push(step(&what, "target", "delivered", pair[0], "guard-bus", &rule));
        }
        let edge = (&*guard.account, &*guard.region);
        let user = "guard-user-";
        steps.push(step("the user's rule matches", "rule_matched", "matched", edge, "guard-bus", user));
        steps.push(step("the event goes to the responder", "target", "delivered", edge, "guard-bus", user));
        steps.push(step(
            "the responder has done its work",
            "function",
            "succeeded",
            edge,
            "guard-responder",
            "",
        ));
        steps
    }

    /// Waits for every hop in turn, from number `since` of the trace on, and tells each as it happens.
    ///
    /// # Errors
    /// If the trace can't be read. That an event is stopped is a result.
    pub fn follow(
        steps: &[Self],
        cloud: &Cloud,
        since: u64,
        seconds: u64,
        mut tell: impl FnMut(&Self, &Hop),
    ) -> Result<Result<(), Stopped>, Error> {
        let deadline = Instant::now() + Duration::from_secs(seconds);
        let mut done = 0;
        let mut last = 0.0;
        loop {
            let (_, hops) = cloud.trace(since)?;
            while let Some(step) = steps.get(done) {
                // Entries of different threads may be numbered in another order than they happened.
                let Some(hop) = hops.iter().find(|hop| step.is(hop)) else { break };
                last = hop.time;
                tell(step, hop);
                done += 1;
            }
            if done == steps.len() {
                return Ok(Ok(()));
            }
            if Instant::now() > deadline {
                let after = hops.iter().filter(|hop| hop.time >= last && hop.went_wrong());
                let instead = after.map(describe).collect();
                return Ok(Err(Stopped { at: steps[done].what.clone(), instead }));
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn is(&self, hop: &Hop) -> bool {
        let begins =
            |field: &Option<String>, start: &str| field.as_deref().unwrap_or_default().starts_with(start);
        hop.kind == self.kind
            && hop.outcome.as_deref() == Some(self.outcome)
            && hop.account.as_deref() == Some(&self.account)
            && hop.region.as_deref() == Some(&self.region)
            && begins(&hop.name, self.name)
            && begins(&hop.rule, &self.rule)
    }
}

impl Hop {
    fn went_wrong(&self) -> bool {
        matches!(self.outcome.as_deref(), Some("refused" | "dropped" | "ignored" | "failed" | "lost"))
            || self.kind == "dead_letter"
    }
}

fn describe(hop: &Hop) -> String {
    let field = |field: &Option<String>| field.clone().filter(|text| !text.is_empty()).unwrap_or("-".into());
    format!(
        "{} {} {} in {}/{}: {} {}",
        hop.kind,
        field(&hop.name),
        field(&hop.rule),
        field(&hop.account),
        field(&hop.region),
        field(&hop.outcome),
        field(&hop.code),
    )
}
