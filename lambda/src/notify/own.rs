//! Which alarms guard listens to: its own, and no other.
//!
//! Any alarm of an account that the function's policy names may call it, with a name, a description, dimensions and
//! a reason of its maker's choice; and what a message says is read, and pasted, by people with management credentials.
//! So an alarm tells which one it is and where, and everything else that a message says of it is guard's.

use guard_contract::{Handler, HealthAlarm, Partition, names};

use crate::{alarm::Alarm, arn};

/// An alarm that guard does not listen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    /// Not an alarm's ARN, or another name than in it.
    #[error("its ARN is none of an alarm of that name in this function's region and partition")]
    Arn,
    /// Another name.
    #[error("guard makes no alarm of that name")]
    Name,
    /// Nobody whom guard knows.
    #[error("no guard stands in its account")]
    Account,
}

/// An alarm of guard's own on guard itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAlarm {
    which: HealthAlarm,
    prefix: String,
    partition: Partition,
    /// Where it is.
    pub(super) account: String,
    /// Where it is.
    pub(super) region: String,
    handler: Handler,
}

impl OwnAlarm {
    /// The alarm that has called the function with that ARN, if it is one of guard's in an account that `is_known`.
    ///
    /// # Errors
    /// If it is not.
    pub fn of(
        alarm: &Alarm,
        function: &str,
        handler: Handler,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<Self, NotOurs> {
        let region = arn::region_of(function).ok_or(NotOurs::Arn)?;
        let partition = Partition::of_region(region);
        let start = format!("arn:{}:cloudwatch:{region}:", partition.name());
        let rest = alarm.arn.strip_prefix(&start).ok_or(NotOurs::Arn)?;
        let (account, name) = rest.split_once(":alarm:").ok_or(NotOurs::Arn)?;
        if !alarm.name.is_empty() && alarm.name != name {
            return Err(NotOurs::Arn);
        }
        let prefix = arn::function_name(function).and_then(|name| names::prefix_of(name, handler));
        let prefix = prefix.ok_or(NotOurs::Name)?;
        let which = HealthAlarm::named(name, prefix).ok_or(NotOurs::Name)?;
        if arn::account_of(function) != Some(account) && !is_known(account) {
            return Err(NotOurs::Account);
        }
        let (account, region, prefix) = (account.to_owned(), region.to_owned(), prefix.to_owned());
        Ok(Self { which, prefix, partition, account, region, handler })
    }

    pub(super) fn name(&self) -> String {
        self.which.name(&self.prefix)
    }

    pub(super) fn description(&self) -> String {
        self.which.description(&self.prefix, &format!("{}/{}", self.account, self.region))
    }

    /// The function to look at, and to replay the queue with.
    pub(super) fn function(&self) -> String {
        let handler = match self.which {
            HealthAlarm::Errors(handler) => handler,
            HealthAlarm::DeadLetters | HealthAlarm::UnreadableWatches => self.handler,
        };
        names::function(&self.prefix, handler)
    }

    /// The URL of the place's dead-letter queue.
    pub(super) fn queue(&self) -> String {
        let (suffix, queue) = (self.partition.dns_suffix(), names::dead_letters(&self.prefix));
        format!("https://sqs.{}.{suffix}/{}/{queue}", self.region, self.account)
    }
}
