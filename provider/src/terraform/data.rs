//! The data sources: what is there, and what it takes.

mod guard_iam_user;
mod guard_permissions;

use std::collections::HashMap;

use tf_provider::DynamicDataSource;

pub(super) use guard_iam_user::ExistingGuard;
pub(super) use guard_permissions::Permissions;

use super::provider::Configured;

/// All of them, by their names without the provider's.
pub(super) fn sources(configured: &Configured) -> HashMap<String, Box<dyn DynamicDataSource>> {
    let guard: Box<dyn DynamicDataSource> = Box::new(ExistingGuard::new(configured.clone()));
    let permissions: Box<dyn DynamicDataSource> = Box::new(Permissions::new(configured.clone()));
    HashMap::from([("iam_user".to_owned(), guard), ("permissions".to_owned(), permissions)])
}
