//! Diagnostics without backtraces: `Diagnostic::new` captures one, so they are built by hand.

use tf_provider::{AttributePath, Diagnostic, Diagnostics};

use super::config::Unknown;

fn diagnostic(summary: &str, detail: impl ToString, attribute: AttributePath) -> Diagnostic {
    Diagnostic { summary: summary.to_owned().into(), detail: detail.to_string().into(), attribute }
}

/// An error about the whole object.
pub(super) fn error(diags: &mut Diagnostics, summary: &str, detail: impl ToString) {
    diags.errors.push(diagnostic(summary, detail, AttributePath::default()));
}

/// An error about an attribute.
pub(super) fn attribute_error(
    diags: &mut Diagnostics,
    attribute: &'static str,
    summary: &str,
    detail: impl ToString,
) {
    diags.errors.push(diagnostic(summary, detail, AttributePath::new(attribute)));
}

/// An error about what a path leads to: an attribute of a block, an entry of a list.
pub(super) fn path_error(diags: &mut Diagnostics, path: AttributePath, summary: &str, detail: impl ToString) {
    diags.errors.push(diagnostic(summary, detail, path));
}

/// Summary and detail of an error about a required argument that is null. Terraform checks only that the argument is
/// there, and a null one would be taken for a change to nothing: a live guard would be destroyed.
pub(super) fn missing(argument: &str) -> (&'static str, String) {
    let detail = format!(
        "`{argument}` is required, and its value here is null. Give it a value, or remove the block to remove what it built."
    );
    ("Missing required argument", detail)
}

/// A warning.
pub(super) fn warning(diags: &mut Diagnostics, summary: &str, detail: impl ToString) {
    diags.warnings.push(diagnostic(summary, detail, AttributePath::default()));
}

/// A warning about an attribute.
pub(super) fn attribute_warning(
    diags: &mut Diagnostics,
    attribute: &'static str,
    summary: &str,
    detail: impl ToString,
) {
    diags.warnings.push(diagnostic(summary, detail, AttributePath::new(attribute)));
}

/// An attribute of the provider block that Terraform doesn't know yet.
pub(super) fn unknown(diags: &mut Diagnostics, Unknown(attribute): &Unknown) {
    let root = attribute.split('.').next().unwrap_or(attribute);
    let detail = format!(
        "The value of `{attribute}` in the provider block depends on something that is not created yet, and guard has to look at AWS to plan. Give it a value that is known at plan time, or create what it depends on first (terraform apply -target)."
    );
    diags.errors.push(diagnostic(
        "The provider's configuration is not known yet",
        detail,
        AttributePath::new(root.to_owned()),
    ));
}
