//! Follows an event hop by hop, with times.

use guard_tests::{
    chain::{Guard, Incident, Step},
    cloud::Cloud,
};

use super::stage;
use crate::{Error, Result};

/// How long an event may take on the local AWS.
const PATIENCE: u64 = 90;

/// What happened, and how many seconds after the object was written.
pub(super) type Time = (String, f64);

/// Waits for every hop from the bucket to the responder, tells each as it happens and returns their times; fails
/// with the hop at which it stopped.
pub(super) fn to_the_responder(
    cloud: &Cloud,
    guard: &Guard,
    topology: &str,
    since: u64,
    written: f64,
    mut tell: impl FnMut(&Time),
) -> Result<Vec<Time>> {
    let steps = Step::all(cloud, guard, topology);
    let mut times = Vec::new();
    let seen = |step: &Step, hop: &guard_tests::cloud::Hop| {
        let time = (step.what.clone(), (hop.time - written).max(0.0));
        tell(&time);
        times.push(time);
    };
    match Step::follow(&steps, cloud, since, PATIENCE, seen)? {
        Ok(()) => Ok(times),
        Err(stopped) => Err(Error::Unexpected(stopped.to_string())),
    }
}

/// When the responder's deny was answered, from request number `since` on.
pub(super) fn denied(cloud: &Cloud, since: u64, written: f64) -> Result<Time> {
    let time = cloud.until("the deny", PATIENCE, |cloud| {
        let (_, requests) = cloud.requests(since)?;
        let deny = requests
            .into_iter()
            .find(|request| request.operation == "AttachUserPolicy" && request.status == 200);
        Ok(deny.map(|request| request.time))
    })?;
    Ok(("the user is denied everything".to_owned(), (time - written).max(0.0)))
}

/// Waits for the second way: the alarm on the rule's matches, which calls the responder as well.
pub(super) fn to_the_alarm(cloud: &Cloud, guard: &Guard, since: u64, written: f64) -> Result<()> {
    for (kind, outcome, what) in [
        ("alarm_state", "ALARM", "the alarm on the user's rule goes off"),
        ("alarm_action", "delivered", "the alarm calls the responder as well"),
    ] {
        let hop = cloud.until(what, PATIENCE, |cloud| {
            let (_, hops) = cloud.trace(since)?;
            let found = hops.into_iter().find(|hop| {
                hop.kind == kind
                    && hop.outcome.as_deref() == Some(outcome)
                    && hop.account.as_deref() == Some(&guard.account)
                    && hop.region.as_deref() == Some(&guard.region)
            });
            Ok(found)
        })?;
        stage::note(&format!("+{:7.3} s  {what}", (hop.time - written).max(0.0)));
    }
    let incident = cloud.until("the responder answering the alarm", PATIENCE, |cloud| {
        Ok(Incident::all(cloud, guard)?.into_iter().find(|incident| incident.path == "alarm"))
    })?;
    stage::note(&format!("{:12}which finds the user as it is: {}", "", incident.outcome.replace('_', " ")));
    Ok(())
}
