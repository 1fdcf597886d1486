//! A local AWS with a terraform workspace: what nearly every acceptance test begins with.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    Error, Result,
    aws::Aws,
    chain::Guard,
    cloud::{Backend, Cloud, Options},
    operators::Policies,
    skip,
    terraform::{Plan, Workspace, requirements},
};

/// What moto can't do, and so what the tests leave out there.
pub const NOT_ON_MOTO: [(&str, &str); 6] = [
    (
        "events",
        "moto delivers nothing from S3 to functions nor from EventBridge to them, and runs no bootstrap: no leak there",
    ),
    ("denials", "moto judges only S3 by resource, so it enforces nothing here: nobody is refused"),
    (
        "drift",
        "moto keeps a deleted log group's tags for the next of its name, rewrites a bus's policy in its own order, loses a queue's policy when another attribute is set and shows no reserved concurrency",
    ),
    ("faults", "what stands before moto strikes no calls"),
    ("mute rules", "moto has no alarm mute rules, as a region of AWS may have none"),
    ("roles", "moto lets anybody assume any role of any account, whether it exists or not"),
];

/// A local AWS and a workspace whose terraform has the permissions that `guard_permissions` lists, and no other: on
/// moto, which enforces none, it is the management account's administrator.
#[derive(Debug)]
pub struct World {
    /// The local AWS.
    pub cloud: Arc<Cloud>,
    /// The workspace.
    pub terraform: Workspace,
    /// Who runs terraform in it.
    pub caller: Aws,
}

/// A block of the configuration.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whom it guards.
    pub guard: Guard,
    /// Further arguments.
    pub more: &'a str,
}

impl<'a> Block<'a> {
    /// A block without further arguments.
    pub fn new(name: &'a str, guard: &Guard) -> Self {
        Self { name, guard: guard.clone(), more: "" }
    }

    /// The block with further arguments.
    #[must_use]
    pub fn with(self, more: &'a str) -> Self {
        Self { more, ..self }
    }
}

impl World {
    /// A fresh one.
    ///
    /// # Errors
    /// If the local AWS does not start, or terraform or the provider is missing.
    pub fn new() -> Result<Self> {
        Self::with(&Options::default())
    }

    /// A fresh one on a local AWS that is started so.
    ///
    /// # Errors
    /// As [`World::new`].
    pub fn with(options: &Options) -> Result<Self> {
        Self::entering(Arc::new(Cloud::start_with(options)?))
    }

    /// The same local AWS with another workspace: a colleague with a state of their own.
    ///
    /// # Errors
    /// If terraform or the provider is missing.
    pub fn colleague(&self) -> Result<Self> {
        Self::on(self.cloud.clone(), &self.caller)
    }

    /// On a local AWS where nobody is yet who runs terraform.
    fn entering(cloud: Arc<Cloud>) -> Result<Self> {
        let caller = match cloud.backend() {
            Backend::Ministack => cloud.equip(&Policies::usual(&cloud)?)?,
            Backend::Moto => cloud.administrator(&cloud.ready().management_account),
        };
        Self::on(cloud, &caller)
    }

    fn on(cloud: Arc<Cloud>, caller: &Aws) -> Result<Self> {
        Ok(Self { cloud, terraform: Workspace::new(caller)?, caller: caller.clone() })
    }

