//! What was measured, next to the bars.

use crate::{Error, Result};

/// What a number has to keep.
#[derive(Clone, Copy)]
pub(crate) enum Bar {
    /// Nothing: it depends on the machine, or only explains another.
    None,
    AtLeast(f64),
    AtMost(f64),
}

/// The numbers of a run.
#[derive(Default)]
pub(crate) struct Table(Vec<Line>);

struct Line {
    name: String,
    of: String,
    value: f64,
    unit: &'static str,
    bar: Bar,
}

impl Line {
    fn is_kept(&self) -> bool {
        match self.bar {
            Bar::None => true,
            Bar::AtLeast(bar) => self.value >= bar,
            Bar::AtMost(bar) => self.value <= bar,
        }
    }

    fn bar(&self) -> String {
        match self.bar {
            Bar::None => String::new(),
            Bar::AtLeast(bar) => format!("≥ {bar}"),
            Bar::AtMost(bar) => format!("≤ {bar}"),
        }
    }
}

impl Table {
    /// Adds a number.
    pub(crate) fn add(&mut self, name: &str, of: &str, value: f64, unit: &'static str, bar: Bar) {
        self.0.push(Line { name: name.to_owned(), of: of.to_owned(), value, unit, bar });
    }

    /// Prints it as Markdown.
    pub(crate) fn show(&self) {
        println!("| what | of | measured | bar | |\n| --- | --- | ---: | ---: | --- |");
        for line in &self.0 {
            let Line { name, of, value, unit, bar } = line;
            let digits = if *value >= 100.0 { 0 } else { 2 };
            let verdict = match bar {
                Bar::None => "",
                _ if line.is_kept() => "kept",
                _ => "**missed**",
            };
            println!("| {name} | {of} | {value:.digits$}{unit} | {} | {verdict} |", line.bar());
        }
    }

    /// # Errors
    /// If a bar is missed.
    pub(crate) fn verdict(&self) -> Result<()> {
        let missed = self.0.iter().filter(|line| !line.is_kept());
        let missed: Vec<String> =
            missed.map(|Line { name, of, .. }| format!("{} {of}", name.trim())).collect();
        if missed.is_empty() { Ok(()) } else { Err(Error::Missed(missed)) }
    }
}
