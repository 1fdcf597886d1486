//! From a guard to the list of all objects that it needs, in the order in which they are built.

use guard_contract::{UserArnError, WATCH_LENGTH};

use super::places::Build;
use super::record::DESCRIPTION_LIMIT;
use super::{Guard, Hub, Location, Object, Place, Route, RouteError};

/// IAM: the inline policies of a role have at most so many characters together, whitespace not counted.
pub(super) const ROLE_POLICY_LIMIT: usize = 10_240;

/// A guard that can't be built as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChainError {
    /// Events could not take the route.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The user's ARN would mean others too where a policy has it.
    #[error("{user_arn} can't be guarded: {source}; give the user another path")]
    UserArn {
        /// The user.
        user_arn: String,
        /// What is wrong with it.
        source: UserArnError,
    },
    /// The user's path is too long for the record.
    #[error(
        "the record of {user_arn} needs {length} characters and a rule's description holds {DESCRIPTION_LIMIT}; give the user a shorter path"
    )]
    Record {
        /// The user.
        user_arn: String,
        /// How long the record would be.
        length: usize,
    },
    /// Too much to watch for.
    #[error(
        "what the filter must know of {user} (`expected`, `ignored_actions` and `notify_topic_arns`) needs {length} characters as JSON and a parameter holds {WATCH_LENGTH}; use fewer or wider entries, such as s3:Get*"
    )]
    Watch {
        /// The user.
        user: String,
        /// How long it would be.
        length: usize,
    },
    /// Too many users at one place.
    #[error(
        "the responder's role in {at} would need a policy of {length} characters for its {users} users, and IAM allows {ROLE_POLICY_LIMIT}; guard some of them in another region. The longest are those of {longest}; rules that no guard of yours has made there are to be deleted"
    )]
    RolePolicy {
        /// Where.
        at: Location,
        /// How many users it would have.
        users: usize,
        /// How long the policy would be.
        length: usize,
        /// The rules of the users with the longest ARNs.
        longest: String,
    },
}

/// All objects of a guard's chain, in the order in which they are built: bus by bus from the edge to the
/// hub, then the guard's own. `users` are the ARNs of all users guarded at the edge, this one's among them.
///
/// # Errors
/// If AWS would drop the events on the way, or a policy or record would be too long.
pub(crate) fn expand(guard: &Guard, hub: &Hub, users: &[String]) -> Result<Vec<Object>, ChainError> {
    let route = Route::new(&hub.location, &guard.edge, guard.topology)?;
    let mut objects = Vec::new();
    for (index, at) in route.buses.iter().enumerate().rev() {
        let last = index + 1 == route.buses.len();
        let place = match (index, last) {
            (0, _) => Place::Hub,
            (_, true) => Place::Edge,
            (_, false) => Place::Relay,
        };
        let build = Build { hub, at, place };
        objects.extend(build.bus());
        if index > 0 && at.account != hub.location.account && route.buses[index - 1] == hub.location {
            objects.push(build.entry());
        }
        if last {
            objects.extend(build.responder(users)?);
        }
        if let Some(to) = route.buses.get(index + 1) {
            objects.extend(build.forward(to));
        }
        if index == 0 {
            objects.extend(build.filter());
        }
    }
    for object in &mut objects {
        object.shared_tags = guard.shared_tags.clone();
    }
    let place = if route.buses.len() == 1 { Place::Hub } else { Place::Edge };
    objects.extend(Build { hub, at: &guard.edge, place }.own(guard)?);
    Ok(objects)
}

/// The name of the rule that is the guard's record.
pub(crate) fn own_rule(hub: &Hub, edge: &Location, user: &str) -> String {
    hub.names.user_rule(&edge.account, user)
}
