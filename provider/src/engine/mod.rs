//! The engine: what a guard's chain is in AWS, and how it gets there and goes.
//!
//! [`Engine::look`] observes a chain, [`Engine::create`] and [`Engine::update`] make it what it must be,
//! [`Engine::remove`] takes away what nobody needs any more. Partial success is a value: what was built or
//! is left comes back with the error.

mod build;
mod claim;
mod ensure;
mod ensured;
mod error;
mod locks;
mod look;
mod muted;
mod preflight;
mod rearm;
mod removal;
mod remove;
mod roster;
mod settle;
mod topics;
mod update;
mod warnings;
mod written;

pub(crate) use claim::Planned;
pub(crate) use error::Error;
pub(crate) use look::{Look, Seen};
pub(crate) use rearm::is_let_go;

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::OnceCell, time::sleep};

use crate::artifact::{Artifact, NoArtifact};
use crate::aws::{Accounts, Context, Site};
use crate::chain::{Delivery, Guard, Hub, Names, Object, Tagging};

use ensured::Ensured;
use locks::Locks;
use preflight::Found;
use roster::{Joining, Lately};
use settle::Settled;
use warnings::Warnings;
use written::Written;

/// How long the first refresh of a run may be in coming: terraform begins with as many as `-parallelism` says.
const REFRESH_LOOKS: u32 = 10;
const BETWEEN_REFRESH_LOOKS: Duration = Duration::from_millis(30);

/// What all operations of a process must agree on, however often the provider is configured.
#[derive(Default)]
pub(crate) struct Common {
    locks: Locks,
    /// One new guard at a time in each account and region, until what is shared there stands.
    turns: Locks,
    joining: Joining,
    written: Written,
}

/// One configured provider: its accounts, its hub, and what this run has found out.
pub(crate) struct Engine {
    pub(crate) accounts: Accounts,
    pub(crate) names: Names,
    /// How the provider block wants the filter to hear of new files.
    delivery: Delivery,
    artifact: Result<Artifact, NoArtifact>,
    /// What the provider block says of tags.
    pub(crate) tagging: Tagging,
    common: Arc<Common>,
    found: OnceCell<Found>,
    warned: AtomicBool,
    /// The guards that this run has refreshed, and so has in its state.
    refreshed: Mutex<HashSet<String>>,
    ensured: Ensured,
    lately: Lately,
    settled: Settled,
    warnings: Warnings,
    /// What this run plans to do with guards, by their ids.
    planned: Mutex<HashSet<(String, Planned)>>,
    /// The guards whose chains were looked at and hold nothing foreign.
    unmixed: Mutex<HashSet<String>>,
}

impl Engine {
    /// An engine for the caller's accounts.
    pub(crate) fn new(
        common: Arc<Common>,
        accounts: Accounts,
        names: Names,
        delivery: Delivery,
        tagging: Tagging,
    ) -> Self {
        Self {
            accounts,
            names,
            delivery,
            artifact: Artifact::embedded(),
            tagging,
            common,
            found: OnceCell::new(),
            warned: AtomicBool::new(false),
            refreshed: Mutex::default(),
            ensured: Ensured::default(),
            lately: Lately::default(),
            settled: Settled::default(),
            planned: Mutex::default(),
            warnings: Warnings::default(),
            unmixed: Mutex::default(),
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

    /// Notes that a guard is refreshed.
    pub(crate) fn note_refresh(&self, guard: &Guard) {
        let mut refreshed = self.refreshed.lock().unwrap_or_else(PoisonError::into_inner);
        refreshed.insert(Guard::id(&guard.edge, &guard.user));
    }

    /// Whether the guard of that id is in this run's state: if it is planned as new nevertheless, it is to be replaced.
    pub(crate) fn has_refreshed(&self, id: &str) -> bool {
        self.refreshed.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    /// Whether this run refreshes guards, which it does at its beginning if it does.
    pub(crate) async fn refreshes(&self) -> bool {
        for _ in 0..REFRESH_LOOKS {
            if !self.refreshed.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
                return true;
            }
            sleep(BETWEEN_REFRESH_LOOKS).await;
        }
        false
    }

    /// Takes a hub that a plan or a state tells of for the caller's; it is checked once the hub is entered.
    pub(crate) fn trust(&self, hub: &Hub) {
        self.accounts.expect_caller(&hub.location.account);
    }

    fn context<'a>(&'a self, site: &'a Site, mark: &'a str, object: &'a Object) -> Context<'a> {
        Context { site, mark, artifact: self.artifact.as_ref().ok(), object }
    }
}
