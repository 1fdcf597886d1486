//! The engine: what a guard's chain is in AWS, and how it gets there and goes.
//!
//! [`Engine::look`] observes a chain, [`Engine::build`] makes it what it must be, [`Engine::remove`] takes
//! away what nobody needs any more. Partial success is a value: what was built or is left comes back with
//! the error.

mod build;
mod error;
mod locks;
mod look;
mod preflight;
mod process;
mod remove;
mod roster;

pub(crate) use error::Error;
pub(crate) use look::{Look, Seen};
pub(crate) use process::{request_stop, stop_requested};
pub(crate) use remove::Removed;

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::OnceCell;

use crate::artifact::{Artifact, NoArtifact};
use crate::aws::{Accounts, Context, Site};
use crate::chain::{Hub, Names, Object};

use locks::Locks;
use preflight::Found;
use roster::Joining;

/// One configured provider: its accounts, its hub, and what its operations must agree on.
pub(crate) struct Engine {
    pub(crate) accounts: Accounts,
    pub(crate) names: Names,
    artifact: Result<Artifact, NoArtifact>,
    trail_name: Option<String>,
    found: OnceCell<Found>,
    warned: AtomicBool,
    locks: Locks,
    joining: Joining,
}

impl Engine {
    /// An engine for the caller's accounts.
    pub(crate) fn new(accounts: Accounts, names: Names, trail_name: Option<String>) -> Self {
        Self {
            accounts,
            names,
            artifact: Artifact::embedded(),
            trail_name,
            found: OnceCell::new(),
            warned: AtomicBool::new(false),
            locks: Locks::default(),
            joining: Joining::default(),
        }
    }

    /// The artifact.
    ///
    /// # Errors
    /// If the provider was built without it.
    pub(crate) fn artifact(&self) -> Result<&Artifact, Error> {
        self.artifact.as_ref().map_err(|error| Error::NoArtifact(*error))
    }

    /// Whether nobody has warned of the trail yet: once is enough for all guards.
    pub(crate) fn first_to_warn(&self) -> bool {
        !self.warned.swap(true, Ordering::SeqCst)
    }

    fn context<'a>(&'a self, site: &'a Site, hub_mark: &'a str, object: &'a Object) -> Context<'a> {
        Context { site, mark: hub_mark, artifact: self.artifact.as_ref().ok(), object }
    }

    /// That a hub which a state tells of is the caller's, so that no other organization is looked at.
    ///
    /// # Errors
    /// If the credentials are of another account.
    pub(crate) fn check_caller(&self, hub: &Hub) -> Result<(), Error> {
        if hub.location.account == self.accounts.caller {
            return Ok(());
        }
        Err(Error::OtherAccount { hub: hub.location.account.clone(), caller: self.accounts.caller.clone() })
    }
}
