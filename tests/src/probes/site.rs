//! Where probes are made, and how they wait for AWS.

use std::{
    fmt,
    path::{Path, PathBuf},
    thread::sleep,
    time::Instant,
};

use serde_json::{Value, json};

use super::{PREFIX, made::Made};
use crate::{
    Error, Result,
    aws::{Answer, Aws},
    sandbox::{Patience, Sandbox},
};

/// Where probes are made.
pub struct Site<'a> {
    /// The accounts and regions.
    pub sandbox: &'a Sandbox,
    /// The management account.
    pub management: String,
    /// The provider.
    pub provider: &'a Path,
    /// How long is waited for what.
    pub patience: Patience,
    /// The file that the findings go to.
    pub file: PathBuf,
    /// Whom is told what is done.
    pub say: &'a dyn Fn(&str),
}

impl fmt::Debug for Site<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("sandbox", &self.sandbox).finish_non_exhaustive()
    }
}

impl Site<'_> {
    /// The caller in the management account, in the hub's region.
    pub(super) fn management(&self) -> Aws {
        self.sandbox.caller.in_region(&self.sandbox.hub)
    }

    /// The administrator of the member account, in the hub's region; a fresh session, as one ends after an hour.
    pub(super) fn member(&self) -> Result<Aws> {
        Ok(self.sandbox.administrator()?.in_region(&self.sandbox.hub))
    }

    /// Whether this is the local AWS.
    pub(super) fn is_local(&self) -> bool {
        self.sandbox.caller.is_local()
    }

    /// Looks until something has happened; `None` if it does not in the time that there is.
    pub(super) fn until<T>(&self, mut happened: impl FnMut() -> Result<Option<T>>) -> Result<Option<T>> {
        let began = Instant::now();
        loop {
            if let Some(found) = happened()? {
                return Ok(Some(found));
            }
            if began.elapsed() > self.patience.arrival {
                return Ok(None);
            }
            sleep(self.patience.look);
        }
    }

    /// Makes a call until AWS takes it: a role or a permission that is young is not known everywhere.
    pub(super) fn call_until_taken(&self, who: &Aws, args: &[&str]) -> Result<Value> {
        let mut refused = String::new();
        let taken = self.until(|| match who.call(args)? {
            Answer::Allowed(value) => Ok(Some(value)),
            Answer::Refused { code, message } => {
                refused = format!("{code}: {message}");
                Ok(None)
            }
        })?;
        taken.ok_or_else(|| Error::Command {
            command: format!("aws {}", args.join(" ")),
            status: format!("a refusal for {} s", self.patience.arrival.as_secs()),
            output: refused,
        })
    }

    /// Makes a role that a principal may assume; its ARN.
    pub(super) fn role(
        &self,
        made: &mut Made,
        who: &Aws,
        name: &str,
        principal: &Value,
        statements: &Value,
    ) -> Result<String> {
        let trust = document(&json!([
            { "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" }
        ]));
        let of = ["--role-name", name];
        made.undo(who, &[&["iam", "delete-role"], &of[..]].concat());
        let create = ["iam", "create-role", "--assume-role-policy-document", &trust];
        let role = who.run(&[&create[..], &of].concat())?;
        let policy = [&of[..], &["--policy-name", name]].concat();
        made.undo(who, &[&["iam", "delete-role-policy"], &policy[..]].concat());
        let put = ["iam", "put-role-policy", "--policy-document", &document(statements)];
        who.run(&[&put[..], &policy].concat())?;
        Ok(role["Role"]["Arn"].as_str().unwrap_or_default().to_owned())
    }

    /// Assumes a role, once AWS knows it.
    pub(super) fn assume(&self, who: &Aws, role: &str) -> Result<Aws> {
        let assume = ["sts", "assume-role", "--role-arn", role, "--role-session-name", PREFIX];
        Ok(who.having(&self.call_until_taken(who, &assume)?["Credentials"]))
    }
}

/// Everybody of an account whom its own policies let.
pub(super) fn account(id: &str) -> Value {
    json!({ "AWS": format!("arn:aws:iam::{id}:root") })
}

/// A policy of these statements.
pub(super) fn document(statements: &Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}
