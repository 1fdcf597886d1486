//! Building a chain: shared before own, the edge before the hub, nothing twice.

use crate::aws::{Observed, put, read_user_rule};
use crate::chain::{Guard, Hub, Object, Route, expand, own_rule};

use super::roster::user_arns;
use super::{Engine, Error, stop_requested};

/// What a build came to: the truth so far, and why it ended if it ended early.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// Every object that is there now as it should be.
    pub(crate) objects: Vec<Object>,
    /// Why the rest is not.
    pub(crate) error: Option<Error>,
}

impl Engine {
    /// Builds a new guard.
    ///
    /// A guard that another block owns is refused; one whose build was cut off, so that parts of its own are
    /// missing, is completed.
    pub(crate) async fn create(&self, guard: &Guard, hub: &Hub) -> Built {
        let announced = Route::new(&hub.location, &guard.edge, guard.topology)
            .map(|route| self.joining.announce(guard, hub, &route));
        match announced {
            Err(error) => Built { objects: Vec::new(), error: Some(error.into()) },
            Ok(None) => Built { objects: Vec::new(), error: Some(self.duplicate(guard, hub)) },
            Ok(Some(_joined)) => match self.refuse_duplicate(guard, hub).await {
                Err(error) => Built { objects: Vec::new(), error: Some(error) },
                Ok(()) => self.build(guard, hub).await,
            },
        }
    }

    /// Repairs or changes a guard that is there.
    pub(crate) async fn update(&self, guard: &Guard, hub: &Hub) -> Built {
        match Route::new(&hub.location, &guard.edge, guard.topology) {
            Err(error) => Built { objects: Vec::new(), error: Some(error.into()) },
            Ok(route) => {
                let _joined = self.joining.announce(guard, hub, &route);
                self.build(guard, hub).await
            }
        }
    }

    fn duplicate(&self, guard: &Guard, hub: &Hub) -> Error {
        let rule = own_rule(hub, &guard.edge, &guard.user);
        Error::Duplicate { id: Guard::id(&guard.edge, &guard.user), rule, at: guard.edge.clone() }
    }

    /// That nobody guards the user yet.
    ///
    /// # Errors
    /// If somebody does, or it can't be found out.
    pub(crate) async fn refuse_duplicate(&self, guard: &Guard, hub: &Hub) -> Result<(), Error> {
        let site = self.accounts.site(&guard.edge).await?;
        let rule = own_rule(hub, &guard.edge, &guard.user);
        let found = read_user_rule(&site, &hub.names.bus(), &rule, &hub.mark()).await;
        if found.map_err(|source| Error::List { at: guard.edge.clone(), source })?.is_none() {
            return Ok(());
        }
        let users = std::slice::from_ref(&guard.user_arn);
        let mark = hub.mark();
        for object in expand(guard, hub, users)?.iter().filter(|object| !object.shared()) {
            if !matches!(self.look_at_one(object, &mark).await?, Observed::Ours { .. }) {
                return Ok(());
            }
        }
        Err(self.duplicate(guard, hub))
    }

    async fn build(&self, guard: &Guard, hub: &Hub) -> Built {
        let mut built = Built::default();
        built.error = self.build_all(guard, hub, &mut built.objects).await.err();
        built
    }

    async fn build_all(&self, guard: &Guard, hub: &Hub, built: &mut Vec<Object>) -> Result<(), Error> {
        let route = Route::new(&hub.location, &guard.edge, guard.topology)?;
        for bus in route.buses.iter().rev() {
            let _lock = self.locks.lock(bus).await;
            let members = self.members(hub, &guard.edge).await?;
            let objects = expand(guard, hub, &user_arns(&members))?;
            for object in objects.into_iter().filter(|object| object.shared() && object.at == *bus) {
                self.ensure(&object, hub).await?;
                built.push(object);
            }
        }
        let users = std::slice::from_ref(&guard.user_arn);
        for object in expand(guard, hub, users)?.into_iter().filter(|object| !object.shared()) {
            self.ensure(&object, hub).await?;
            built.push(object);
        }
        Ok(())
    }

    /// Makes one object what it must be, if it isn't.
    pub(super) async fn ensure(&self, object: &Object, hub: &Hub) -> Result<(), Error> {
        if stop_requested() {
            return Err(Error::Stopped { object: Box::new(object.clone()) });
        }
        let mark = hub.mark();
        let exists = match self.look_at_one(object, &mark).await? {
            Observed::Ours { drift, .. } if drift.is_empty() => return Ok(()),
            Observed::Ours { drift, .. } => {
                tracing::info!(%object, drift = drift.join(", "), "repairing");
                true
            }
            Observed::Absent => {
                tracing::info!(%object, "building");
                false
            }
            Observed::Foreign => return Err(Error::Foreign { object: Box::new(object.clone()), mark }),
        };
        let site = self.accounts.site(&object.at).await?;
        put(&self.context(&site, &mark, object), exists).await.map_err(Error::object(object, "built"))
    }
}
