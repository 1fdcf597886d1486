//! The names of guard's objects that the provider makes and the functions find.
//!
//! All begin with one prefix, which a function knows by its own name. A function has no environment variables: Lambda
//! encrypts those with a grant for the role as it was then, and when that role is made anew each invocation fails
//! before any code runs (KMSAccessDeniedException, hashicorp/terraform-provider-aws#6352).

use sha2::{Digest, Sha256};

use crate::Handler;

/// How much of a user's name is kept readable: prefix (16) + `-user-` (6) + this + `-` + hash (8) ≤ 64.
const SLUG: usize = 32;

/// A function's name.
pub fn function(prefix: &str, handler: Handler) -> String {
    format!("{prefix}-{}", handler.name())
}

/// The names' prefix, by the name of a function; `None` if it is no function of ours.
pub fn prefix_of(function: &str, handler: Handler) -> Option<&str> {
    let prefix = function.strip_suffix(handler.name())?.strip_suffix('-')?;
    if prefix.is_empty() { None } else { Some(prefix) }
}

/// The bus of an account and region.
pub fn bus(prefix: &str) -> String {
    format!("{prefix}-bus")
}

/// The dead-letter queue of an account and region.
pub fn dead_letters(prefix: &str) -> String {
    format!("{prefix}-dead-letters")
}

/// The SSM path, at the hub, of the guards' [`Watch`](crate::Watch)es.
pub fn watches(prefix: &str) -> String {
    format!("/{prefix}/watches")
}

/// What the names of all users' rules begin with.
pub fn user_rules(prefix: &str) -> String {
    format!("{prefix}-user-")
}

/// The rule of a user, which is its alarm's name too; `family` is what the names of all such rules begin with.
///
/// A user name may hold characters that a rule's may not (EventBridge, PutRule: `[\.\-_A-Za-z0-9]+`, at most
/// 64), so it enters the name as a readable part and a hash of account and user.
pub fn user_rule(family: &str, account: &str, user: &str) -> String {
    let readable = |char: char| {
        if char.is_ascii_alphanumeric() || char == '_' { char } else { '-' }
    };
    let slug: String = user.chars().map(readable).take(SLUG).collect();
    let hash = Sha256::digest(format!("{account}/{user}"));
    let hash: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{family}{slug}-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_functions_name_tells_the_prefix() {
        assert_eq!(prefix_of(&function("my-guard", Handler::Filter), Handler::Filter), Some("my-guard"));
        for other in ["filter", "-filter", "guard-responder", "guardfilter", ""] {
            assert_eq!(prefix_of(other, Handler::Filter), None, "{other}");
        }
    }

    #[test]
    fn users_that_look_alike_have_different_rules() {
        let all =
            ["a+b", "a=b", "a,b", "a.b", "a@b", "a-b", "A-b"].map(|user| user_rule("g-user-", "1", user));
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{all:?}");
        let allowed = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        assert!(all.iter().all(allowed), "{all:?}");
    }
}
