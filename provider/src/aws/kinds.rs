//! The list of kinds: whatever is done to an object is done by its kind's file.

use crate::artifact::Artifact;
use crate::chain::{Object, Spec};

use super::{
    Error, Site, alarm, async_settings, bucket_notification, bus, bus_permission, function,
    function_permission, log_group, queue, role, rule, subscription, target, watch,
};

/// What a kind needs to know beyond the object.
pub(crate) struct Context<'a> {
    /// The clients of the object's account and region.
    pub(crate) site: &'a Site,
    /// The hub's mark.
    pub(crate) mark: &'a str,
    /// The functions' code; none if the provider was built without it, and then none is compared.
    pub(crate) artifact: Option<&'a Artifact>,
    /// The object.
    pub(crate) object: &'a Object,
}

/// What there is in AWS where an object is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Observed {
    /// Nothing.
    Absent,
    /// The object, ours.
    Ours {
        /// How it differs from what is wanted; nothing if it doesn't.
        drift: Vec<String>,
        /// The version of a function's code.
        artifact: Option<String>,
    },
    /// Something with our name that doesn't carry our mark. It is never touched.
    Foreign,
}

impl Observed {
    /// Ours, with what differs.
    pub(super) fn ours(drift: Vec<String>) -> Self {
        Self::Ours { drift, artifact: None }
    }
}

/// Looks at an object.
///
/// # Errors
/// If AWS doesn't answer, or refuses: never taken for absence.
pub(crate) async fn observe(context: &Context<'_>) -> Result<Observed, Error> {
    match &context.object.spec {
        Spec::Queue(want) => queue::observe(context, want).await,
        Spec::LogGroup(want) => log_group::observe(context, want).await,
        Spec::Role(want) => role::observe(context, want).await,
        Spec::Bus(want) => bus::observe(context, want).await,
        Spec::BusPermission(want) => bus_permission::observe(context, want).await,
        Spec::Function(want) => function::observe(context, want).await,
        Spec::AsyncSettings(want) => async_settings::observe(context, want).await,
        Spec::FunctionPermission(want) => function_permission::observe(context, want).await,
        Spec::BucketNotification(want) => bucket_notification::observe(context, want).await,
        Spec::Subscription(want) => subscription::observe(context, want).await,
        Spec::Rule(want) => rule::observe(context, want).await,
        Spec::Target(want) => target::observe(context, want).await,
        Spec::Alarm(want) => alarm::observe(context, want).await,
        Spec::Watch(want) => watch::observe(context, want).await,
    }
}

/// Makes an object what it must be; `exists` says whether it was seen before. Can be repeated.
///
/// # Errors
/// If AWS refuses, for longer than AWS needs to agree with itself.
pub(crate) async fn put(context: &Context<'_>, exists: bool) -> Result<(), Error> {
    match &context.object.spec {
        Spec::Queue(want) => queue::put(context, want, exists).await,
        Spec::LogGroup(want) => log_group::put(context, want, exists).await,
        Spec::Role(want) => role::put(context, want, exists).await,
        Spec::Bus(want) => bus::put(context, want, exists).await,
        Spec::BusPermission(want) => bus_permission::put(context, want).await,
        Spec::Function(want) => function::put(context, want, exists).await,
        Spec::AsyncSettings(want) => async_settings::put(context, want).await,
        Spec::FunctionPermission(want) => function_permission::put(context, want, exists).await,
        Spec::BucketNotification(want) => bucket_notification::put(context, want, exists).await,
        Spec::Subscription(want) => subscription::put(context, want).await,
        Spec::Rule(want) => rule::put(context, want, exists).await,
        Spec::Target(want) => target::put(context, want).await,
        Spec::Alarm(want) => alarm::put(context, want, exists).await,
        Spec::Watch(want) => watch::put(context, want, exists).await,
    }
}

/// Removes an object; that it is gone already is no error.
///
/// # Errors
/// If AWS refuses.
pub(crate) async fn remove(context: &Context<'_>) -> Result<(), Error> {
    match &context.object.spec {
        Spec::Queue(want) => queue::remove(context, want).await,
        Spec::LogGroup(want) => log_group::remove(context, want).await,
        Spec::Role(want) => role::remove(context, want).await,
        Spec::Bus(want) => bus::remove(context, want).await,
        Spec::BusPermission(want) => bus_permission::remove(context, want).await,
        Spec::Function(want) => function::remove(context, want).await,
        // They go with their function, and a function without them is no function of ours.
        Spec::AsyncSettings(_) => Ok(()),
        Spec::FunctionPermission(want) => function_permission::remove(context, want).await,
        Spec::BucketNotification(want) => bucket_notification::remove(context, want).await,
        Spec::Subscription(want) => subscription::remove(context, want).await,
        Spec::Rule(want) => rule::remove(context, want).await,
        Spec::Target(want) => target::remove(context, want).await,
        Spec::Alarm(want) => alarm::remove(context, want).await,
        Spec::Watch(want) => watch::remove(context, want).await,
    }
}
