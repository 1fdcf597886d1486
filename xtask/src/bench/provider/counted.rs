//! Counting requests by operation.

use std::{collections::BTreeMap, fmt};

use guard_tests::cloud::Request;

/// The requests that the provider made, by operation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counted(BTreeMap<String, u64>);

impl Counted {
    /// Counts the provider's requests; those of functions and of the harness are left out.
    pub(super) fn of(requests: &[Request]) -> Self {
        let mut operations = BTreeMap::new();
        for request in requests.iter().filter(|request| request.is_the_providers()) {
            *operations.entry(format!("{}:{}", request.service, request.operation)).or_default() += 1;
        }
        Self(operations)
    }

    /// The same, taken apart: those before the first that changes something, and the rest. Terraform plans
    /// what it creates once more when it applies, in a process that has seen nothing yet.
    pub(super) fn planned_and_done(requests: &[Request]) -> (Self, Self) {
        let is_write = |request: &Request| request.is_the_providers() && request.is_write();
        let begin = requests.iter().position(is_write).unwrap_or(requests.len());
        (Self::of(&requests[..begin]), Self::of(&requests[begin..]))
    }

    /// All of them.
    pub(super) fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

/// One line for each operation, the most frequent first.
impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut operations: Vec<_> = self.0.iter().collect();
        operations.sort_by_key(|(operation, count)| (std::cmp::Reverse(**count), operation.as_str()));
        operations.iter().try_for_each(|(operation, count)| writeln!(f, "{count:8}  {operation}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_providers_requests_count() {
        let request = |service: &str, operation: &str, agent: &str| Request {
            service: service.to_owned(),
            operation: operation.to_owned(),
            agent: agent.to_owned(),
            ..Request::default()
        };
        let provider = "aws-sdk-rust/1.3 os/linux lang/rust/1.95 app/guard-0.1.0";
        let counted = Counted::of(&[
            request("iam", "GetUser", provider),
            request("events", "ListRules", provider),
            request("events", "ListRules", provider),
            request("events", "PutEvents", "aws-sdk-rust/1.3 os/linux lang/rust/1.95"),
            request("iam", "CreateUser", "aws-cli/1.2"),
        ]);
        assert_eq!(counted.total(), 3);
        assert_eq!(counted.to_string(), "       2  events:ListRules\n       1  iam:GetUser\n");
        let (planned, done) = Counted::planned_and_done(&[
            request("iam", "CreateUser", "aws-cli/1.2"),
            request("events", "ListRules", provider),
            request("events", "PutRule", provider),
            request("events", "ListRules", provider),
        ]);
        assert_eq!((planned.total(), done.total()), (1, 2));
    }
}
