//! What a test run comes to: tests, and how long each stage took.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

/// Stages, in the order in which they ended.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) rows: Vec<Row>,
}

/// A stage that has ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) wall: Duration,
    pub(super) processor: Duration,
    /// The time in which the processor time was used, where that is longer than the stage: it began before.
    pub(super) background: Option<Duration>,
    passed: u64,
    failed: u64,
    skipped: u64,
    reasons: Vec<Skipped>,
}

/// A test, or a stage, that could not be run here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Skipped {
    test: String,
    why: String,
}

impl Skipped {
    /// Each test of `guard_tests::skip`'s lines once.
    pub(super) fn all(lines: &str) -> Vec<Self> {
        let lines = lines.lines().filter_map(|line| line.split_once('\t'));
        let by_test: BTreeMap<&str, &str> = lines.collect();
        by_test.into_iter().map(|(test, why)| Self { test: test.to_owned(), why: why.to_owned() }).collect()
    }
}

impl Row {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    /// Reads `test result: ok. 3 passed; 0 failed; …` of cargo and `12 passed, 1 skipped in 3.10s` of pytest.
    pub(super) fn read(&mut self, line: &str) {
        let cargo = line.starts_with("test result: ");
        let pytest = line.contains(" in ") && (line.contains(" passed") || line.contains(" failed"));
        if !cargo && !pytest {
            return;
        }
        let words: Vec<_> = line.split([' ', ',', ';', '=']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "skipped" | "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// Counts tests as skipped that the test runner has counted as passed.
    pub(super) fn skip(&mut self, skipped: Vec<Skipped>) {
        let number = u64::try_from(skipped.len()).unwrap_or_default();
        self.passed = self.passed.saturating_sub(number);
        self.skipped += number;
        self.reasons.extend(skipped);
    }

    /// Counts the stage as skipped.
    pub(super) fn skip_stage(&mut self, why: &str) {
        println!("skipped: {why}");
        self.skipped += 1;
        self.reasons.push(Skipped { test: self.name.to_owned(), why: why.to_owned() });
    }
}

impl Report {
    /// A line a stage, then what was skipped and why, then the sums.
    pub(super) fn text(&self, total: Duration) -> String {
        let mut text =
            format!("{:44}{:>8}{:>8}{:>8}{:>8}\n", "stage", "seconds", "cores", "passed", "skipped");
        let staged: Duration = self.rows.iter().map(|row| row.wall).sum();
        let rest = Row { name: "between the stages", wall: total.saturating_sub(staged), ..Row::default() };
        for row in self.rows.iter().chain([&rest]) {
            let _ = writeln!(text, "{}", line(row));
        }
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for Skipped { test, why } in self.rows.iter().flat_map(|row| &row.reasons) {
            reasons.entry(why).or_default().push(test);
        }
        for (why, tests) in reasons {
            let _ = writeln!(text, "skipped: {} ({}): {why}", tests.join(", "), tests.len());
        }
        let sum = |of: fn(&Row) -> u64| self.rows.iter().map(of).sum::<u64>();
        let _ = writeln!(text, "all in {} s", total.as_secs());
        let (passed, failed) = (sum(|row| row.passed), sum(|row| row.failed));
        let _ = write!(text, "{passed} passed, {failed} failed, {} skipped", sum(|row| row.skipped));
        text
    }
}

/// A stage; with fewer than half a core it is said to wait.
fn line(row: &Row) -> String {
    let seconds = row.wall.as_secs();
    let used_in = row.background.unwrap_or(row.wall);
    let cores = row.processor.as_secs_f64() / used_in.as_secs_f64().max(0.001);
    let waits = if seconds >= 10 && cores < 0.5 { "  mostly waits" } else { "" };
    let tests = |number: u64| if number == 0 { String::new() } else { number.to_string() };
    let (name, passed, skipped) = (row.name, tests(row.passed), tests(row.skipped));
    format!("{name:44}{seconds:>8}{cores:>8.1}{passed:>8}{skipped:>8}{waits}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_of_cargo_and_pytest_are_counted() {
        let mut row = Row::default();
        row.read("test result: FAILED. 30 passed; 3 failed; 1 ignored; 0 measured; finished in 243.88s");
        row.read("===== 1 failed, 12 passed, 2 skipped in 3.10s =====");
        row.read("test routes::2 passed ... ok");
        assert_eq!((row.passed, row.failed, row.skipped), (42, 4, 3));
    }

    #[test]
    fn a_test_that_is_left_out_is_skipped_and_not_passed() {
        let mut row = Row::new("unit tests");
        row.read("test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; finished in 2.00s");
        row.skip(Skipped::all("corpus\tthere is no corpus\nother\tno tofu\ncorpus\tthere is no corpus\n"));
        let text = Report { rows: vec![row] }.text(Duration::from_secs(30));
        assert!(text.ends_with("\n1 passed, 0 failed, 2 skipped"), "{text}");
        assert!(text.contains("skipped: corpus (1): there is no corpus\n"), "{text}");
    }

    #[test]
    fn a_stage_that_takes_little_of_the_processors_is_said_to_wait() {
        let waiting = Row { wall: Duration::from_secs(300), ..Row::new("faults") };
        let busy = Row {
            processor: Duration::from_secs(590),
            ..Row { wall: Duration::from_secs(300), ..Row::new("lint") }
        };
        let text = Report { rows: vec![waiting, busy] }.text(Duration::from_secs(610));
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[1].starts_with("faults") && lines[1].ends_with("mostly waits"), "{text}");
        assert!(lines[2].starts_with("lint") && lines[2].ends_with("2.0"), "{text}");
        assert!(lines[3].starts_with("between the stages") && lines[3].contains(" 10 "), "{text}");
    }
}
