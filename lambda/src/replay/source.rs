//! Whose a queue is, and so what it may hold.
//!
//! Who administrates a member account writes into its queues what it likes. So another account's queue replays
//! only signals of that account's own users, and never what the filter is called with: that would make it read
//! files of somebody else's choice again.

use guard_contract::{DETAIL_TYPE, Handler, MARK_FIELD, SOURCE, names};
use serde_json::Value;

use super::Body;
use crate::arn;

/// A queue that is not replayed, or a message of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Not the URL of a queue in the function's region.
    #[error(
        "it is not the URL of a queue in this function's region, such as https://sqs.{0}.amazonaws.com/111111111111/guard-dead-letters"
    )]
    Url(String),
    /// Not a dead-letter queue of guard.
    #[error("this function replays queues of the name {0} only")]
    Name(String),
    /// The responder replays its own.
    #[error(
        "account {0}'s queue is not this function's: the responder of that account and region replays it"
    )]
    Account(String),
    /// What came into another account's queue without guard.
    #[error("a queue of account {0} may hold only signals of that account's users, and it is none")]
    Foreign(String),
}

/// A queue of guard's that may be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    account: String,
    is_own: bool,
}

impl Source {
    /// The queue of that URL, for the function with that ARN.
    ///
    /// # Errors
    /// If the function doesn't replay it.
    pub fn of(url: &str, function: &str, handler: Handler) -> Result<Self, SourceError> {
        let region = arn::region_of(function).unwrap_or_default();
        let (account, name) = parsed(url, region).ok_or_else(|| SourceError::Url(region.to_owned()))?;
        let prefix = arn::function_name(function).and_then(|name| names::prefix_of(name, handler));
        // A function whose name is not ours says nothing of the queues' names.
        if let Some(own) = prefix.map(names::dead_letters).filter(|own| own != name) {
            return Err(SourceError::Name(own));
        }
        let is_own = arn::account_of(function) == Some(account);
        if handler == Handler::Responder && !is_own {
            return Err(SourceError::Account(account.to_owned()));
        }
        Ok(Self { account: account.to_owned(), is_own })
    }

    /// That a message may have come into the queue by guard's own ways.
    ///
    /// # Errors
    /// If it may not.
    pub fn admit(&self, body: &Body) -> Result<(), SourceError> {
        let is_admitted = self.is_own
            || match body {
                Body::Event(event) => self.is_signal_of_its_own(event),
                Body::Payload(_) => false,
            };
        if is_admitted { Ok(()) } else { Err(SourceError::Foreign(self.account.clone())) }
    }

    fn is_signal_of_its_own(&self, event: &Value) -> bool {
        let resources = event["resources"].as_array();
        event["source"] == SOURCE
            && event["detail-type"] == DETAIL_TYPE
            && event["detail"][MARK_FIELD]["account"] == self.account.as_str()
            && resources
                .into_iter()
                .flatten()
                .all(|resource| resource.as_str().and_then(arn::account_of) == Some(self.account.as_str()))
    }
}

/// Account and name in a queue's URL (SQS, "Queue and message identifiers": `https://sqs.<region>.<suffix>/<account>/<name>`).
fn parsed<'a>(url: &'a str, region: &str) -> Option<(&'a str, &'a str)> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let mut labels = host.splitn(3, '.');
    let is_of_region = matches!(labels.next(), Some("sqs" | "sqs-fips")) && labels.next() == Some(region);
    let (account, name) = path.split_once('/')?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (is_of_region && is_account && !name.contains('/')).then_some((account, name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FILTER: &str = "arn:aws:lambda:us-east-1:111111111111:function:guard-filter";
    const RESPONDER: &str = "arn:aws:lambda:eu-west-1:222222222222:function:guard-responder";

    fn of(account: &str) -> Result<Source, SourceError> {
        let url = format!("https://sqs.us-east-1.amazonaws.com/{account}/guard-dead-letters");
        Source::of(&url, FILTER, Handler::Filter)
    }

    fn signal(account: &str, resource: &str) -> Body {
        Body::Event(json!({
            "source": "guard.cloudtrail", "detail-type": "CloudTrail Signal", "resources": [resource],
            "detail": {"guard": {"version": 1, "account": account, "user": "backup", "signals": ["access_denied"]}},
        }))
    }

    #[test]
    fn the_hubs_own_queue_replays_all_that_is_in_it() {
        let own = of("111111111111").expect("its own");
        assert_eq!(own.admit(&Body::Payload(json!({"Records": []}))), Ok(()));
        assert_eq!(own.admit(&signal("333333333333", "arn:aws:iam::333333333333:user/backup")), Ok(()));
    }

    #[test]
    fn another_accounts_queue_replays_signals_of_its_own_users_only() {
        let theirs = of("222222222222").expect("a relay's");
        assert_eq!(theirs.admit(&signal("222222222222", "arn:aws:iam::222222222222:user/backup")), Ok(()));
        for body in [
            signal("333333333333", "arn:aws:iam::222222222222:user/backup"),
            signal("222222222222", "arn:aws:iam::333333333333:user/backup"),
            Body::Event(json!({"source": "aws.s3", "detail-type": "Object Created", "detail": {}})),
            Body::Payload(json!({"Records": []})),
        ] {
            assert_eq!(theirs.admit(&body), Err(SourceError::Foreign("222222222222".into())), "{body:?}");
        }
    }

    #[test]
    fn only_a_dead_letter_queue_of_guard_is_replayed() {
        for url in [
            "",
            "guard-dead-letters",
            "https://sqs.us-east-1.amazonaws.com/1/guard-dead-letters",
            "https://sqs.eu-west-1.amazonaws.com/111111111111/guard-dead-letters",
            "https://example.com/111111111111/guard-dead-letters",
            "https://sqs.us-east-1.amazonaws.com/111111111111/x/guard-dead-letters",
        ] {
            assert!(matches!(Source::of(url, FILTER, Handler::Filter), Err(SourceError::Url(_))), "{url}");
        }
        let other = "https://sqs.us-east-1.amazonaws.com/111111111111/orders";
        let own = SourceError::Name("guard-dead-letters".into());
        assert_eq!(Source::of(other, FILTER, Handler::Filter), Err(own));
    }

    #[test]
    fn a_responder_replays_its_own_queue_only() {
        let url = |account: &str| format!("https://sqs.eu-west-1.amazonaws.com/{account}/guard-dead-letters");
        assert!(Source::of(&url("222222222222"), RESPONDER, Handler::Responder).is_ok());
        let refused = Source::of(&url("333333333333"), RESPONDER, Handler::Responder);
        assert_eq!(refused, Err(SourceError::Account("333333333333".into())));
    }
}