    /// ARN of the policy of whoever runs terraform, for a role in their place.
    pub fn callers_policy(&self) -> &'static str {
        match self.cloud.backend() {
            Backend::Ministack => "arn:aws:iam::111111111111:policy/terraform",
            Backend::Moto => "arn:aws:iam::aws:policy/AdministratorAccess",
        }
    }

    /// The same local AWS, emptied, with a fresh workspace: sooner than a new one.
    ///
    /// # Errors
    /// If the local AWS does not answer, or there is no room for a folder.
    pub fn renewed(self) -> Result<Self> {
        self.cloud.reset()?;
        Self::entering(self.cloud)
    }

    /// A fresh one, or nothing on moto, which then says what it can't do.
    ///
    /// # Errors
    /// As [`World::new`].
    pub fn that_can(what: &str) -> Result<Option<Self>> {
        if Backend::chosen() == Backend::Moto
            && let Some((_, why)) = NOT_ON_MOTO.iter().find(|(name, _)| *name == what)
        {
            skip(&format!("on moto: {why}"));
            return Ok(None);
        }
        Self::new().map(Some)
    }

    /// Whether this one can do something that moto can't.
    pub fn can(&self, what: &str) -> bool {
        let missing = NOT_ON_MOTO.iter().any(|(name, _)| *name == what);
        self.cloud.backend() != Backend::Moto || !missing
    }

    /// The management account.
    pub fn management(&self) -> &str {
        &self.cloud.ready().management_account
    }

    /// The region of the trail's bucket.
    pub fn hub(&self) -> &str {
        &self.cloud.ready().hub_region
    }

    /// The administrator of a guard's account, in the guard's region.
    pub fn at(&self, guard: &Guard) -> Aws {
        self.cloud.administrator(&guard.account).in_region(&guard.region)
    }

    /// Creates a guard's user.
    ///
    /// # Errors
    /// If AWS refuses.
    pub fn hire(&self, guard: &Guard) -> Result<()> {
        self.cloud.hire(guard)
    }

    /// Writes the configuration.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn configure(&self, blocks: &[Block<'_>]) -> Result<()> {
        self.configure_with("", blocks)
    }

    /// Writes the configuration, with further arguments in the provider block.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn configure_with(&self, provider: &str, blocks: &[Block<'_>]) -> Result<()> {
        let mut text = format!(
            "{}provider \"guard\" {{\n  region = \"{}\"\n{provider}\n}}\n",
            requirements(),
            self.hub()
        );
        for Block { name, guard: Guard { account, region, user }, more } in blocks {
            text += &format!(
                "resource \"guard_iam_user\" \"{name}\" {{\n  account_id = \"{account}\"\n  \
                 region = \"{region}\"\n  user_name = \"{user}\"\n{more}\n}}\n"
            );
        }
        self.terraform.write("main.tf", &text)
    }

    /// Applies, and makes sure that a plan then has nothing to change.
    ///
    /// # Errors
    /// If terraform fails, or the plan has something to change.
    pub fn apply(&self) -> Result<()> {
        self.terraform.apply()?;
        self.settled()
    }

    /// Makes sure that a plan has nothing to change.
    ///
    /// # Errors
    /// If it has, or terraform fails.
    pub fn settled(&self) -> Result<()> {
        let plan = self.terraform.plan()?;
        if plan.changes { Err(unsettled(&plan)) } else { Ok(()) }
    }

    /// Destroys, and makes sure that nothing is left in any account and region.
    ///
    /// # Errors
    /// If terraform fails, or something is left.
    pub fn destroy(&self) -> Result<()> {
        self.terraform.destroy()?;
        self.empty()
    }

    /// Makes sure that nothing is there, in any account and region.
    ///
    /// # Errors
    /// If something is.
    pub fn empty(&self) -> Result<()> {
        let left = self.cloud.inventory()?;
        if left.is_empty() { Ok(()) } else { Err(Error::Cloud(format!("left behind:\n{}", left.join("\n")))) }
    }

    /// A resource's attributes in the state.
    ///
    /// # Errors
    /// If terraform can't show the state.
    pub fn state(&self, name: &str) -> Result<Value> {
        self.terraform.resource(&format!("guard_iam_user.{name}"))
    }
}

/// What a plan wants to do to a resource, such as `["update"]`.
pub fn actions(plan: &Plan, name: &str) -> Vec<String> {
    let address = format!("guard_iam_user.{name}");
    let changes = plan.json["resource_changes"].as_array().cloned().unwrap_or_default();
    let change = changes.iter().find(|change| change["address"] == address.as_str());
    let actions = change.map(|change| change["change"]["actions"].clone()).unwrap_or_default();
    serde_json::from_value(actions).unwrap_or_default()
}

fn unsettled(plan: &Plan) -> Error {
    Error::Command {
        command: "terraform plan".into(),
        status: "changes, though none were expected".into(),
        output: plan.output.clone(),
    }
}
