//! Signals: Ctrl-C goes to the whole process group, and Terraform waits for what its providers have in
//! flight, so a provider that dies of it loses what it was building.

use tokio::signal::unix::{SignalKind, signal};

use crate::halt::request_stop;

/// Survives SIGINT and SIGTERM, for ever; from the first of them on no new step is started.
///
/// # Errors
/// If the handlers can't be installed.
pub(crate) fn survive() -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        loop {
            let name = tokio::select! {
                _ = interrupt.recv() => "SIGINT",
                _ = terminate.recv() => "SIGTERM",
            };
            request_stop();
            tracing::warn!(signal = name, "finishing the step under way, starting no new one");
        }
    });
    Ok(())
}
