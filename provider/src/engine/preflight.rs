//! What must hold before anything is built: found out in the plan, once per provider.

use crate::aws::{Trail, check_notification, check_topic, find_trail};
use crate::chain::{Delivery, Guard, Hub, Location, Route};

use super::{Engine, Error};

/// Rules a bus may hold (quota L-244521F2); two regions have a lower default.
const RULES: usize = 300;
const FEWER_RULES: (usize, &[&str]) = (100, &["af-south-1", "eu-south-1"]);

/// The hub and what its trail leaves out.
pub(super) struct Found {
    hub: Hub,
    warnings: Vec<String>,
}

impl Engine {
    /// The hub, found by the organization's trail, and warnings about the trail.
    ///
    /// # Errors
    /// If there is no trail to rely on, or its bucket's notification has no room for us.
    pub(crate) async fn hub(&self) -> Result<(&Hub, &[String]), Error> {
        let found = self.found.get_or_try_init(|| self.find()).await?;
        Ok((&found.hub, &found.warnings))
    }

    async fn find(&self) -> Result<Found, Error> {
        let trail = find_trail(&self.accounts).await?;
        let hub = self.hub_of(&trail);
        if hub.delivery == Delivery::Sns {
            check_topic(&trail)?;
        }
        let site = self.accounts.site(&hub.location).await?;
        if hub.delivery == Delivery::Notification {
            check_notification(&site, &hub.bucket, &hub.names.notification(), &hub.key_prefix).await?;
        }
        tracing::info!(trail = trail.arn, hub = %hub.location, bucket = hub.bucket, "found the trail");
        Ok(Found { hub, warnings: trail.warnings })
    }

    fn hub_of(&self, trail: &Trail) -> Hub {
        Hub {
            location: trail.bucket_at.clone(),
            bucket: trail.bucket.clone(),
            key_prefix: trail.key_prefix.clone(),
            kms_key: trail.kms_key.clone(),
            delivery: self.delivery,
            topic: trail.topic.clone().filter(|_| self.delivery == Delivery::Sns),
            names: self.names.clone(),
        }
    }

    /// That every account of the route can be entered and every bus has room for a rule.
    ///
    /// # Errors
    /// The first thing that is not so.
    pub(crate) async fn preflight(&self, guard: &Guard, hub: &Hub) -> Result<(), Error> {
        let route = Route::new(&hub.location, &guard.edge, guard.topology)?;
        let mut is_begun = true;
        for (index, bus) in route.buses.iter().enumerate() {
            self.accounts.site(bus).await?;
            let last = index + 1 == route.buses.len();
            if !is_begun && !last {
                // Without a hub nobody comes by a relay: there is room.
                continue;
            }
            let members = self.members_lately(hub, bus).await?;
            is_begun &= members.is_some();
            let members = members.unwrap_or_default();
            let rules = members.users.len() + members.forwards.len() + members.foreign.len();
            let known = |next: &Location| members.forwards.contains(next);
            let own = members.users.iter().any(|member| member.user == guard.user);
            let adds = if last { !own } else { !route.buses.get(index + 1).is_some_and(known) };
            let limit = if FEWER_RULES.1.contains(&bus.region.as_str()) { FEWER_RULES.0 } else { RULES };
            if adds && rules >= limit {
                return Err(Error::RuleQuota { bus: hub.names.bus(), at: bus.clone(), rules, limit });
            }
        }
        Ok(())
    }
}
