//! What a script is known to do. Whatever its user does beyond it is a signal.
//!
//! Lists that are not given allow everything, so `regions` alone says nothing about addresses.

mod action;
mod endpoint;
mod network;
mod wildcard;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

pub use action::{Action, ActionError};
pub use endpoint::{Endpoint, EndpointError};
pub use network::{Network, NetworkError};
pub use wildcard::Wildcard;

/// What a script is known to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
// A list that this version doesn't know would be a list that it doesn't check.
#[serde(default, deny_unknown_fields)]
pub struct Expected {
    /// What it calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actions: Option<Vec<Action>>,
    /// Where it calls from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ips: Option<Vec<Network>>,
    /// The VPC endpoints that it calls through. Such a call has a private address, which anybody can have in a VPC of
    /// their own: it is never compared with `source_ips`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpce_ids: Option<Vec<Endpoint>>,
    /// The regions that it calls in, as `awsRegion` has them: global services are in us-east-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<String>>,
    /// What it says that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agents: Option<Vec<Wildcard>>,
}

/// One call, as its record tells of it; `None` is what the record doesn't tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Called<'a> {
    /// `eventSource`, such as `s3.amazonaws.com`.
    pub source: Option<&'a str>,
    /// `eventName`, such as `ListBuckets`.
    pub name: Option<&'a str>,
    /// `sourceIPAddress`: an address, or the name of the AWS service that called for the user.
    pub address: Option<&'a str>,
    /// `vpcEndpointId`: the VPC endpoint that the call came through.
    pub vpc_endpoint: Option<&'a str>,
    /// `userIdentity.invokedBy`: the AWS service that called for the user.
    pub invoked_by: Option<&'a str>,
    /// `awsRegion`.
    pub region: Option<&'a str>,
    /// `userAgent`.
    pub user_agent: Option<&'a str>,
}

impl Called<'_> {
    /// Whether an AWS service called for the user (CloudTrail, `sourceIPAddress`: then it holds the service's DNS
    /// name, or `AWS Internal`). Such a call follows one of the user's own, which has an address.
    ///
    /// `AWS Internal` is also what the console's own calls have; only `invokedBy` tells that a service called
    /// (CloudTrail, "userIdentity element"). Without it nobody knows from where the call came.
    fn by_service(&self) -> bool {
        self.address.is_some_and(|address| {
            (address.eq_ignore_ascii_case("AWS Internal") && self.invoked_by.is_some())
                || (address.parse::<IpAddr>().is_err()
                    && [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu"]
                        .iter()
                        .any(|domain| address.to_ascii_lowercase().ends_with(domain)))
        })
    }
}

impl Expected {
    /// Whether a call is among what is known. What its record doesn't tell is not.
    pub fn allows(&self, called: &Called<'_>) -> bool {
        let by_service = called.by_service();
        listed(self.actions.as_deref(), |action| action.matches(called.source, called.name))
            && listed(self.regions.as_deref(), |region| {
                called.region.is_some_and(|it| it.eq_ignore_ascii_case(region))
            })
            && (by_service
                || (self.allows_place(called)
                    && listed(self.user_agents.as_deref(), |agent| {
                        called.user_agent.is_some_and(|it| agent.matches(it))
                    })))
    }

    /// Whether a call comes from where the script calls: through a listed VPC endpoint, or else from a listed network.
    /// Where only one of the two lists is given, the other kind of place is not expected.
    fn allows_place(&self, called: &Called<'_>) -> bool {
        let (networks, endpoints) = (&self.source_ips, &self.vpce_ids);
        if networks.is_none() && endpoints.is_none() {
            return true;
        }
        match called.vpc_endpoint {
            Some(id) => endpoints.iter().flatten().any(|endpoint| endpoint.is(id)),
            None => networks.iter().flatten().any(|network| {
                called.address.and_then(|it| it.parse().ok()).is_some_and(|it| network.contains(it))
            }),
        }
    }

    /// Whether it allows everything, and so says nothing.
    pub fn allows_everything(&self) -> bool {
        listed(self.actions.as_deref(), Action::is_any)
            && self.vpce_ids.is_none()
            && self.source_ips.is_none()
            && self.regions.is_none()
            && listed(self.user_agents.as_deref(), Wildcard::is_any)
    }
}

/// Whether one of a list fits; a list that is not there always does.
fn listed<T>(list: Option<&[T]>, fits: impl Fn(&T) -> bool) -> bool {
    list.is_none_or(|list| list.iter().any(fits))
}

