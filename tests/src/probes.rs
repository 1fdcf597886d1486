//! Probes: facts about AWS that guard relies on and that no recording confirms, each asked of the AWS that the sandbox
//! is in.

mod alarm;
mod file;
mod finding;
mod forwarding;
mod guarded;
mod listing;
mod made;
mod permissions;
mod queue;
mod roles;
mod site;

use std::time::Instant;

pub use file::{Findings, PATH};
pub use finding::{Finding, Verdict};
pub use roles::delete_role;
pub use site::Site;

use crate::Result;
use finding::Answer;
use made::Made;

/// What the names of everything begin with that a probe makes.
pub const PREFIX: &str = "guardprobe";

/// One of them.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// Its name.
    pub name: &'static str,
    /// What it asks.
    pub asks: &'static str,
    /// What guard expects.
    pub expects: &'static str,
    ask: fn(&Site<'_>, &mut Made) -> Result<Answer>,
}

/// All of them, in the order in which they are made.
pub const ALL: [Probe; 5] =
    [forwarding::PROBE, permissions::PROBE, roles::PROBE, alarm::PROBE, listing::PROBE];

impl Probe {
    /// Asks, and removes what it made for that, whatever the answer is.
    pub fn run(&self, site: &Site<'_>) -> Finding {
        let began = Instant::now();
        let mut made = Made::new(site.patience);
        let answer = (self.ask)(site, &mut made);
        let left = made.remove();
        Finding::new(self, answer, left, began.elapsed())
    }
}

/// Makes every probe, one after the other. What was found is in the file after each of them.
///
/// # Errors
/// If the file can't be written. A probe that finds another answer, or none, is no error.
pub fn run(site: &Site<'_>) -> Result<Findings> {
    let mut findings = Findings::of(site);
    for probe in &ALL {
        (site.say)(&format!("probe {}: {}", probe.name, probe.asks));
        let finding = probe.run(site);
        (site.say)(&format!("  {finding}"));
        findings.add(finding);
        findings.write()?;
    }
    Ok(findings)
}
