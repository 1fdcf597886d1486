//! A panic is told in a form that Terraform shows: its panic report looks for lines that begin so.

use std::panic;

/// Prints every panic as `panic: …` first.
pub(crate) fn install() {
    panic::set_hook(Box::new(|info| {
        let cause = info.payload();
        let text = cause.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no message");
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("panic: {text}\n\n{place}");
    }));
}
