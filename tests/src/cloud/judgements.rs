//! Who runs terraform, and what IAM said of what they asked.

use serde::Deserialize;
use serde_json::json;

use super::Cloud;
use crate::{Error, Result, aws::Aws, operators::Policies};

/// What IAM said of one action of one request.
#[derive(Clone, Debug, Deserialize)]
pub struct Judgement {
    /// The ARN of who asked.
    pub principal: String,
    /// Whose account that is.
    pub account: String,
    /// The action.
    pub action: String,
    /// On what.
    pub resource: String,
    /// The statement that allowed it.
    pub statement: String,
    /// Whether it was allowed.
    pub allowed: bool,
}

impl Judgement {
    /// Whether it is about who runs terraform, or the role in a member account.
    pub fn is_the_operators(&self) -> bool {
        self.principal.ends_with(":user/terraform")
            || self.principal.contains("/OrganizationAccountAccessRole/")
    }
}

#[derive(Deserialize)]
struct Judgements {
    next: u64,
    judgements: Vec<Judgement>,
}

#[derive(Deserialize)]
struct Key {
    key: String,
    secret: String,
}

impl Cloud {
    /// Makes whoever runs terraform, and the member accounts' roles, have these policies and no other.
    ///
    /// # Errors
    /// If IAM would refuse a policy.
    pub fn equip(&self, policies: &Policies) -> Result<Aws> {
        let url = format!("{}/_cloud/operators", self.ready().endpoint);
        let failed = |source| Error::Http { url: url.clone(), source: Box::new(source) };
        let members: Vec<_> = policies
            .members
            .iter()
            .map(|(account, policy)| (account.clone(), policy.to_string().into()))
            .collect();
        let members: serde_json::Map<_, serde_json::Value> = members.into_iter().collect();
        let (caller, entering) = policies.callers();
        let asked = json!({ "caller": caller, "entering": entering, "members": members });
        let key: Key =
            ureq::post(&url).send_json(asked).map_err(failed)?.body_mut().read_json().map_err(failed)?;
        Ok(Aws::with_key(&self.ready().endpoint, &key.key, &key.secret, &self.ready().hub_region))
    }

    /// What IAM said from number `since` on, and the number of the next.
    ///
    /// # Errors
    /// If the endpoint does not answer as it should.
    pub fn judgements(&self, since: u64) -> Result<(u64, Vec<Judgement>)> {
        let answer: Judgements = self.get(&format!("judgements?since={since}"))?;
        Ok((answer.next, answer.judgements))
    }
}
