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
