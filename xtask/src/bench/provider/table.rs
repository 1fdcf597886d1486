//! What was measured, line by line.

use super::counted::Counted;
use crate::{Error, Result};

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Requests,
    Megabytes,
    Kilobytes,
    Milliseconds,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Megabytes => "MB",
            Self::Kilobytes => "kB",
            Self::Milliseconds => "ms",
        }
    }

    /// How many of what is measured make one: sizes are measured in bytes.
    const fn size(self) -> f64 {
        match self {
            Self::Requests | Self::Milliseconds => 1.0,
            Self::Megabytes => 1e6,
            Self::Kilobytes => 1e3,
        }
    }
}

/// One thing that was measured.
pub(super) struct Line {
    what: &'static str,
    unit: Unit,
    /// What it may be at most.
    bar: f64,
    /// None if it could not be measured on this machine.
    measured: Option<f64>,
    /// What the same costs as hand-written resources, if that was measured.
    by_hand: Option<u64>,
}

impl Line {
    /// A line; `measured` in bytes for what has a size.
    pub(super) fn new(what: &'static str, unit: Unit, bar: f64, measured: Option<u64>) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "nothing here comes near 2^52")]
        let measured = measured.map(|measured| measured as f64 / unit.size());
        Self { what, unit, bar, measured, by_hand: None }
    }

    fn is_over(&self) -> bool {
        self.measured.is_some_and(|measured| measured > self.bar)
    }

    fn verdict(&self) -> &'static str {
        match self.measured {
            None => "not measured",
            Some(_) if self.is_over() => "OVER",
            Some(_) => "ok",
        }
    }
}

/// All lines.
pub(super) struct Table {
    lines: Vec<Line>,
    operations: bool,
}

impl Table {
    /// An empty table; `operations` says whether each count is taken apart as it comes.
    pub(super) fn new(operations: bool) -> Self {
        Self { lines: Vec::new(), operations }
    }

    /// Adds a line.
    pub(super) fn add(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Adds a count of requests.
    pub(super) fn count(&mut self, what: &'static str, bar: u32, by_hand: Option<u64>, counted: Counted) {
        if self.operations {
            println!("\n{what}: {} requests\n{counted}", counted.total());
        }
        let line = Line::new(what, Unit::Requests, f64::from(bar), Some(counted.total()));
        self.add(Line { by_hand, ..line });
    }

    /// Prints all lines.
    pub(super) fn print(&self) {
        println!("\n{:44} {:>16} {:>7}   {:>12}", "", "guard", "bar", "hand-written");
        for line in &self.lines {
            let digits = usize::from(matches!(line.unit, Unit::Megabytes | Unit::Kilobytes));
            let measured = line.measured.map_or("-".to_owned(), |measured| format!("{measured:.digits$}"));
            let by_hand = line.by_hand.map_or(String::new(), |count| count.to_string());
            let (bar, unit, verdict) = (line.bar, line.unit.name(), line.verdict());
            let measured = format!("{measured} {unit:8}");
            println!("{:44} {measured:>16} {bar:>7}   {by_hand:>12}   {verdict}", line.what);
        }
        println!(
            "\nhand-written: the same chain as 27 resources of hashicorp/aws 3.39, counted the same way. \
             A size's k is 1000."
        );
    }

    /// # Errors
    /// If more requests were made than the bar allows.
    pub(super) fn verdict(&self) -> Result<()> {
        let over = self.lines.iter().filter(|line| line.unit == Unit::Requests && line.is_over());
        let over: Vec<_> = over.map(|line| line.what).collect();
        if over.is_empty() {
            return Ok(());
        }
        Err(Error::Unexpected(format!("too many requests: {}", over.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_over_their_bar_are_an_error() {
        let mut table = Table::new(false);
        table.add(Line::new("memory", Unit::Megabytes, 64.0, Some(90_000_000)));
        table.add(Line::new("plan", Unit::Requests, 45.0, Some(45)));
        assert_eq!(table.lines[0].verdict(), "OVER");
        assert!(table.verdict().is_ok());
        table.add(Line::new("apply", Unit::Requests, 65.0, Some(66)));
        let said = table.verdict().map_err(|error| error.to_string());
        assert_eq!(said, Err("too many requests: apply".to_owned()));
    }
}
