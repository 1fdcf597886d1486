//! The signals: what a script's user never does, until its key has leaked.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One way in which a record is suspicious. A record can carry several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// A call was refused for want of permission, in any of AWS's spellings.
    AccessDenied,
    /// `sts:GetCallerIdentity`: the first thing that somebody who found a key asks.
    GetCallerIdentity,
    /// A sign-in to the console, successful or not.
    ConsoleLogin,
    /// `iam:UpdateUser`, whoever is changed: a new name or path is how somebody with a key hides from what knows users by
    /// name.
    UpdateUser,
    /// Something that the script is not known to do; only for guards that say what it is known to do.
    Unexpected,
}

impl Signal {
    /// Every signal, in the order in which they are documented.
    pub const ALL: [Signal; 5] = [
        Signal::AccessDenied,
        Signal::GetCallerIdentity,
        Signal::ConsoleLogin,
        Signal::UpdateUser,
        Signal::Unexpected,
    ];

    /// Those that can be chosen, and are by default. [`Signal::Unexpected`] comes with an expectation.
    pub const CHOICES: [Signal; 4] =
        [Signal::AccessDenied, Signal::GetCallerIdentity, Signal::ConsoleLogin, Signal::UpdateUser];

    /// The signal's name in Terraform, in events and in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::AccessDenied => "access_denied",
            Signal::GetCallerIdentity => "get_caller_identity",
            Signal::ConsoleLogin => "console_login",
            Signal::UpdateUser => "update_user",
            Signal::Unexpected => "unexpected",
        }
    }
}

/// Some of the signals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Signals(u8);

impl Signals {
    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it is one of them.
    pub const fn contains(self, signal: Signal) -> bool {
        self.0 & 1 << signal as u8 != 0
    }

    /// Adds one.
    pub const fn insert(&mut self, signal: Signal) {
        self.0 |= 1 << signal as u8;
    }

    /// They, in [`Signal`]'s order.
    pub fn iter(self) -> impl Iterator<Item = Signal> {
        Signal::ALL.into_iter().filter(move |signal| self.contains(*signal))
    }
}

impl Extend<Signal> for Signals {
    fn extend<T: IntoIterator<Item = Signal>>(&mut self, signals: T) {
        signals.into_iter().for_each(|signal| self.insert(signal));
    }
}

impl FromIterator<Signal> for Signals {
    fn from_iter<T: IntoIterator<Item = Signal>>(signals: T) -> Self {
        let mut all = Self::default();
        all.extend(signals);
        all
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no signal's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a signal; the signals are access_denied, get_caller_identity, console_login and update_user"
)]
pub struct UnknownSignal(pub String);

impl FromStr for Signal {
    type Err = UnknownSignal;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|signal| signal.name() == name)
            .ok_or_else(|| UnknownSignal(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_come_once_and_in_their_order() {
        let mut signals = Signals::default();
        assert!(signals.is_empty() && signals.iter().next().is_none());
        signals.extend([Signal::Unexpected, Signal::AccessDenied, Signal::Unexpected]);
        assert!(signals.iter().eq([Signal::AccessDenied, Signal::Unexpected]));
        assert!(!signals.contains(Signal::ConsoleLogin));
        assert_eq!(Signal::ALL.into_iter().collect::<Signals>().iter().collect::<Vec<_>>(), Signal::ALL);
    }
}
