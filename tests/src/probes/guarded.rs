//! Guards that a probe builds with terraform, and their users.

use std::fmt::Write as _;

use super::site::Site;
use crate::{
    Error, Result,
    aws::Aws,
    chain::Guard,
    sandbox::dismiss,
    terraform::{Workspace, requirements},
};

/// What all guards of a probe share.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// Whose terraform it is.
    pub(super) caller: Aws,
    /// The argument `name_prefix`.
    pub(super) prefix: String,
    /// The argument `member_role_name`.
    pub(super) role: String,
}

/// Guards that a probe builds.
#[derive(Debug)]
pub(super) struct Guarded<'a> {
    site: &'a Site<'a>,
    settings: Settings,
    users: Vec<String>,
    /// Terraform's folder.
    pub(super) workspace: Workspace,
}

impl<'a> Guarded<'a> {
    /// Guards of these users in the member account and the far region; the users are there already, or will be.
    pub(super) fn new(site: &'a Site<'a>, settings: Settings, users: &[&str]) -> Result<Self> {
        let workspace = Workspace::with_provider(&settings.caller, site.provider)?;
        (site.say)(&format!("  terraform's folder is {}", workspace.path().display()));
        let users = users.iter().map(|&user| user.to_owned()).collect();
        let guarded = Self { site, settings, users, workspace };
        guarded.configure()?;
        Ok(guarded)
    }

    /// The arguments of the provider block, but for the region.
    pub(super) fn provider(site: &Site<'_>, settings: &Settings) -> String {
        format!(
            "  name_prefix      = \"{}\"\n  member_role_name = \"{}\"\n  delivery         = \"{}\"",
            settings.prefix, settings.role, site.sandbox.delivery
        )
    }

    fn configure(&self) -> Result<()> {
        let sandbox = self.site.sandbox;
        let provider = Self::provider(self.site, &self.settings);
        let mut text = requirements();
        let _ = write!(text, "\nprovider \"guard\" {{\n  region = \"{}\"\n{provider}\n}}\n", sandbox.hub);
        for (number, user) in self.users.iter().enumerate() {
            let Guard { account, region, user } = Guard::new(&sandbox.member, &sandbox.far, user);
            let _ = write!(
                text,
                "\nresource \"guard_iam_user\" \"u{number}\" {{\n  account_id = \"{account}\"\n  \
                 region     = \"{region}\"\n  user_name  = \"{user}\"\n}}\n"
            );
        }
        self.workspace.write("main.tf", &text)
    }

    /// Destroys the guards and deletes the users; what is left, and why.
    pub(super) fn remove(mut self) -> Vec<String> {
        let mut left = Vec::new();
        if let Err(first) = self.workspace.destroy()
            && let Err(second) = self.destroy_as_the_sandbox_does()
        {
            self.workspace.keep();
            let folder = self.workspace.path().display().to_string();
            left.push(format!("terraform destroy failed in {folder}, which is kept: {first}\n{second}"));
        }
        let administrator = self.site.member();
        for user in &self.users {
            let dismissed = administrator.as_ref().map_err(ToString::to_string).and_then(|administrator| {
                dismiss(administrator, user).or_else(gone).map_err(|error| error.to_string())
            });
            left.extend(dismissed.err().map(|why| format!("user {user}: {why}")));
        }
        left
    }

    /// With the sandbox's own caller and role, which may do everything.
    fn destroy_as_the_sandbox_does(&mut self) -> Result<()> {
        let sandbox = self.site.sandbox;
        self.settings.caller = sandbox.caller.clone();
        self.settings.role.clone_from(&sandbox.role);
        self.workspace.act_as(&self.settings.caller);
        self.configure()?;
        self.workspace.destroy().map(drop)
    }
}

/// A user that is not there, is not left.
fn gone(error: Error) -> Result<()> {
    match error {
        Error::Command { status, .. } if status == "NoSuchEntity" => Ok(()),
        other => Err(other),
    }
}