/// Whether one of some actions is a call's.
pub fn is_one_of(actions: &[Action], called: &Called<'_>) -> bool {
    actions.iter().any(|action| action.matches(called.source, called.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Called<'static> = Called {
        source: Some("s3.amazonaws.com"),
        name: Some("ListBuckets"),
        address: Some("192.0.2.7"),
        vpc_endpoint: None,
        invoked_by: None,
        region: Some("eu-west-1"),
        user_agent: Some("aws-cli/2.31 md/backup"),
    };

    fn known() -> Expected {
        serde_json::from_str(
            r#"{"actions":["s3:List*"],"source_ips":["192.0.2.0/24","2001:db8::/32"],
                "regions":["eu-west-1"],"user_agents":["aws-cli/* md/backup"]}"#,
        )
        .expect("an expectation")
    }

    #[test]
    fn known_work_is_allowed_and_anything_outside_of_one_list_is_not() {
        assert!(known().allows(&WORK));
        assert!(known().allows(&Called { address: Some("2001:db8::1"), ..WORK }));
        for outside in [
            Called { name: Some("GetBucketPolicy"), ..WORK },
            Called { source: Some("s3-outposts.amazonaws.com"), ..WORK },
            Called { address: Some("198.51.100.7"), ..WORK },
            Called { region: Some("us-east-1"), ..WORK },
            Called { user_agent: Some("curl/8"), ..WORK },
        ] {
            assert!(!known().allows(&outside), "{outside:?}");
        }
    }

    #[test]
    fn what_a_record_does_not_tell_is_not_known() {
        for silent in [
            Called { name: None, ..WORK },
            Called { source: None, ..WORK },
            Called { address: None, ..WORK },
            Called { region: None, ..WORK },
            Called { user_agent: None, ..WORK },
        ] {
            assert!(!known().allows(&silent), "{silent:?}");
        }
        let nothing_said = Expected::default();
        assert!(nothing_said.allows(&Called::default()) && nothing_said.allows_everything());
    }

    #[test]
    fn a_service_that_calls_for_the_user_has_no_address_of_its_own() {
        let service = Called { address: Some("cloudformation.amazonaws.com"), user_agent: None, ..WORK };
        assert!(known().allows(&service));
        let internal = Called { address: Some("AWS Internal"), ..service };
        assert!(known().allows(&Called { invoked_by: Some("AWS Internal"), ..internal }));
        // A click in the console: nobody knows from where.
        assert!(!known().allows(&internal));
        assert!(!known().allows(&Called { region: Some("us-west-2"), ..service }));
        assert!(!known().allows(&Called { address: Some("amazonaws.com.example"), ..WORK }));
    }

    #[test]
    fn a_call_through_a_vpc_endpoint_is_expected_if_the_endpoint_is_listed() {
        let of = |json: &str| serde_json::from_str::<Expected>(json).expect("an expectation");
        let through = |id, address| Called { vpc_endpoint: Some(id), address: Some(address), ..WORK };
        // A private address can be anybody's, in a VPC of their own.
        let networks = of(r#"{"source_ips":["192.0.2.0/24","10.0.0.0/8"]}"#);
        assert!(!networks.allows(&through("vpce-0a1", "10.0.0.7")));
        assert!(!networks.allows(&through("vpce-0a1", "192.0.2.7")));
        let endpoints = of(r#"{"vpce_ids":["vpce-0a1"]}"#);
        assert!(endpoints.allows(&through("vpce-0a1", "10.0.0.7")));
        assert!(!endpoints.allows(&through("vpce-0a2", "10.0.0.7")) && !endpoints.allows(&WORK));
        let both = of(r#"{"source_ips":["192.0.2.0/24"],"vpce_ids":["vpce-0a1"]}"#);
        assert!(both.allows(&through("vpce-0a1", "10.0.0.7")) && both.allows(&WORK));
        assert!(of(r#"{"regions":["eu-west-1"]}"#).allows(&through("vpce-0a9", "10.0.0.7")));
        assert!(serde_json::from_str::<Expected>(r#"{"vpce_ids":["10.0.0.7"]}"#).is_err());
    }

    #[test]
    fn an_unknown_list_is_an_error() {
        assert!(serde_json::from_str::<Expected>(r#"{"hours":["9-17"]}"#).is_err());
        assert!(serde_json::from_str::<Expected>(r#"{"actions":["s3"]}"#).is_err());
        assert!(serde_json::from_str::<Expected>(r#"{"source_ips":["192.0.2.0/33"]}"#).is_err());
    }

    #[test]
    fn an_expectation_that_allows_everything_is_told_from_one_that_does_not() {
        let of = |json: &str| serde_json::from_str::<Expected>(json).expect("an expectation");
        for everything in ["{}", r#"{"actions":["*:*"]}"#, r#"{"user_agents":["*"]}"#] {
            assert!(of(everything).allows_everything(), "{everything}");
        }
        for something in [
            r#"{"actions":["s3:*"]}"#,
            r#"{"regions":["eu-west-1"]}"#,
            r#"{"source_ips":["10.0.0.0/8"]}"#,
            // Calls through VPC endpoints are not.
            r#"{"source_ips":["0.0.0.0/0","::/0"]}"#,
        ] {
            assert!(!of(something).allows_everything(), "{something}");
        }
    }
}
