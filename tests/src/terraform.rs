//! A terraform workspace in a folder of its own, with the provider that was built.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Error, Result, aws::Aws, cloud::SPEED, paths};

/// Source address of the provider.
pub const SOURCE: &str = "iam-guard/guard";

/// What `plan -detailed-exitcode` says.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whether anything would change.
    pub changes: bool,
    /// What it printed.
    pub output: String,
    /// The plan as JSON.
    pub json: Value,
}

/// A folder with a configuration and its state.
#[derive(Debug)]
pub struct Workspace {
    folder: TempDir,
    caller: Aws,
    program: PathBuf,
    more: Vec<(&'static str, String)>,
}

impl Workspace {
    /// An empty workspace, whose terraform acts as `caller`.
    ///
    /// # Errors
    /// If terraform or the provider is missing.
    pub fn new(caller: &Aws) -> Result<Self> {
        Self::with_provider(caller, &paths::provider()?)
    }

    /// An empty workspace whose terraform runs a provider other than the one beside the tests.
    ///
    /// # Errors
    /// If terraform is missing.
    pub fn with_provider(caller: &Aws, provider: &Path) -> Result<Self> {
        let folder = TempDir::with_prefix("guard-terraform-").map_err(Error::io("making a folder"))?;
        let built = provider.parent().unwrap_or(Path::new("."));
        write(&folder.path().join("dev.tfrc"), &overrides(built))?;
        Ok(Self { folder, caller: caller.clone(), program: paths::terraform()?, more: Vec::new() })
    }

    /// Lets somebody else run terraform from now on.
    pub fn act_as(&mut self, caller: &Aws) {
        self.caller = caller.clone();
    }

    /// The workspace's folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Sets a variable of the environment for everything that follows.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.more.push((name, value.to_owned()));
    }

    /// Leaves the folder on disk, for somebody who wants to go on by hand.
    pub fn keep(&mut self) {
        self.folder.disable_cleanup(true);
    }

