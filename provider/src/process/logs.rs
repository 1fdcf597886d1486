//! Log lines as Terraform understands them: JSON on standard error, in go-hclog's form.

use std::{fmt, io::stderr};

use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::FormatItem, macros::format_description};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    EnvFilter, Layer,
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

use super::stop::StopWatch;

/// Exactly this, or Terraform prints the line raw and at debug level.
const TIME: &[FormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// The variables that Terraform's users set, the most particular first.
const VARIABLES: [&str; 3] = ["TF_LOG_PROVIDER_GUARD", "TF_LOG_PROVIDER", "TF_LOG"];

/// The variable that has the library under the provider write all that Terraform sends into a file.
const TO_FILE: &str = "PLUGIN_LOG_FILE";

/// Why the provider doesn't start, if it is told to write what nobody may read: the library's own lines hold the
/// provider block with its keys, and the credentials in its requests.
pub(crate) fn refused() -> Option<String> {
    std::env::var_os(TO_FILE)?;
    Some(format!(
        "{TO_FILE} is set, and would write all that terraform sends, secrets too, into a file. Unset it, and set {} and TF_LOG_PATH for guard's own log",
        VARIABLES[1]
    ))
}

/// Sends log lines to Terraform, at the level that its variables ask for, and watches for its Stop.
pub(crate) fn install() {
    let asked = VARIABLES.iter().find_map(|name| std::env::var(name).ok().filter(|level| !level.is_empty()));
    let level = level(asked.as_deref().unwrap_or("off"));
    // The libraries' own lines would drown ours, and at trace level hold requests with credentials.
    let filter = EnvFilter::new(format!("off,terraform_provider_guard={level}"));
    let lines = tracing_subscriber::fmt::layer().event_format(Hclog).with_writer(stderr).with_filter(filter);
    let stop = StopWatch.with_filter(StopWatch::filter());
    tracing_subscriber::registry().with(lines).with(stop).init();
}

fn level(asked: &str) -> &'static str {
    match asked.to_ascii_lowercase().as_str() {
        "trace" | "json" => "trace",
        "debug" => "debug",
        "info" => "info",
        "warn" => "warn",
        "error" => "error",
        _ => "off",
    }
}

struct Hclog;

impl<S, N> FormatEvent<S, N> for Hclog
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Line::default();
        let metadata = event.metadata();
        line.0.insert("@level".into(), metadata.level().as_str().to_ascii_lowercase().into());
        line.0.insert("@module".into(), metadata.target().replace("::", ".").into());
        line.0.insert("@timestamp".into(), OffsetDateTime::now_utc().format(TIME).unwrap_or_default().into());
        event.record(&mut line);
        writeln!(writer, "{}", Value::Object(line.0))
    }
}

#[derive(Default)]
struct Line(Map<String, Value>);

impl Line {
    fn set(&mut self, field: &Field, value: Value) {
        let name = if field.name() == "message" { "@message" } else { field.name() };
        self.0.insert(name.to_owned(), value);
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panics while writing").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_what_terraforms_log_reader_expects() {
        let sink = Sink::default();
        let writer = sink.clone();
        let subscriber =
            tracing_subscriber::fmt().event_format(Hclog).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(bus = "guard-bus", rules = 3, "listed")
        });
        let bytes = sink.0.lock().expect("nobody panics while writing").clone();
        let line: Value = serde_json::from_slice(&bytes).expect("one JSON object");
        assert_eq!(line["@level"], "warn");
        assert_eq!(line["@message"], "listed");
        assert_eq!(line["bus"], "guard-bus");
        let time = line["@timestamp"].as_str().expect("a time");
        assert_eq!(time.len(), "2026-01-01T00:00:00.000000Z".len(), "{time}");
        assert!(time.ends_with('Z'));
    }

    #[test]
    fn terraforms_levels_are_ours() {
        assert_eq!(level("TRACE"), "trace");
        assert_eq!(level("JSON"), "trace");
        assert_eq!(level("Warn"), "warn");
        assert_eq!(level("nonsense"), "off");
    }
}
