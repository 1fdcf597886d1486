//! The ARN of an IAM user, read from where anybody may have written it.

use std::fmt;

use crate::Partition;

/// The longest path of a user (IAM, CreateUser: `Path`), and the longest name (`UserName`).
const PATH: usize = 512;
const NAME: usize = 64;

/// An IAM user's ARN, of a known account. It holds nothing that is a wildcard or a variable where policies have
/// resources, so that a policy with it means one user and no other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserArn {
    text: String,
    name_at: usize,
}

/// A text that is not such an ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserArnError {
    /// Another service, partition or account, or not a user.
    #[error("it is not the ARN of an IAM user of that account")]
    Other,
    /// IAM allows no such name.
    #[error("IAM allows no user of such a name")]
    Name,
    /// IAM allows no such path, or a policy would take it for a wildcard.
    #[error("the user's path is none that IAM allows, or has a character that policies take for a wildcard")]
    Path,
}

/// Whether IAM could have a user of that name (IAM, CreateUser: `[\w+=,.@-]+`, at most 64).
pub fn is_user_name(name: &str) -> bool {
    let is_of_name = |char: char| char.is_ascii_alphanumeric() || "_+=,.@-".contains(char);
    !name.is_empty() && name.len() <= NAME && name.chars().all(is_of_name)
}

impl UserArn {
    /// Reads the ARN of a user of `account`.
    ///
    /// # Errors
    /// If it is anything else.
    pub fn parse(text: &str, account: &str) -> Result<Self, UserArnError> {
        // A policy in another partition has no such user, so a wrong one gives nobody anything.
        let mut starts = Partition::ALL.iter().map(|it| format!("arn:{}:iam::{account}:user/", it.name()));
        let user = starts.find_map(|start| text.strip_prefix(&start)).ok_or(UserArnError::Other)?;
        let (path, name) = user.rsplit_once('/').unwrap_or(("", user));
        if !is_user_name(name) {
            return Err(UserArnError::Name);
        }
        // IAM, CreateUser: `(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`. Of these `*`, `?` and `$` are not themselves in a
        // policy (IAM, "IAM JSON policy elements: Resource" and "Variables").
        let is_of_path = |char: char| char.is_ascii_graphic() && !"*?$".contains(char);
        if path.len() + 2 > PATH || !path.chars().all(is_of_path) {
            return Err(UserArnError::Path);
        }
        Ok(Self { text: text.to_owned(), name_at: text.len() - name.len() })
    }

    /// The whole ARN.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The user's name, without its path.
    pub fn name(&self) -> &str {
        &self.text[self.name_at..]
    }
}

impl fmt::Display for UserArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<UserArn, UserArnError> {
        UserArn::parse(text, "222222222222")
    }

    #[test]
    fn a_user_is_read_with_its_path() {
        for (path, name) in [("", "backup"), ("team/", "back+up=script,@x.y"), ("a/b//c/", "x_-")] {
            let text = format!("arn:aws:iam::222222222222:user/{path}{name}");
            let arn = parse(&text).expect("a user's ARN");
            assert_eq!((arn.name(), arn.as_str()), (name, text.as_str()));
        }
    }

    #[test]
    fn nothing_else_is_a_users_arn() {
        let long = "x".repeat(65);
        let far = "p/".repeat(300);
        for other in [
            "*",
            "",
            "arn:aws:iam::222222222222:user/*",
            "arn:aws:iam::222222222222:user/",
            "arn:aws:iam::222222222222:user/a*",
            "arn:aws:iam::222222222222:user/*/a",
            "arn:aws:iam::222222222222:user/te?m/a",
            "arn:aws:iam::222222222222:user/${aws:username}",
            "arn:aws:iam::222222222222:user/${aws:username}/a",
            "arn:aws:iam::222222222222:user/a b/c",
            "arn:aws:iam::222222222222:role/a",
            "arn:aws:iam::333333333333:user/a",
            "arn:aws:iam::*:user/a",
            "arn:aws-xx:iam::222222222222:user/a",
            "arn:aws:iam::222222222222:user/a\n",
            "arn:aws:iam::222222222222:user/\u{e4}",
            &format!("arn:aws:iam::222222222222:user/{long}"),
            &format!("arn:aws:iam::222222222222:user/{far}a"),
        ] {
            assert!(parse(other).is_err(), "{other:?}");
        }
    }
}
