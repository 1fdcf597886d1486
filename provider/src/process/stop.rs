//! Terraform's Stop. tf-provider answers it by shutting its server down and tells nobody, but its server
//! opens a tracing span for each request, and that can be seen.

use std::time::Duration;

use tracing::{
    Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id},
};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    layer::Context,
};

use crate::halt;

/// Where the spans come from.
const TARGET: &str = "tower_http";

/// How long the process stays after it was stopped. Terraform takes its end for the end of all calls, those
/// included whose answers it hasn't read yet, and would save nothing of them (go-plugin cancels the context
/// of a plugin that has exited).
const LINGER: Duration = Duration::from_secs(1);

/// Sees Terraform's Stop go by.
pub(super) struct StopWatch;

impl StopWatch {
    /// What the layer needs to see.
    pub(super) fn filter() -> Targets {
        Targets::new().with_target(TARGET, LevelFilter::DEBUG)
    }
}

impl<S: Subscriber> Layer<S> for StopWatch {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut request = Request { is_stop: false };
        attributes.record(&mut request);
        if request.is_stop && halt::request_stop() {
            tracing::warn!("Terraform asks to stop: starting no new step");
        }
    }
}

struct Request {
    is_stop: bool,
}

impl Visit for Request {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // gRPC's path is /package.Service/Method.
        self.is_stop |= field.name() == "uri" && format!("{value:?}").ends_with("/StopProvider");
    }
}

/// Waits, if the process was stopped, until Terraform has read the last answers.
pub(crate) async fn linger() {
    if halt::stop_requested() {
        tokio::time::sleep(LINGER).await;
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn the_servers_span_of_a_stop_is_recognized() {
        struct Seen(std::sync::mpsc::Sender<bool>);
        impl<S: Subscriber> Layer<S> for Seen {
            fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
                let mut request = Request { is_stop: false };
                attributes.record(&mut request);
                self.0.send(request.is_stop).expect("the test listens");
            }
        }
        let (sender, seen) = std::sync::mpsc::channel();
        let subscriber = tracing_subscriber::registry().with(Seen(sender));
        tracing::subscriber::with_default(subscriber, || {
            for method in ["ApplyResourceChange", "StopProvider"] {
                let uri = format!("http://127.0.0.1:10000/tfplugin6.Provider/{method}");
                let _span = tracing::debug_span!(target: "tower_http::trace::make_span", "request", %uri);
            }
        });
        assert_eq!(seen.iter().collect::<Vec<_>>(), [false, true]);
    }
}
