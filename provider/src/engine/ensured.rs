//! What this run has made, or found, as it must be: the next guard that shares it needn't look again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::time::Instant;

use crate::chain::{Object, Spec};

/// An object's place in AWS: kind and ARN, and the name of what is a part of that.
type Identity = (&'static str, String, String);

/// The shared objects that are as they must be, by identity, and since when.
#[derive(Default)]
pub(super) struct Ensured(Mutex<HashMap<Identity, (Spec, Instant)>>);

fn identity(object: &Object) -> Identity {
    (object.kind(), object.arn(), object.name())
}

impl Ensured {
    /// Since when an object is as wanted; `None` if that isn't known.
    pub(super) fn since(&self, object: &Object) -> Option<Instant> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&identity(object)).filter(|(spec, _)| *spec == object.spec).map(|(_, since)| *since)
    }

    /// Whether an object of that kind and name is as it was wanted last.
    pub(super) fn knows(&self, object: &Object) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&identity(object))
    }

    /// Notes that an object is as wanted from now on.
    pub(super) fn note(&self, object: &Object) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(identity(object), (object.spec.clone(), Instant::now()));
    }

    /// Forgets an object: it is about to go, or somebody else may have touched it.
    pub(super) fn forget(&self, object: &Object) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&identity(object));
    }
}
