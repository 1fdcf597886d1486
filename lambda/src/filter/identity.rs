//! Who made a call: which IAM user, if it was one or a session of one.

use std::{borrow::Cow, sync::LazyLock};

use guard_contract::Partition;
use memchr::{memchr_iter, memmem::Finder, memrchr};

use super::{
    pick::{Picked, Picking},
    record::Record,
};

/// IAM's limit on the length of a user's name.
const MAX_NAME: usize = 64;

/// An IAM user, as a record names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User<'a> {
    /// The account that the user lives in.
    pub account: Cow<'a, str>,
    /// Its name, without a path.
    pub name: Cow<'a, str>,
    /// Its unique id, if the record has it.
    pub principal_id: Option<Cow<'a, str>>,
    /// Its ARN; as the record has it, or built without the path, which the record then does not tell.
    pub arn: Cow<'a, str>,
}

/// What AWS writes where a name was typed that no user has.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// The type of identity that is a user, and of the issuer of a user's session.
const IAM_USER: &str = "IAMUser";

/// Whether a user may be behind a record; cheap, and never wrong when it says no: nobody is of that type without its
/// letters, unless one of them is escaped.
pub(super) fn may_be_a_user(record: &[u8]) -> bool {
    static LETTERS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| [IAM_USER, r"\u00"].map(Finder::new));
    LETTERS.iter().any(|letters| letters.find(record).is_some())
}

/// What is read of an identity, or of a session's issuer.
#[derive(Debug, Default)]
struct Identity<'a> {
    kind: Picking<'a>,
    arn: Picking<'a>,
    principal_id: Picking<'a>,
    account_id: Picking<'a>,
    user_name: Picking<'a>,
    session_context: Picking<'a>,
}

impl<'a> Picked<'a> for Identity<'a> {
    fn place(&mut self, name: &[u8]) -> Option<&mut Picking<'a>> {
        // Compared as wholes: patterns of bytes are compared letter by letter.
        Some(match name {
            _ if name == b"type" => &mut self.kind,
            _ if name == b"arn" => &mut self.arn,
            _ if name == b"principalId" => &mut self.principal_id,
            _ if name == b"accountId" => &mut self.account_id,
            _ if name == b"userName" => &mut self.user_name,
            _ if name == b"sessionContext" => &mut self.session_context,
            _ => return None,
        })
    }
}

/// The AWS service that called for the user, as the record's identity says.
pub(super) fn invoked_by<'a>(record: &Record<'a>) -> Option<Cow<'a, str>> {
    record.user_identity.object::<Invoked<'a>>().by.string()
}

/// What is read of an identity to know who called for it.
#[derive(Debug, Default)]
struct Invoked<'a> {
    by: Picking<'a>,
}

impl<'a> Picked<'a> for Invoked<'a> {
    fn place(&mut self, name: &[u8]) -> Option<&mut Picking<'a>> {
        (name == b"invokedBy").then_some(&mut self.by)
    }
}

/// What is read of a session.
#[derive(Debug, Default)]
struct Session<'a> {
    issuer: Picking<'a>,
}

impl<'a> Picked<'a> for Session<'a> {
    fn place(&mut self, name: &[u8]) -> Option<&mut Picking<'a>> {
        (name == b"sessionIssuer").then_some(&mut self.issuer)
    }
}

