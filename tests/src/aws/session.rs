//! The AWS CLI, kept running: most of a call's time is the CLI's start.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Aws, answered};
use crate::{Error, Result, paths};

const PROGRAM: &str = include_str!("session.py");

/// A running AWS CLI, for any number of calls by anybody; ended when it is dropped.
#[derive(Debug)]
pub struct Session {
    child: Child,
    pipes: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
}

#[derive(Deserialize)]
struct Ended {
    status: i32,
    output: String,
    errors: String,
}

impl Session {
    /// Starts it.
    ///
    /// # Errors
    /// If the Python tools have not been brought.
    pub fn new() -> Result<Self> {
        let mut command = Command::new(paths::tool("python")?);
        command.args(["-c", PROGRAM]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(Error::io("starting the AWS CLI"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::Cloud("the AWS CLI has no pipes".to_owned()));
        };
        Ok(Self { child, pipes: Mutex::new((input, BufReader::new(output))) })
    }

    /// As [`Aws::run`].
    ///
    /// # Errors
    /// If the call does not succeed.
    pub fn run(&self, caller: &Aws, args: &[&str]) -> Result<Value> {
        let shown = format!("aws {}", args.join(" "));
        let arguments = caller.arguments(args);
        let environment: serde_json::Map<_, _> =
            caller.environment().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let call = json!({ "environment": environment, "arguments": arguments });
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (input, output) = &mut *pipes;
        writeln!(input, "{call}").map_err(Error::io(shown.clone()))?;
        let mut line = String::new();
        output.read_line(&mut line).map_err(Error::io(shown.clone()))?;
        let ended: Ended = serde_json::from_str(&line).map_err(Error::json(shown.clone()))?;
        let status = (ended.status != 0).then(|| ended.status.to_string());
        match answered(&shown, status, &ended.output, &ended.errors)? {
            Answer::Allowed(value) => Ok(value),
            Answer::Refused { code, message } => {
                Err(Error::Command { command: shown, status: code, output: message })
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
