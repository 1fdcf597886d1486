//! What can go wrong with a chain: what, where, why, and what to do.

use crate::artifact::NoArtifact;
use crate::aws::{self, AccessError, TrailError};
use crate::chain::{ChainError, Hub, Location, Object, RouteError};
use crate::halt::Halt;

/// One sentence each.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The provider has no artifact.
    #[error(transparent)]
    NoArtifact(#[from] NoArtifact),
    /// An account can't be entered.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The trail is none to rely on.
    #[error(transparent)]
    Trail(#[from] TrailError),
    /// The chain can't be as asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Events could not get there.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// A bus can't be listed, so nobody knows who needs it.
    #[error("the rules of the bus in {at} can't be listed: {source}")]
    List {
        /// Where the bus is.
        at: Location,
        /// What AWS said.
        source: aws::Error,
    },
    /// Something was refused for an object.
    #[error("{object} can't be {verb}: {source}")]
    Object {
        /// The object.
        object: Box<Object>,
        /// Read, built or removed.
        verb: &'static str,
        /// What AWS said.
        source: aws::Error,
    },
    /// Our name, not our mark.
    #[error(
        "{object} exists and is not guard's: {}, so it is left as it is; remove or rename it, or set another `name_prefix`",
        .object.unmarked(.mark)
    )]
    Foreign {
        /// The object that is in the way.
        object: Box<Object>,
        /// The mark that it lacks.
        mark: String,
    },
    /// Somebody guards this user already.
    #[error(
        "{id} is guarded already: rule {rule} in {at} was built {builder}; if this block had another name, `for_each` key or `count` index before, say so with a block `moved` from that address to this one (after an apply that failed, `terraform apply -refresh-only` comes first: it takes the new address out of the state). Never import it beside the old address: removing that one would take the guard away. If two blocks guard this user, remove one; only if no state holds the guard any more, import it with `terraform import <address> {id}`"
    )]
    Duplicate {
        /// The guard's id.
        id: String,
        /// Its rule.
        rule: String,
        /// Where.
        at: Location,
        /// By whom.
        builder: String,
    },
    /// A plan removes a guard at one address and builds it at another.
    #[error(
        "{id} would be removed at one address and built at another, in no certain order, and its user might be left without a guard. If its block, `for_each` key or `count` index has a new name, add a block `moved` from the old address to the new one: then nothing is removed. If there is one, an apply that failed has left the new address in the state: `terraform apply -refresh-only`, with the old block as it was, takes it out"
    )]
    Renamed {
        /// The guard's id.
        id: String,
    },
    /// A guard in another region has this user.
    #[error(
        "{id} can't be built: {other} guards this user already, and a user has one guard. Two would judge its calls by each other's settings, so that one silences the other. Remove one of the two blocks; to move the guard, change `region` in the block of {other}"
    )]
    Elsewhere {
        /// The guard's id.
        id: String,
        /// The other guard's.
        other: String,
    },
    /// Somebody is building it.
    #[error(
        "{id} is being built {builder}; remove one of the two blocks, or, if that run was cut off, run terraform again there at once or here in five minutes"
    )]
    UnderConstruction {
        /// The guard's id.
        id: String,
        /// By whom.
        builder: String,
    },
    /// There is no such user.
    #[error(
        "IAM user {user} does not exist in account {account}; create it first, or let guard_iam_user refer to the resource that does"
    )]
    NoUser {
        /// The name.
        user: String,
        /// The account.
        account: String,
    },
    /// The user can't be read.
    #[error("IAM user {user} of account {account} can't be read: {source}")]
    User {
        /// The name.
        user: String,
        /// The account.
        account: String,
        /// What AWS said.
        source: aws::Error,
    },
    /// A topic can't be read.
    #[error("{0}")]
    Topic(aws::Error),
    /// What was done to the user can't be undone, or not be done again.
    #[error(
        "IAM user {user} of account {account} can't be {verb}: {source}; run terraform again once the cause is gone, it goes on from there"
    )]
    Response {
        /// The name.
        user: String,
        /// The account.
        account: String,
        /// Released or denied again.
        verb: &'static str,
        /// What AWS said.
        source: aws::Error,
    },
    /// The user's name in another case.
    #[error(
        "account {account} has no IAM user {given}, but {stored}; CloudTrail's records and so the guard's rule are case-sensitive: set user_name = \"{stored}\""
    )]
    UserCase {
        /// As given.
        given: String,
        /// As IAM has it.
        stored: String,
        /// The account.
        account: String,
    },
    /// No room for another rule.
    #[error(
        "bus {bus} in {at} holds {rules} rules and AWS allows {limit} (quota L-244521F2, \"Rules\"); raise the quota there or guard the user in another region"
    )]
    RuleQuota {
        /// The bus.
        bus: String,
        /// Where.
        at: Location,
        /// How many there are.
        rules: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not begun: asked to stop, or out of time.
    #[error("{halt}, so {object} was not begun; what was done before is kept, run terraform again to go on")]
    Halted {
        /// The object that was next.
        object: Box<Object>,
        /// Why.
        halt: Halt,
    },
}

impl Error {
    /// Whether the guard's account can't be entered: nothing is wrong with the other guards.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Access(cause) if cause.is_refused_account())
    }

    /// Whether something of the chain was not there any more on which the object stands.
    pub(super) fn is_taken_away(&self) -> bool {
        matches!(self, Self::Object { source, .. } if source.stands_on_nothing())
    }

    pub(super) fn object(object: &Object, verb: &'static str) -> impl FnOnce(aws::Error) -> Self {
        let object = Box::new(object.clone());
        move |source| Self::Object { object, verb, source }
    }

    pub(crate) fn foreign(object: &Object, hub: &Hub) -> Self {
        Self::Foreign { object: Box::new(object.clone()), mark: hub.mark() }
    }

    pub(super) fn halted(halt: Halt, object: &Object) -> Self {
        Self::Halted { object: Box::new(object.clone()), halt }
    }
}
