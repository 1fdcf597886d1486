//! The AWS CLI itself, for the lines that the guides tell people to run.

use std::process::Command;

use super::Aws;
use crate::{Error, Result, paths};

/// The AWS CLI's version 1, as somebody. All else is called through [`Aws`], which is much faster.
#[derive(Clone, Copy, Debug)]
pub struct AwsCli<'a>(pub &'a Aws);

impl AwsCli<'_> {
    /// Runs a line, which has to succeed.
    ///
    /// # Errors
    /// If it does not, or the AWS CLI has not been brought.
    pub fn run(&self, args: &[&str]) -> Result<()> {
        let mut command = Command::new(paths::tool("aws")?);
        command.args(args).envs(self.0.environment());
        // For SQS it takes no endpoint from the environment.
        command.args(self.0.endpoint.iter().flat_map(|endpoint| ["--endpoint-url", endpoint]));
        let shown = format!("aws {}", args.join(" "));
        let output = command.output().map_err(Error::io(shown.clone()))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::Command {
            command: shown,
            status: output.status.to_string(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}
