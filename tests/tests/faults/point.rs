//! One point of the matrix: an operation, one of its calls, and what happens there.

use std::{fmt, fs, process::Child, thread, time::Duration};

use guard_tests::{
    Error, Result,
    chain::Guard,
    cloud::{Faults, Strike, Struck},
    terraform::unwrapped,
    world::{Block, World},
};
use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};

use crate::truth;

/// What is done to the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    Create,
    Update,
    Destroy,
}

/// What happens at one of its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Event {
    /// Status 500 for longer than the provider tries.
    LastingError,
    /// The connection is reset, after the effect.
    LostAnswer,
    /// `kill -9` of the provider, after the effect.
    Kill,
    /// Ctrl-C.
    Interrupt,
    /// What a shutdown sends.
    Terminate,
}

/// An event at a call of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Point {
    pub(crate) operation: Operation,
    pub(crate) event: Event,
    /// Counted from 1.
    pub(crate) call: u64,
}

pub(crate) const OPERATIONS: [Operation; 3] = [Operation::Create, Operation::Update, Operation::Destroy];
pub(crate) const EVENTS: [Event; 5] =
    [Event::LastingError, Event::LostAnswer, Event::Kill, Event::Interrupt, Event::Terminate];

/// More than any number of attempts.
const FOR_EVER: u32 = 1000;

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at call {} of {:?}", self.event, self.call, self.operation)
    }
}

impl Operation {
    fn guard() -> Guard {
        Guard::new("222222222222", "eu-west-1", "backup")
    }

    fn block(guard: &Guard) -> Block<'_> {
        Block::new("script", guard)
    }

    /// The guard as it is before and, planned but not applied, after.
    fn prepare(self, world: &mut World) -> Result<()> {
        // Errors that last need not last long.
        world.terraform.set("AWS_MAX_ATTEMPTS", "2");
        let guard = Self::guard();
        world.hire(&guard)?;
        world.configure(&[Self::block(&guard)])?;
        if self != Self::Create {
            world.terraform.apply()?;
        }
        if self == Self::Update {
            let other = "topology = \"direct\"\nsignals = [\"access_denied\"]\ntags = { team = \"blue\" }";
            world.configure(&[Self::block(&guard).with(other)])?;
        }
        let destroy = (self == Self::Destroy).then_some("-destroy");
        world.terraform.plan_with(destroy.as_slice()).map(drop)
    }

    /// How many calls applying the plan takes.
    pub(crate) fn calls(self, mut world: World) -> Result<(u64, World)> {
        self.prepare(&mut world)?;
        world.cloud.strike(&Faults::none())?;
        world.terraform.run(&APPLY)?;
        let calls = world.cloud.struck()?.calls;
        Ok((calls, world.renewed()?))
    }
}

const APPLY: [&str; 4] = ["apply", "-input=false", "-no-color", "plan"];

impl Point {
    /// Lets it happen, and shows that the state tells the truth, the next apply converges and a destroy leaves
    /// nothing. Returns the call that was struck.
    pub(crate) fn is_survived(&self, mut world: World) -> (World, Result<Option<Strike>>) {
        let outcome = self.attempt(&mut world);
        (world, outcome)
    }

    fn attempt(&self, world: &mut World) -> Result<Option<Strike>> {
        self.operation.prepare(world)?;
        let (said, struck) = self.happens(world)?;
        world.cloud.strike(&Faults::none())?;
        let Some(struck) = struck.struck.into_iter().next() else { return Ok(None) };
        let told = |cause: Error| {
            let Strike { service, operation, account, region, .. } = &struck;
            Error::Cloud(format!(
                "{self} ({service}:{operation} in {account}/{region}): {cause}\nthe apply said: {said}"
            ))
        };
        self.state_is_true(world, &said).map_err(told)?;
        if self.operation != Operation::Destroy || self.call.is_multiple_of(2) {
            self.converge(world).map_err(told)?;
        }
        world.destroy().map_err(told)?;
        Ok(Some(struck))
    }

