//! What a guard does when it trips, what it tells, and the way back: with the real functions.

mod alone;
mod bad_input;
mod expected;
pub(crate) mod fallbacks;
mod killed;
mod letters;
mod misnamed;
mod rearm;
mod storm;
mod told;

use guard_tests::{
    Result,
    aws::Aws,
    chain::{Guard, Incident, Totals},
    script::{LEAK, Script},
    world::{Block, World},
};
use serde_json::Value;

/// A guard that stands, and the script that it guards.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) guard: Guard,
    pub(crate) script: Script,
}

impl Scene {
    /// One whose block has further arguments; nothing on moto.
    pub(crate) fn with(more: &str) -> Result<Option<Self>> {
        let Some(world) = World::that_can("events")? else { return Ok(None) };
        let guard = Guard::new("222222222222", "eu-west-1", "backup-script");
        let script = Script::hire(&world.cloud, &guard.account, &guard.user)?;
        let scene = Self { world, guard, script };
        scene.apply(more)?;
        Ok(Some(scene))
    }

    /// The same guard with other further arguments.
    pub(crate) fn apply(&self, more: &str) -> Result<()> {
        self.world.configure(&[Block::new("script", &self.guard).with(more)])?;
        self.world.apply()
    }

    /// The administrator of the guard's account, in its region.
    fn edge(&self) -> Aws {
        self.world.at(&self.guard)
    }

    /// The user's key is used by somebody who asks who it is.
    pub(crate) fn leak(&mut self) -> Result<()> {
        self.script.does(&LEAK[0])?;
        self.deliver()
    }

    /// What was done since the last time is delivered.
    pub(crate) fn deliver(&mut self) -> Result<()> {
        self.script.deliver(&self.world.cloud).map(drop)
    }

    /// What was done since the last time is delivered, and the filter has read it to its end.
    fn deliver_and_read(&mut self) -> Result<()> {
        let before = Totals::all(&self.world.cloud)?.objects;
        self.deliver()?;
        self.world.cloud.until("the filter reading the file", 90, |cloud| {
            Ok((Totals::all(cloud)?.objects > before).then_some(()))
        })
    }

    pub(crate) fn until_denied(&self) -> Result<()> {
        self.world.cloud.until("the user being denied", 90, |_| Ok(self.script.is_denied()?.then_some(())))
    }

    /// Waits for an outcome of the responder for the guard's user that was not there before `since` others.
    pub(crate) fn until_outcome(&self, since: usize, outcome: &str) -> Result<Incident> {
        self.until_incident(since, &format!("the responder's outcome {outcome}"), |it| it.outcome == outcome)
    }

    /// Waits for what the responder logs of the guard's user after `since` others.
    fn until_incident(&self, since: usize, what: &str, is: impl Fn(&Incident) -> bool) -> Result<Incident> {
        self.world.cloud.until(what, 90, |cloud| {
            Ok(Incident::all(cloud, &self.guard)?.into_iter().skip(since).find(|incident| is(incident)))
        })
    }

    pub(crate) fn outcomes(&self) -> Result<usize> {
        Ok(Incident::all(&self.world.cloud, &self.guard)?.len())
    }

    /// The guard's attributes after a refresh, and the warnings that came with it.
    pub(crate) fn refreshed(&self) -> Result<(Value, String)> {
        let plan = self.world.terraform.plan()?;
        assert!(!plan.changes, "a guard that tripped is nothing to repair:\n{}", plan.output);
        Ok((plan.json["planned_values"]["root_module"]["resources"][0]["values"].clone(), plan.output))
    }

    /// Everything goes, and nothing is left.
    pub(crate) fn end(self) -> Result<()> {
        self.world.terraform.destroy()?;
        self.script.dismiss()?;
        self.world.empty()
    }
}

/// Creates a topic and returns its ARN.
pub(crate) fn topic(aws: &Aws, name: &str) -> Result<String> {
    let made = aws.run(&["sns", "create-topic", "--name", name])?;
    Ok(made["TopicArn"].as_str().unwrap_or_default().to_owned())
}
