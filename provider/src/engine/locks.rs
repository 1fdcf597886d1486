//! One lock per account and region, for the whole of listing, deciding and writing there.
//!
//! Whoever needs two takes them leaf to root (edge, relay, hub), so nobody waits in a circle.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::chain::Location;

#[derive(Default)]
pub(super) struct Locks(Mutex<HashMap<Location, Arc<Mutex<()>>>>);

impl Locks {
    /// Waits for the place to be free; it is until the returned guard is dropped.
    pub(super) async fn lock(&self, at: &Location) -> OwnedMutexGuard<()> {
        let lock = self.0.lock().await.entry(at.clone()).or_default().clone();
        lock.lock_owned().await
    }
}
