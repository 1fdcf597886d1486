//! What libFuzzer says of a run.

use std::path::PathBuf;

use super::session::Session;

/// What a run came to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Report {
    executions: u64,
    corpus: u64,
    coverage: u64,
    seconds: f32,
    pub(super) failure: Option<Failure>,
}

/// An input on which a target failed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Failure {
    /// What was said.
    pub(super) words: String,
    /// Where the input was written.
    pub(super) input: Option<PathBuf>,
    /// Where all is that was said.
    pub(super) log: PathBuf,
}

/// Lines of a panic that are shown, and letters of each.
const SHOWN: (usize, usize) = (8, 1000);

impl Report {
    /// What the columns of [`Report::line`] are.
    pub(super) const HEAD: &'static str =
        "target       way       executions   corpus  coverage  seconds  outcome";

    /// Reads what a run has said; `log` is where that is, if it failed.
    pub(super) fn read(text: &str, seconds: f32, log: Option<PathBuf>) -> Self {
        let mut report = Self { seconds, ..Self::default() };
        for line in text.lines().filter(|line| line.starts_with('#') || line.starts_with("stat::")) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let number =
                |text: &str| text.split('/').next().and_then(|it| it.parse().ok()).unwrap_or_default();
            for pair in words.windows(2) {
                match pair[0] {
                    "cov:" => report.coverage = number(pair[1]),
                    "corp:" => report.corpus = number(pair[1]),
                    "stat::number_of_executed_units:" => report.executions = number(pair[1]),
                    _ => {}
                }
            }
        }
        report.failure = log.map(|log| Failure { words: words(text), input: input(text), log });
        report
    }

    /// A line of a table.
    pub(super) fn line(&self, session: &Session) -> String {
        let Self { executions, corpus, coverage, seconds, failure } = self;
        let way = session.way.map_or("any", |way| way.name());
        let outcome = if failure.is_none() { "ok" } else { "FAILED" };
        format!(
            "{:<12} {way:<9} {executions:>10} {corpus:>8} {coverage:>9} {seconds:>8.1}  {outcome}",
            session.target
        )
    }
}

/// What a panic, the sanitizer or libFuzzer says.
fn words(text: &str) -> String {
    let is_first = |line: &&str| line.contains("panicked at") || line.contains("ERROR: ");
    let lines = text.lines().skip_while(|line| !is_first(line));
    let is_over = |line: &&str| line.starts_with("note: ") || line.starts_with("stack backtrace");
    let lines = lines.take_while(|line| !is_over(line)).take(SHOWN.0);
    let cut: Vec<String> = lines.map(|line| line.chars().take(SHOWN.1).collect()).collect();
    cut.join("\n")
}

/// Where libFuzzer has written the input.
fn input(text: &str) -> Option<PathBuf> {
    text.lines()
        .find_map(|line| line.split_once("Test unit written to "))
        .map(|(_, path)| PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "INFO: seed corpus: files: 67
#68	INITED cov: 700 ft: 701 corp: 60/44Kb exec/s: 0 rss: 70Mb
#4096	pulse  cov: 737 ft: 3090 corp: 255/66Kb lim: 4096 exec/s: 2048 rss: 160Mb
";

    #[test]
    fn a_run_that_ends_tells_its_numbers() {
        let text = format!("{TEXT}Done 5000 runs in 2 second(s)\nstat::number_of_executed_units: 5000\n");
        let expected = Report { executions: 5000, corpus: 255, coverage: 737, seconds: 2.5, failure: None };
        assert_eq!(Report::read(&text, 2.5, None), expected);
    }

    #[test]
    fn a_failure_tells_why_and_with_which_input() {
        let text = format!(
            "{TEXT}\nthread '<unnamed>' (1) panicked at fuzz/src/outline.rs:9:5:\nwhat\nnote: run with\n\
             ==1== ERROR: libFuzzer: deadly signal\nartifact_prefix='x'; Test unit written to /t/outline-crash-1\n"
        );
        let failure = Failure {
            words: "thread '<unnamed>' (1) panicked at fuzz/src/outline.rs:9:5:\nwhat".to_owned(),
            input: Some("/t/outline-crash-1".into()),
            log: "log".into(),
        };
        assert_eq!(Report::read(&text, 1.0, Some("log".into())).failure, Some(failure));
    }
}