/// The user behind a record; `None` if it was root, a role, a service, an account or nobody known.
///
/// A user's own keys and `GetSessionToken` credentials come as type `IAMUser`, `GetFederationToken`
/// credentials as `FederatedUser` with the user as the session's issuer and no `userName` of their own.
/// Neither an ARN nor a principal nor a key id is required: a failed sign-in lacks them.
pub fn user<'a>(record: &Record<'a>) -> Option<User<'a>> {
    let identity: Identity<'a> = record.user_identity.object();
    let issuer;
    let caller = match &*identity.kind.string()? {
        IAM_USER => &identity,
        "FederatedUser" => {
            issuer = identity.session_context.object::<Session<'a>>().issuer.object::<Identity<'a>>();
            if issuer.kind.string()? != IAM_USER {
                return None;
            }
            &issuer
        }
        _ => return None,
    };
    let arn = caller.arn.string();
    let named = arn.as_deref().and_then(parse_arn);
    let name = match (caller.user_name.string(), named) {
        (Some(name), _) => name,
        (None, Some((_, name))) => Cow::Owned(name.to_owned()),
        (None, None) => return None,
    };
    let is_account = |account: &Cow<'a, str>| is_account(account);
    let account = (identity.account_id.string().filter(is_account))
        .or_else(|| caller.account_id.string().filter(is_account))
        .or_else(|| named.map(|(account, _)| Cow::Owned(account.to_owned())).filter(is_account))
        // A user's record without its account has never been seen from AWS. If there is one, the user is
        // more likely of the account that the record was written for than of none.
        .or_else(|| record.recipient_account_id.string().filter(is_account))?;
    // Somebody typed at the sign-in page what is no user's name: AWS writes a word in its place. A user may be renamed to
    // it, and then has an id or an ARN.
    let is_nobody = named.is_none() && caller.principal_id.string().is_none_or(|id| id.is_empty());
    if name == HIDDEN && is_nobody || name.chars().count() > MAX_NAME {
        return None;
    }
    let is_named = named.is_some();
    let arn = arn.filter(|_| is_named).unwrap_or_else(|| {
        let partition = Partition::of_region(&record.aws_region.string().unwrap_or_default()).name();
        Cow::Owned(format!("arn:{partition}:iam::{account}:user/{name}"))
    });
    Some(User { account, name, principal_id: caller.principal_id.string(), arn })
}

/// Account and name in a user's ARN: `arn:aws:iam::222222222222:user/path/name`.
fn parse_arn(arn: &str) -> Option<(&str, &str)> {
    let mut colons = memchr_iter(b':', arn.as_bytes());
    let (_arn, partition, service) = (colons.next()?, colons.next()?, colons.next()?);
    let (region, account) = (colons.next()?, colons.next()?);
    let path = arn[account + 1..].strip_prefix("user/")?;
    let name = memrchr(b'/', path.as_bytes()).map_or(path, |slash| &path[slash + 1..]);
    let is_users = &arn[partition + 1..service] == "iam" && !name.is_empty() && arn.len() <= 1024;
    is_users.then_some((&arn[region + 1..account], name))
}