    /// Writes a file of the configuration.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        write(&self.path().join(name), text)
    }

    /// `terraform plan`.
    ///
    /// # Errors
    /// If it fails; that there are changes is no failure.
    pub fn plan(&self) -> Result<Plan> {
        self.plan_with(&[])
    }

    /// `terraform plan` with more arguments.
    ///
    /// # Errors
    /// If it fails; that there are changes is no failure.
    pub fn plan_with(&self, args: &[&str]) -> Result<Plan> {
        let mut all = vec!["plan", "-detailed-exitcode", "-input=false", "-no-color", "-out=plan"];
        all.extend(args);
        let output = self.output(&all)?;
        let changes = match output.status.code() {
            Some(0) => false,
            Some(2) => true,
            _ => return Err(failure(&all, &output)),
        };
        let json = self.json(&["show", "-json", "plan"])?;
        Ok(Plan { changes, output: text(&output), json })
    }

    /// `terraform apply`.
    ///
    /// # Errors
    /// If it fails.
    pub fn apply(&self) -> Result<String> {
        self.run(&["apply", "-auto-approve", "-input=false", "-no-color"])
    }

    /// `terraform destroy`.
    ///
    /// # Errors
    /// If it fails.
    pub fn destroy(&self) -> Result<String> {
        self.run(&["destroy", "-auto-approve", "-input=false", "-no-color"])
    }

    /// `terraform import`.
    ///
    /// # Errors
    /// If it fails.
    pub fn import(&self, address: &str, id: &str) -> Result<String> {
        self.run(&["import", "-input=false", "-no-color", address, id])
    }

    /// The attributes of a resource in the state, or null.
    ///
    /// # Errors
    /// If terraform can't show the state.
    pub fn resource(&self, address: &str) -> Result<Value> {
        let found = self.resources()?.into_iter().find(|resource| resource["address"] == address);
        Ok(found.map_or(Value::Null, |mut resource| resource["values"].take()))
    }

    /// All resources of the root module in the state: `address`, `values` and more.
    ///
    /// # Errors
    /// If terraform can't show the state.
    pub fn resources(&self) -> Result<Vec<Value>> {
        let mut state = self.json(&["show", "-json"])?;
        Ok(match state["values"]["root_module"]["resources"].take() {
            Value::Array(resources) => resources,
            _ => Vec::new(),
        })
    }

    /// Runs a command that has to succeed; what it printed.
    ///
    /// # Errors
    /// If it fails.
    pub fn run(&self, args: &[&str]) -> Result<String> {
        let output = self.output(args)?;
        if output.status.success() { Ok(text(&output)) } else { Err(failure(args, &output)) }
    }

    /// Runs a command that has to fail; what it printed, with terraform's line breaks undone.
    ///
    /// # Errors
    /// If it does not fail.
    pub fn fails(&self, args: &[&str]) -> Result<String> {
        let output = self.output(args)?;
        if output.status.success() { Err(failure(args, &output)) } else { Ok(unwrapped(&text(&output))) }
    }

    /// Runs a command with the terminal's own output.
    ///
    /// # Errors
    /// If it fails.
    pub fn show(&self, args: &[&str]) -> Result<()> {
        let status = self.command(args).status().map_err(Error::io(shown(args)))?;
        let failed =
            |status: String| Error::Command { command: shown(args), status, output: "see above".into() };
        if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
    }

    /// Starts a command in a process group of its own, as a shell does, so that the group can be signalled.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn spawn(&self, args: &[&str]) -> Result<Child> {
        let mut command = self.command(args);
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().map_err(Error::io(shown(args)))
    }

    /// The environment that makes a terraform in any folder use this provider and caller.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut all = self.caller.environment();
        let config = self.path().join("dev.tfrc");
        all.push(("TF_CLI_CONFIG_FILE", config.to_string_lossy().into_owned()));
        // An everyday build of the provider waits for AWS's own clocks as long as they take here.
        all.push(("GUARD_SPEED", SPEED.to_string()));
        all.extend(self.more.iter().cloned());
        all
    }

    /// Runs a command that answers in JSON.
    ///
    /// # Errors
    /// If it fails, or what it printed isn't JSON.
    pub fn json(&self, args: &[&str]) -> Result<Value> {
        let output = self.output(args)?;
        if !output.status.success() {
            return Err(failure(args, &output));
        }
        serde_json::from_slice(&output.stdout).map_err(Error::json(shown(args)))
    }

    fn output(&self, args: &[&str]) -> Result<Output> {
        self.command(args).stdin(Stdio::null()).output().map_err(Error::io(shown(args)))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(args).current_dir(self.path()).envs(self.environment());
        // No look at a newer terraform on the network, no "run terraform apply" hints.
        command.env("CHECKPOINT_DISABLE", "1").env("TF_IN_AUTOMATION", "1").env_remove("TF_DATA_DIR");
        command
    }
}

/// The block that asks for the provider, as `terraform fmt` wants it.
pub fn requirements() -> String {
    format!("terraform {{\n  required_providers {{\n    guard = {{ source = \"{SOURCE}\" }}\n  }}\n}}\n")
}

/// A CLI configuration that takes the provider from the folder where it was built, so that nothing is
/// downloaded and `init` is not needed.
pub fn overrides(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "provider_installation {{\n  dev_overrides {{\n    \"{SOURCE}\" = \"{folder}\"\n  }}\n  direct {{}}\n}}\n"
    )
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(Error::io(format!("writing {}", path.display())))
}

fn shown(args: &[&str]) -> String {
    format!("terraform {}", args.join(" "))
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}

fn failure(args: &[&str], output: &Output) -> Error {
    Error::Command { command: shown(args), status: output.status.to_string(), output: text(output) }
}

/// Terraform breaks the lines of diagnostics and draws a frame; one line can be searched.
pub fn unwrapped(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !matches!(*word, "│" | "╷" | "╵"));
    words.collect::<Vec<_>>().join(" ")
}
