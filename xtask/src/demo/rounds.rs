//! The leak a few times over, each time re-armed by terraform: how long it takes, hop by hop.

use guard_tests::{
    chain::Guard,
    cloud::Cloud,
    script::{LEAK, Script},
    terraform::Workspace,
};

use super::{
    follow::{self, Time},
    stage,
};
use crate::{Error, Result};

/// So many leaks in all: enough to see what varies.
const ROUNDS: usize = 5;

/// Times of each hop, over all rounds.
#[derive(Default)]
pub(super) struct Times(Vec<(String, Vec<f64>)>);

impl Times {
    /// Adds a round.
    pub(super) fn add(&mut self, round: Vec<Time>) {
        for (what, seconds) in round {
            match self.0.iter_mut().find(|(other, _)| *other == what) {
                Some((_, all)) => all.push(seconds),
                None => self.0.push((what, vec![seconds])),
            }
        }
    }

    /// Mean and worst of each hop, in the order in which they happen.
    fn lines(&self) -> Vec<String> {
        let mut hops: Vec<(f64, f64, &str)> = self.0.iter().map(|(what, all)| summary(what, all)).collect();
        hops.sort_by(|a, b| a.0.total_cmp(&b.0));
        hops.iter().map(|(mean, worst, what)| format!("{mean:7.3} s  {worst:7.3} s  {what}")).collect()
    }
}

fn summary<'a>(what: &'a str, all: &[f64]) -> (f64, f64, &'a str) {
    #[expect(clippy::cast_precision_loss, reason = "a handful of rounds is exact in any float")]
    let count = all.len() as f64;
    (all.iter().sum::<f64>() / count, all.iter().copied().fold(0.0, f64::max), what)
}

/// Re-arms the guard by terraform, as its owner would.
pub(super) fn rearm(workspace: &Workspace, key: &str, word: &str) -> Result<()> {
    workspace.write("rearm.auto.tfvars", &format!("rearm = {{ \"{key}\" = \"{word}\" }}\n"))?;
    workspace.apply()?;
    Ok(())
}

/// Plays the rounds that are left, and tells the times of all; the user stays denied after the last.
pub(super) fn play(
    cloud: &Cloud,
    workspace: &Workspace,
    script: &mut Script,
    (key, guard): (&str, &Guard),
    topology: &str,
    mut times: Times,
) -> Result<()> {
    stage::act(&format!("The same {} times more, to see how long it takes", ROUNDS - 1));
    for round in 2..=ROUNDS {
        rearm(workspace, key, &format!("round-{round}"))?;
        if script.is_denied()? {
            return Err(Error::Unexpected("a re-armed user is still denied".into()));
        }
        // Records of the second in which a guard was re-armed count as from before.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        script.does(&LEAK[0])?;
        let (since, _) = cloud.trace(u64::MAX)?;
        let (asked, _) = cloud.requests(u64::MAX)?;
        let delivery = script.deliver(cloud)?;
        let mut round = follow::to_the_responder(cloud, guard, topology, since, delivery.time, |_| ())?;
        round.push(follow::denied(cloud, asked, delivery.time)?);
        times.add(round);
        stage::note(&format!(
            "round {}: re-armed, leaked, denied",
            times.0.first().map_or(0, |(_, all)| all.len())
        ));
    }
    stage::note("");
    stage::note("     mean      worst  after the object was written");
    times.lines().iter().for_each(|line| stage::note(line));
    stage::note("(on AWS CloudTrail's delivery comes before all that, five minutes on average)");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_worst_of_each_hop_are_told_in_their_order() {
        let mut times = Times::default();
        times.add(vec![("b".to_owned(), 2.0), ("a".to_owned(), 1.0)]);
        times.add(vec![("b".to_owned(), 4.0), ("a".to_owned(), 1.5)]);
        assert_eq!(times.lines(), ["  1.250 s    1.500 s  a", "  3.000 s    4.000 s  b"]);
    }
}