fn is_account(id: &str) -> bool {
    id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(identity: &str) -> Option<(String, String, String)> {
        let record = format!(r#"{{"recipientAccountId":"333333333333","userIdentity":{identity}}}"#);
        user(&Record::parse(&record).expect("an object"))
            .map(|it| (it.account.into_owned(), it.name.into_owned(), it.arn.into_owned()))
    }

    fn backup(arn: &str) -> Option<(String, String, String)> {
        Some(("222222222222".into(), "backup".into(), arn.into()))
    }

    #[test]
    fn a_user_without_an_arn_gets_its_partitions() {
        let record = r#"{"awsRegion":"cn-north-1","recipientAccountId":"222222222222",
            "userIdentity":{"type":"IAMUser","userName":"backup"}}"#;
        let user = user(&Record::parse(record).expect("an object")).expect("a user");
        assert_eq!(user.arn, "arn:aws-cn:iam::222222222222:user/backup");
    }

    #[test]
    fn a_users_key_is_the_users() {
        let arn = "arn:aws:iam::222222222222:user/service/backup";
        let identity = r#"{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::222222222222:user/service/backup",
            "accountId":"222222222222","accessKeyId":"AKIAEXAMPLE","userName":"backup"}"#;
        assert_eq!(of(identity), backup(arn));
        // Temporary credentials of GetSessionToken, and a failed sign-in's empty key.
        assert_eq!(of(&identity.replace("AKIA", "ASIA")), backup(arn));
        assert_eq!(of(&identity.replace("AKIAEXAMPLE", "")), backup(arn));
    }

    #[test]
    fn a_record_without_an_arn_or_principal_is_the_users() {
        assert_eq!(
            of(r#"{"type":"IAMUser","accountId":"222222222222","accessKeyId":"","userName":"backup"}"#),
            backup("arn:aws:iam::222222222222:user/backup")
        );
    }

    #[test]
    fn a_record_without_a_user_name_is_of_the_arns_user() {
        let arn = "arn:aws:iam::222222222222:user/a/b/backup";
        assert_eq!(
            of(r#"{"type":"IAMUser","arn":"arn:aws:iam::222222222222:user/a/b/backup"}"#),
            backup(arn)
        );
    }

    #[test]
    fn a_federated_session_is_its_issuers() {
        let arn = "arn:aws:iam::222222222222:user/backup";
        let identity = r#"{"type":"FederatedUser","principalId":"222222222222:session","accountId":"222222222222",
            "arn":"arn:aws:sts::222222222222:federated-user/session","sessionContext":{"sessionIssuer":
            {"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::222222222222:user/backup",
            "accountId":"222222222222","userName":"backup"}}}"#;
        assert_eq!(of(identity), backup(arn));
        assert_eq!(of(&identity.replace(r#""type":"IAMUser""#, r#""type":"Root""#)), None);
        assert_eq!(of(r#"{"type":"FederatedUser","userName":"x","accountId":"222222222222"}"#), None);
    }

    #[test]
    fn nobody_else_is_a_user() {
        for kind in [
            "Root",
            "AssumedRole",
            "AWSService",
            "AWSAccount",
            "SAMLUser",
            "WebIdentityUser",
            "IdentityCenterUser",
            "Unknown",
            "Role",
            "",
        ] {
            let identity = format!(
                r#"{{"type":"{kind}","accountId":"222222222222","userName":"backup",
                "arn":"arn:aws:iam::222222222222:user/backup",
                "sessionContext":{{"sessionIssuer":{{"type":"IAMUser","userName":"backup"}}}}}}"#
            );
            assert_eq!(of(&identity), None, "{kind}");
        }
        let anonymous = r#"{"type":"AWSAccount","principalId":"","accountId":"ANONYMOUS_PRINCIPAL"}"#;
        assert_eq!(of(anonymous), None);
    }

    #[test]
    fn an_unknown_user_of_a_sign_in_is_nobody() {
        assert_eq!(
            of(
                r#"{"type":"IAMUser","accountId":"222222222222","userName":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#
            ),
            None
        );
    }

    #[test]
    fn a_user_that_is_renamed_to_the_word_for_nobody_is_a_user() {
        let arn = "arn:aws:iam::222222222222:user/HIDDEN_DUE_TO_SECURITY_REASONS";
        let identity = r#"{"type":"IAMUser","principalId":"AIDAEXAMPLE","accountId":"222222222222",
            "userName":"HIDDEN_DUE_TO_SECURITY_REASONS"}"#;
        let hidden = Some(("222222222222".into(), HIDDEN.into(), arn.into()));
        assert_eq!(of(identity), hidden);
        assert_eq!(of(&identity.replace("principalId", "x")), None);
    }

    #[test]
    fn odd_identities_are_nobodys_and_break_nothing() {
        for identity in [
            "null",
            "1",
            "\"x\"",
            "[]",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"IAMUser"}"#,
            r#"{"type":"IAMUser","userName":5,"accountId":222222222222}"#,
            r#"{"type":"IAMUser","arn":"arn:aws:iam::222222222222:role/backup"}"#,
            r#"{"type":"FederatedUser","sessionContext":{"sessionIssuer":null}}"#,
        ] {
            assert_eq!(of(identity), None, "{identity}");
        }
        let odd = r#"{"type":"IAMUser","userName":"backup","accountId":222222222222}"#;
        assert_eq!(of(odd).map(|it| it.0).as_deref(), Some("333333333333"));
    }
}
