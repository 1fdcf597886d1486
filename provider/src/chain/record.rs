//! The record of a guard: its rule's description. AWS is the only database.
//!
//! The pattern names the user and the signals; what else must be known of a guard by listing alone (the
//! user's ARN with its path, the topology) is here. A rule whose description is not a record is not ours.

use guard_contract::Response;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Location, SCHEMA, Topology};

/// EventBridge's limit for a rule's description, in characters (PutRule).
pub(crate) const DESCRIPTION_LIMIT: usize = 512;

/// What a rule of ours is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// It guards a user.
    User {
        /// With its path.
        user_arn: String,
        /// How its events come.
        topology: Topology,
        /// How they came before, while not all of that way is removed yet.
        former: Option<Topology>,
        /// How it responds.
        response: Response,
    },
    /// It forwards to another bus.
    Forward {
        /// Where that bus is.
        to: Location,
    },
}

#[derive(Default, Serialize, Deserialize)]
struct Json {
    guard: u32,
    hub: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topology: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    former: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// Written here, and read by [`Response::of`], as the responder does.
    #[serde(flatten, skip_deserializing)]
    response: Response,
}

impl Record {
    /// The description, marked with the hub that it belongs to.
    pub(crate) fn describe(&self, hub_mark: &str) -> String {
        let mut json = Json { guard: SCHEMA, hub: hub_mark.to_owned(), ..Json::default() };
        match self {
            Record::User { user_arn, topology, former, response } => {
                json.response = response.clone();
                json.user = Some(user_arn.clone());
                json.topology = Some(topology.name().to_owned());
                json.former = former.map(|former| former.name().to_owned());
            }
            Record::Forward { to } => json.to = Some(to.to_string()),
        }
        serde_json::to_string(&json).expect("strings and a number are always JSON")
    }

    /// Reads a description back, with the mark of the hub; `None` if it is not one of ours.
    ///
    /// A topology that this version doesn't know counts as `relay`: the guard still is a member of its bus.
    pub(crate) fn parse(description: &str) -> Option<(Self, String)> {
        let json: Json = serde_json::from_str(description).ok()?;
        let record = match (json.user, json.to) {
            (Some(user_arn), _) => {
                let way = |name: Option<String>| name.and_then(|name| name.parse().ok());
                let former = way(json.former);
                let response = Response::of(description, OffsetDateTime::now_utc().unix_timestamp());
                let topology = way(json.topology).unwrap_or_default();
                Record::User { user_arn, topology, former, response }
            }
            (None, Some(to)) => {
                let (account, region) = to.split_once('/')?;
                Record::Forward { to: Location::new(account, region) }
            }
            (None, None) => return None,
        };
        Some((record, json.hub))
    }
}

#[cfg(test)]
mod tests {
    use guard_contract::{Mode, Rearmed};

    use super::*;

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let records = [
            Record::User {
                user_arn: "arn:aws:iam::2:user/a/b".into(),
                topology: Topology::Direct,
                former: Some(Topology::Relay),
                response: Response {
                    mode: Mode::Monitor,
                    deactivate_keys: true,
                    rearmed: Some(Rearmed { at: 1_764_036_600, word: "0a1b2c3d".into() }),
                    since: Some(1_764_000_000),
                    principal_id: Some("AIDAEXAMPLE".into()),
                },
            },
            Record::Forward { to: Location::new("222222222222", "eu-west-1") },
        ];
        for record in records {
            let described = record.describe("1/us-east-1");
            assert_eq!(Record::parse(&described), Some((record, "1/us-east-1".to_owned())));
        }
    }

    #[test]
    fn what_people_write_is_not_a_record() {
        for text in ["", "forwards to the SIEM", "{}", r#"{"guard":1,"hub":"x"}"#, r#"{"user":"a"}"#] {
            assert_eq!(Record::parse(text), None, "{text}");
        }
    }
}
