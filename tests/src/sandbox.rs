//! A trial in a sandbox account of a real organization, for what no local AWS can prove: that events take the hops that
//! they are sent on, that roles and policies suffice, how long it takes.

mod trial;

use std::{thread::sleep, time::Duration};

use crate::{
    Error, Result,
    aws::{Answer, Aws},
    chain::Guard,
    script::denied,
};

pub use trial::{Outcome, trial};

/// What the names of everything begin with that a trial makes: nothing of a guard that somebody relies on.
pub const PREFIX: &str = "guardtest";

/// How often a fresh access key is tried, and what it may still be for AWS: unknown.
const TRIES: u32 = 30;

/// What an alarm and a metric cost a month in US dollars, and its hours (the guide "Costs and quotas").
const ALARM: f64 = 0.10;
const METRIC: f64 = 0.30;
const HOURS: f64 = 730.0;
/// Three at the hub, one at the relay, two at each edge, one for each user; and the filter's metrics.
const ALARMS: f64 = 3.0 + 1.0 + 2.0 * 2.0 + 3.0;
const METRICS: f64 = 9.0;

/// Where a trial is made, and who makes it.
#[derive(Clone, Debug)]
pub struct Sandbox {
    /// The management account's, as terraform runs.
    pub caller: Aws,
    /// The trail's region, which is taken for the hub's.
    pub hub: String,
    /// An account in which nothing is missed.
    pub member: String,
    /// The role by which it is entered.
    pub role: String,
    /// Another region for guards.
    pub far: String,
    /// The argument `delivery`.
    pub delivery: String,
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until S3 tells of new files and roles are known everywhere.
    pub settling: Duration,
    /// Until a user is denied, at most: CloudTrail delivers "within an average of about 5 minutes".
    pub denial: Duration,
    /// Until a call is taken or an event arrives that a probe has sent, at most.
    pub arrival: Duration,
    /// Between two looks.
    pub look: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        Self {
            settling: minutes(5),
            denial: minutes(30),
            arrival: minutes(10),
            look: Duration::from_secs(15),
        }
    }
}

/// A way that events take, and its guard.
#[derive(Clone, Debug)]
pub struct Route {
    /// The block's name.
    pub name: &'static str,
    /// The guard.
    pub guard: Guard,
    /// The argument `topology`.
    pub topology: &'static str,
}

impl Sandbox {
    /// The ways that are tried: all there are to a member account.
    pub fn routes(&self) -> [Route; 3] {
        let route = |name, region: &str, topology| Route {
            name,
            guard: Guard::new(&self.member, region, &format!("{PREFIX}-{name}")),
            topology,
        };
        [
            route("relay", &self.far, "relay"),
            route("direct", &self.far, "direct"),
            route("near", &self.hub, "relay"),
        ]
    }

    /// What will be done and what it costs, line by line.
    pub fn intentions(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "in account {}, entered by its role {}, make IAM users with an access key and no rights at all:",
            self.member, self.role
        )];
        lines.extend(
            self.routes().map(|Route { name, guard, .. }| format!("  {guard}, whose route is \"{name}\"")),
        );
        let an_hour = ALARM.mul_add(ALARMS, METRIC * METRICS) / HOURS;
        lines.extend([
            format!(
                "guard them: terraform builds the hub in {}, under the names {PREFIX}-*, and with delivery = \"{}\" tells itself of the trail's files",
                self.hub, self.delivery
            ),
            "ask GetCallerIdentity with each key, and wait until each user is denied".to_owned(),
            "see that no dead letter was left on the way".to_owned(),
            "destroy everything, delete the users, and look for what is left".to_owned(),
            format!(
                "cost: alarms and metrics about {an_hour:.3} USD an hour, and the filter reads the whole organization's trail in that time (a million events cost 0.01 to 0.15 USD, the guide \"Costs and quotas\")"
            ),
        ]);
        lines
    }

    /// The account of the credentials.
    ///
    /// # Errors
    /// If there are none that AWS knows.
    pub fn management(&self) -> Result<String> {
        let caller = self.caller.run(&["sts", "get-caller-identity"])?;
        Ok(caller["Account"].as_str().unwrap_or_default().to_owned())
    }

    /// Whoever the role makes of the caller in the member account.
    ///
    /// # Errors
    /// If it can't be assumed.
    pub fn administrator(&self) -> Result<Aws> {
        let role = format!("arn:aws:iam::{}:role/{}", self.member, self.role);
        let assume = ["sts", "assume-role", "--role-arn", &role, "--role-session-name", PREFIX];
        Ok(self.caller.having(&self.caller.run(&assume)?["Credentials"]))
    }
}

/// A user of the trial.
#[derive(Debug)]
pub(crate) struct User<'a> {
    administrator: &'a Aws,
    name: &'a str,
    /// The user's own calls.
    calls: Aws,
}

impl<'a> User<'a> {
    pub(crate) fn hire(administrator: &'a Aws, name: &'a str) -> Result<Self> {
        administrator.run(&["iam", "create-user", "--user-name", name])?;
        let key = administrator.run(&["iam", "create-access-key", "--user-name", name])?;
        Ok(Self { administrator, name, calls: administrator.having(&key["AccessKey"]) })
    }

    fn is_denied(&self) -> Result<bool> {
        self.is_denied_to(self.administrator)
    }

    /// As another session of the administrator sees it.
    pub(crate) fn is_denied_to(&self, administrator: &Aws) -> Result<bool> {
        denied(administrator, self.name)
    }

    /// Asks GetCallerIdentity, once AWS knows the key.
    pub(crate) fn leak(&self, look: Duration) -> Result<()> {
        for _ in 0..TRIES {
            match self.calls.call(&["sts", "get-caller-identity"])? {
                Answer::Allowed(_) => return Ok(()),
                Answer::Refused { code, .. } if code == "InvalidClientTokenId" => sleep(look),
                Answer::Refused { code, message } => return Err(Error::Cloud(format!("{code}: {message}"))),
            }
        }
        Err(Error::Cloud(format!("AWS doesn't know the key of user {}", self.name)))
    }
}

/// Deletes a user of the trial with everything that it can have.
pub(crate) fn dismiss(administrator: &Aws, name: &str) -> Result<()> {
    let of = |verb: &'static str| ["iam", verb, "--user-name", name];
    let list = |verb, list: &str, field: &str| {
        let answer = administrator.run(&of(verb))?;
        let all = answer[list].as_array().cloned().unwrap_or_default();
        Ok::<_, crate::Error>(
            all.iter()
                .map(|one| one[field].as_str().or(one.as_str()).unwrap_or_default().to_owned())
                .collect::<Vec<_>>(),
        )
    };
    for arn in list("list-attached-user-policies", "AttachedPolicies", "PolicyArn")? {
        administrator.run(&[&of("detach-user-policy")[..], &["--policy-arn", &arn]].concat())?;
    }
    for policy in list("list-user-policies", "PolicyNames", "")? {
        administrator.run(&[&of("delete-user-policy")[..], &["--policy-name", &policy]].concat())?;
    }
    for key in list("list-access-keys", "AccessKeyMetadata", "AccessKeyId")? {
        administrator.run(&[&of("delete-access-key")[..], &["--access-key-id", &key]].concat())?;
    }
    administrator.run(&of("delete-user")).map(drop)
}
