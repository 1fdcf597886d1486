//! The name of a user's rule: the provider makes it, the responder finds it.

use sha2::{Digest, Sha256};

/// How much of a user's name is kept readable: prefix (16) + `-user-` (6) + this + `-` + hash (8) ≤ 64.
const SLUG: usize = 32;

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
    fn users_that_look_alike_have_different_rules() {
        let all =
            ["a+b", "a=b", "a,b", "a.b", "a@b", "a-b", "A-b"].map(|user| user_rule("g-user-", "1", user));
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{all:?}");
        let allowed = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        assert!(all.iter().all(allowed), "{all:?}");
    }
}
