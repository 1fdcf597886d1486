//! A panic in an operation becomes a diagnostic; without this Terraform would say "request cancelled" and
//! save nothing.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use tf_provider::Diagnostics;

use super::diagnostics::error;

/// Runs an operation; `fallback` is what Terraform gets if it panics, next to an error.
pub(super) async fn caught<T>(
    diags: &mut Diagnostics,
    operation: &str,
    fallback: T,
    run: impl AsyncFnOnce(&mut Diagnostics) -> T,
) -> T {
    let mut own = Diagnostics::default();
    let outcome = AssertUnwindSafe(run(&mut own)).catch_unwind().await;
    diags.errors.append(&mut own.errors);
    diags.warnings.append(&mut own.warnings);
    match outcome {
        Ok(value) => value,
        Err(cause) => {
            let text = cause.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no message");
            let detail = format!(
                "guard panicked while it was to {operation}: {text}. This is a bug in the provider. What was built before is found again by the next run; please report this with the output of TF_LOG=debug."
            );
            error(diags, "The provider panicked", detail);
            fallback
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_diagnostic_and_what_was_said_before_stays() {
        let mut diags = Diagnostics::default();
        let run = caught(&mut diags, "build a guard", "kept", async |diags: &mut Diagnostics| {
            error(diags, "Said before", "the panic");
            if diags.errors.len() == 1 {
                panic!("invariant {} is broken", 7);
            }
            "built"
        });
        assert_eq!(futures::executor::block_on(run), "kept");
        let said: Vec<_> = diags.errors.iter().map(|error| error.summary.as_ref()).collect();
        assert_eq!(said, ["Said before", "The provider panicked"]);
        assert!(
            diags.errors[1].detail.contains("build a guard: invariant 7 is broken"),
            "{:?}",
            diags.errors[1]
        );
    }
}
