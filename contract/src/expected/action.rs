//! An action as people write it, `service:Action` with wildcards, and as CloudTrail writes it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::Wildcard;

/// Where CloudTrail's name of a service is not the one that people know from policies: the record's
/// `eventSource` before `.amazonaws.com`, and the prefix of the service's actions (Service Authorization Reference).
const OTHER_NAMES: &[(&str, &str)] = &[("monitoring", "cloudwatch"), ("email", "ses"), ("tagging", "tag")];

/// An action, or some: `s3:ListBuckets`, `s3:Get*`, `*:Describe*`. Letters' case does not matter, as in policies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Action {
    /// As it is written.
    text: String,
    service: Wildcard,
    name: Wildcard,
}

/// What is not an action.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not an action: it must be SERVICE:ACTION, such as s3:GetObject or ec2:Describe*, with the names that CloudTrail's eventSource and eventName have"
)]
pub struct ActionError(pub String);

impl Action {
    /// Whether a call is one of these: its record's `eventSource` and `eventName`.
    pub fn matches(&self, source: Option<&str>, name: Option<&str>) -> bool {
        let (Some(source), Some(name)) = (source, name) else { return self.is_any() };
        let service = source.split('.').next().unwrap_or_default();
        self.is_of(service) && self.is_called(name)
    }

    /// Whether a service's calls may be among these; it is named as `eventSource` has it before `.amazonaws.com`.
    pub fn is_of(&self, service: &str) -> bool {
        let service = service.to_ascii_lowercase();
        let other = OTHER_NAMES.iter().find(|(ours, _)| *ours == service).map(|(_, theirs)| *theirs);
        self.service.matches(&service) || other.is_some_and(|other| self.service.matches(other))
    }

    /// Whether a call of this `eventName` may be among these, whatever its service.
    pub fn is_called(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.name.matches(&name) || self.name.matches(without_version(&name))
    }

    /// The service and the name as they are written, both of which may have wildcards.
    pub fn parts(&self) -> (&str, &str) {
        self.text.split_once(':').unwrap_or((&self.text, ""))
    }

    /// Whether it is every action.
    pub fn is_any(&self) -> bool {
        self.service.is_any() && self.name.is_any()
    }
}

/// The event's name without an API version, which policies don't have. Lambda's names end in one, such as
/// `CreateFunction20150331` or `UpdateFunctionCode20150331v2` (Lambda, "Logging AWS Lambda API calls"), and CloudFront's
/// in another spelling, `CreateInvalidation2020_05_31` (CloudFront, "Logging API calls").
fn without_version(name: &str) -> &str {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let revision = name.rfind(['v', '_']).filter(|at| {
        let number = &name[at + 1..];
        (1..=2).contains(&number.len()) && digits(number)
    });
    let unrevised = revision.map_or(name, |at| &name[..at]);
    without_date(name).or_else(|| without_date(unrevised)).unwrap_or(name)
}

/// What comes before the date that a name ends in; `None` if there is no date or nothing before it.
fn without_date(name: &str) -> Option<&str> {
    let is = |date: &str, form: &str| {
        date.bytes()
            .zip(form.bytes())
            .all(|(it, form)| if form == b'D' { it.is_ascii_digit() } else { it == form })
    };
    ["20DDDDDD", "20DD_DD_DD"].iter().find_map(|form| {
        let (rest, date) = name.split_at_checked(name.len().checked_sub(form.len())?)?;
        (!rest.is_empty() && is(date, form)).then_some(rest)
    })
}

impl FromStr for Action {
    type Err = ActionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ActionError(text.to_owned());
        let (service, name) = text.split_once(':').ok_or_else(error)?;
        let good = |part: &str, more: &str| {
            !part.is_empty()
                && part.len() <= 128
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'*' || b == b'?' || more.contains(b as char))
        };
        if !good(service, "-") || !good(name, "_") {
            return Err(error());
        }
        let part = |text: &str| Wildcard::new(&text.to_ascii_lowercase());
        Ok(Self { text: text.to_owned(), service: part(service), name: part(name) })
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Action {
    type Error = ActionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        action.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(action: &str, source: &str, name: &str) -> bool {
        action.parse::<Action>().expect("an action").matches(Some(source), Some(name))
    }

    #[test]
    fn an_action_is_told_from_its_neighbours() {
        assert!(is("s3:ListBuckets", "s3.amazonaws.com", "ListBuckets"));
        assert!(is("S3:listbuckets", "s3.amazonaws.com", "ListBuckets"));
        assert!(is("ec2:Describe*", "ec2.amazonaws.com", "DescribeInstances"));
        assert!(is("*:Get*", "sts.amazonaws.com", "GetCallerIdentity"));
        assert!(!is("s3:ListBuckets", "s3.amazonaws.com", "ListBucketsX"));
        assert!(!is("s3:*", "s3tables.amazonaws.com", "ListBuckets"));
        assert!(!is("ec2:Describe*", "ec2.amazonaws.com", "RunInstances"));
    }

    #[test]
    fn services_go_by_both_names() {
        assert!(is("cloudwatch:PutMetricData", "monitoring.amazonaws.com", "PutMetricData"));
        assert!(is("monitoring:PutMetricData", "monitoring.amazonaws.com", "PutMetricData"));
        assert!(is("ses:SendEmail", "email.us-east-1.amazonaws.com", "SendEmail"));
    }

    #[test]
    fn an_api_version_in_the_name_does_not_matter() {
        for name in ["CreateFunction20150331", "CreateFunction20150331v2", "CreateFunction"] {
            assert!(is("lambda:CreateFunction", "lambda.amazonaws.com", name), "{name}");
        }
        assert!(is("lambda:CreateFunction20150331", "lambda.amazonaws.com", "CreateFunction20150331"));
        assert!(!is("lambda:CreateFunction", "lambda.amazonaws.com", "CreateFunction19990331"));
        for name in [
            "CreateInvalidation2020_05_31",
            "CreateInvalidation2020_05_31v2",
            "CreateInvalidation2014_11_06_2",
        ] {
            assert!(is("cloudfront:CreateInvalidation", "cloudfront.amazonaws.com", name), "{name}");
        }
        for name in
            ["CreateInvalidation1999_05_31", "CreateInvalidation20_05_31", "CreateInvalidation2020-05-31"]
        {
            assert!(!is("cloudfront:CreateInvalidation", "cloudfront.amazonaws.com", name), "{name}");
        }
    }

    #[test]
    fn what_is_not_an_action_is_refused() {
        for bad in ["", "s3", "s3:", ":ListBuckets", "s3:List Buckets", "s3:a:b", "s3.amazonaws.com:X", "*"] {
            assert!(bad.parse::<Action>().is_err(), "{bad}");
        }
    }
}