    /// The next run goes on. A guard whose last call was made when its provider was killed is complete, and
    /// nobody can tell it from somebody else's: it is imported, as the refusal says.
    fn converge(&self, world: &World) -> Result<()> {
        match world.apply() {
            Err(Error::Command { output, .. })
                if self.event == Event::Kill && unwrapped(&output).contains("is guarded already") =>
            {
                let Guard { account, region, user } = Operation::guard();
                world.terraform.import("guard_iam_user.script", &format!("{account}/{region}/{user}"))?;
                world.apply()
            }
            outcome => outcome,
        }
    }

    fn happens(&self, world: &World) -> Result<(String, Struck)> {
        let (kind, times) = match self.event {
            Event::LastingError => ("error", FOR_EVER),
            Event::LostAnswer => ("reset_after", 1),
            Event::Kill | Event::Interrupt | Event::Terminate => ("hold", 1),
        };
        world.cloud.strike(&Faults::at(self.call, kind, times))?;
        let mut apply = world.terraform.spawn(&APPLY)?;
        if kind == "hold" && self.is_held(world, &mut apply)? {
            self.send(&apply)?;
            // The signal is there before the answer is.
            thread::sleep(Duration::from_millis(50));
            world.cloud.release()?;
        }
        let output = apply.wait_with_output().map_err(Error::io("waiting for terraform"))?;
        let said = unwrapped(&String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
        Ok((said, world.cloud.struck()?))
    }

    /// Waits for the call; false if the apply ends without it.
    fn is_held(&self, world: &World, apply: &mut Child) -> Result<bool> {
        loop {
            if world.cloud.struck()?.held > 0 {
                return Ok(true);
            }
            if apply.try_wait().map_err(Error::io("waiting for terraform"))?.is_some() {
                return Ok(false);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn send(&self, apply: &Child) -> Result<()> {
        let failed = |error: nix::Error| Error::Cloud(error.to_string());
        let group =
            Pid::from_raw(i32::try_from(apply.id()).map_err(|error| Error::Cloud(error.to_string()))?);
        match self.event {
            Event::Interrupt => killpg(group, Signal::SIGINT),
            Event::Terminate => killpg(group, Signal::SIGTERM),
            _ => kill(provider_of(group)?, Signal::SIGKILL),
        }
        .map_err(failed)
    }

    /// Nothing exists that the state doesn't tell of, and after a create it tells of nothing else. A killed
    /// provider tells nothing; what it has built the next run finds.
    fn state_is_true(&self, world: &World, said: &str) -> Result<()> {
        if self.event == Event::Kill {
            return Ok(());
        }
        if said.contains("Plugin did not respond") || said.contains("cancelled") {
            return Err(Error::Cloud("the provider died".into()));
        }
        let told = truth::told(&world.state("script")?);
        let there = truth::there(world)?;
        let hidden: Vec<_> = there.difference(&told).collect();
        let invented: Vec<_> = told.difference(&there).collect();
        let invents = self.operation == Operation::Create && !invented.is_empty();
        if hidden.is_empty() && !invents {
            return Ok(());
        }
        Err(Error::Cloud(format!("the state lies: it hides {hidden:#?} and invents {invented:#?}")))
    }
}

/// The provider's process in terraform's group.
fn provider_of(group: Pid) -> Result<Pid> {
    let processes = fs::read_dir("/proc").map_err(Error::io("listing the processes"))?;
    let names = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let provider = names.into_iter().find(|id| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // pid (comm) state ppid pgrp …; the kernel cuts a name at 15 characters.
        let Some((head, tail)) = stat.rsplit_once(')') else { return false };
        let of_group = tail.split_whitespace().nth(2) == Some(&group.to_string());
        of_group && head.ends_with("(terraform-provi")
    });
    provider.map(Pid::from_raw).ok_or_else(|| Error::Cloud("terraform runs no provider".into()))
}
